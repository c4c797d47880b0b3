"""Reads PDF, PNG and JPEG files: sizes, words, tables and page images.

The files come from strangers, so a process of its own opens them, within limits of time and memory.
"""

from nanonets_sdk.mock.reading.files.refusal import UnreadableFile
from nanonets_sdk.mock.reading.layout.page import (
    Cell,
    Page,
    Reading,
    Table,
    Word,
)
from nanonets_sdk.mock.reading.workers.reader import Reader

__all__ = ["Cell", "Page", "Reader", "Reading", "Table", "UnreadableFile", "Word"]
