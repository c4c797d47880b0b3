"""What approving a file makes of its pages; pure."""

from collections.abc import Mapping
from typing import Final

from attrs import evolve

from nanonets_sdk.mock.state.records import Box, PageRecord, RequestFile

MODERATED: Final = "moderated"
DEFAULT_REVIEWER: Final = "reviewer@example.org"


def approved_file(file: RequestFile, moment_id: str, reviewer: str) -> RequestFile:
    """Return the file as a reviewer approved it; `moment_id` is a UUID v1 of the time."""
    return evolve(file, approved=True, verified_at=moment_id, updated_at=moment_id, verified_by=reviewer)


def unapproved_file(file: RequestFile, moment_id: str) -> RequestFile:
    """Return the file with its approval withdrawn."""
    return evolve(file, approved=False, verified_at="", updated_at=moment_id, verified_by="")


def approved_page(page: PageRecord, corrections: Mapping[str, str]) -> PageRecord:
    """Return the page with moderated boxes: those predicted, with the corrected texts by label."""
    return evolve(page, moderated=tuple(_moderated(box, corrections) for box in page.predicted))


def unapproved_page(page: PageRecord) -> PageRecord:
    """Return the page without moderated boxes."""
    return evolve(page, moderated=())


def _moderated(box: Box, corrections: Mapping[str, str]) -> Box:
    return evolve(
        box,
        status=MODERATED,
        text=corrections.get(box.label, box.text),
        cells=tuple(evolve(cell, status=MODERATED) for cell in box.cells),
    )
