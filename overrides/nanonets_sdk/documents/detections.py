"""Detections: objects that were found on pictures, with their places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs
from attrs import frozen

from nanonets_sdk.documents.document import Document
from nanonets_sdk.formats.html import table_html
from nanonets_sdk.formats.rows import Sheet
from nanonets_sdk.formats.shown import counted, one_line, score_text
from nanonets_sdk.layout.geometry import Box

if TYPE_CHECKING:
    from nanonets_sdk.events import Drift
    from nanonets_sdk.stored.bodies import StoredSource

_LONGEST: Final = 60


@frozen
class Detection:
    """One object that was found.

    Attributes:
        label: What it is, one of the model's categories.
        score: Score from 0 to 1; None if the reply has none.
        box: Its place in pixels of the page image; None if the service gives no location.
        page: Page number in the file, from 0.
        id: The service's id for it; empty in older replies.
    """

    label: str
    score: float | None
    box: Box | None
    page: int = 0
    id: str = ""


@frozen
class Detections:
    """The objects that were found in one file, those with the highest score first.

    Attributes:
        objects: The objects.
        document: The reply as a document, to draw the boxes over the picture and to export them. Its fields are the
            objects, without text.

    Example:
        ```python
        found = client.object_detection.predict_file(detection_model_id, "invoice.pdf")
        for detection in found.above(0.5):
            print(detection.label, detection.score, detection.box)
        ```
    """

    objects: tuple[Detection, ...]
    document: Document = attrs.field(repr=False)

    @classmethod
    def load(cls, source: StoredSource, *, on_drift: Callable[[Drift], object] | None = None) -> Detections:
        """Load the detections of one file from a stored reply; arguments and errors as for `Document.load`."""
        return detections_of(Document.load(source, on_drift=on_drift))

    def __str__(self) -> str:
        counts = ", ".join(f"{number:,} {one_line(label, _LONGEST)}" for label, number in self.counts.items())
        return f"{one_line(self.file_name)}: {counted(len(self), 'object')}{f' ({counts})' if counts else ''}"

    def _repr_html_(self) -> str:
        rows = [(one.label, score_text(one.score), str(one.page + 1)) for one in self.objects]
        return table_html(Sheet("", ("label", "score", "page"), rows))

    @property
    def file_name(self) -> str:
        """Name of the file as it was sent, or its URL."""
        return self.document.file_name

    @property
    def error(self) -> str | None:
        """What went wrong with the file or with some of its pages; None if nothing did."""
        return self.document.error

    @property
    def counts(self) -> dict[str, int]:
        """How many objects of each label were found."""
        return dict(Counter(detection.label for detection in self.objects))

    def above(self, score: float) -> tuple[Detection, ...]:
        """Return the objects with at least this score.

        Args:
            score: From 0 to 1. Objects without a score are left out.
        """
        return tuple(
            detection for detection in self.objects if detection.score is not None and detection.score >= score
        )

    def __iter__(self) -> Iterator[Detection]:
        return iter(self.objects)

    def __len__(self) -> int:
        return len(self.objects)

    @property
    def raw(self) -> Any:
        """The reply as plain JSON values, unknown members included; see `Document.raw`."""
        return self.document.raw

    @property
    def raw_bytes(self) -> bytes:
        """The body of its reply, byte for byte; it may cover other files too."""
        return self.document.raw_bytes


def detections_of(document: Document) -> Detections:
    """Return the fields of a document as detections."""
    found = [
        Detection(field.label, field.score, field.box, field.page, field.id)
        for field in document.predicted.fields.all()
    ]
    return Detections(
        tuple(sorted(found, key=lambda one: -1.0 if one.score is None else one.score, reverse=True)), document
    )
