"""Fonts with the widths that the file states."""

from collections.abc import Mapping
from typing import Any

from pdfminer.pdffont import PDFFont, PDFType1Font
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdftypes import int_value, list_value, num_value


class Fonts(PDFResourceManager):
    """The fonts of a document.

    pdfminer measures the standard fonts by its own tables alone, which lack the ligatures and whatever else a writer
    has added to such a font; all that follows one of them would stand too far left.
    """

    def get_font(self, objid: object, spec: Mapping[str, object]) -> PDFFont:
        """Return a font by its object's number and its dictionary."""
        font = super().get_font(objid, spec)
        if isinstance(font, PDFType1Font):
            font.widths = {**font.widths, **_stated(spec)}
        return font


def _stated(spec: Mapping[str, Any]) -> dict[int | str, float]:
    """Return the widths in a font's dictionary by the code of the character."""
    first = int_value(spec.get("FirstChar", 0))
    return {first + place: num_value(width) for place, width in enumerate(list_value(spec.get("Widths", [])))}
