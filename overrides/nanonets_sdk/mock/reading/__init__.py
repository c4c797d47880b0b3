"""Reads PDF, PNG and JPEG files: page sizes, words, tables and page images.

Files are untrusted input, so they are opened in separate processes with limits on time and memory.
"""

from nanonets_sdk.mock.reading.files.limits import Limits
from nanonets_sdk.mock.reading.layout.page import Cell, Page, Reading, Table, UnreadableFile, Word
from nanonets_sdk.mock.reading.workers.reader import Reader

__all__ = ["Cell", "Limits", "Page", "Reader", "Reading", "Table", "UnreadableFile", "Word"]
