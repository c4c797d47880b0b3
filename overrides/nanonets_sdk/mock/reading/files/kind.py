"""What a file is, by its content."""

from nanonets_sdk.mock.reading.files.refusal import UnreadableFile
from nanonets_sdk.mock.reading.layout.page import Kind

_PDF_HEAD_WITHIN = 1024  # readers look for the marker there, since some writers put a line before it


def kind_of(content: bytes) -> Kind:
    """Return the kind that the first bytes tell; raises UnreadableFile for anything but PDF, PNG and JPEG."""
    if not content:
        raise UnreadableFile("The file is empty.")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if b"%PDF-" in content[:_PDF_HEAD_WITHIN]:
        return "pdf"
    raise UnreadableFile("The file is no PDF, PNG or JPEG.")
