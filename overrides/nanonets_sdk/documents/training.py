"""Training data: the annotations sent, and what the service stored of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from nanonets_sdk.documents.model import Model, categories_of
from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.replies.source import Raw, Source

if TYPE_CHECKING:
    from nanonets_api.replies import AnnotationsReply, UploadedFileReply, UploadReply


@frozen
class Annotation:
    """The text of a training file at one place.

    Attributes:
        label: One of the model's categories.
        text: The text there.
        box: The place, in pixels of the page image.

    Example:
        ```python
        Annotation("total", "1,234.50", Box(401, 655, 480, 671))
        ```
    """

    label: str
    text: str
    box: Box


@frozen
class UploadedFile:
    """A training file as the service stored it.

    Attributes:
        file_name: Its name, or its URL.
        id: The service's id for the file; empty if the reply has none.
        width: Width of the page image in pixels; 0 if unknown.
        height: Height of the page image in pixels; 0 if unknown.
        annotations: The annotations that the service accepted.
    """

    file_name: str
    id: str = ""
    width: int = 0
    height: int = 0
    annotations: tuple[Annotation, ...] = ()


@frozen
class Upload:
    """The result of an upload of training files, or the list of those that a model has.

    Attributes:
        model: The model with its new counts.
        files: The files of this upload that the service stored; for a list, all of them.
        is_partial: Whether the service said that at least one URL failed: those that are not in `files`.
    """

    model: Model
    files: tuple[UploadedFile, ...]
    is_partial: bool = False
    _source: Source | None = attrs.field(alias="source", default=None, eq=False, repr=False, kw_only=True)

    @property
    def raw(self) -> Any:
        """The reply as plain JSON values, unknown members included; None if it is not from a reply."""
        return self._source.value if self._source else None

    @property
    def raw_bytes(self) -> bytes:
        """The body of the reply, byte for byte."""
        return self._source.body.content if self._source else b""


def upload_of(reply: UploadReply, body: Raw, *, is_partial: bool) -> Upload:
    """Build an upload from its reply."""
    source, meta = Source(body), reply.Meta
    # This reply alone spells the members of a model in CamelCase, hence no `model_of`.
    model = (
        Model("", "", 0, ())
        if meta is None
        else Model(
            model_id=meta.ModelID or "",
            model_type=meta.ModelType or "",
            state=meta.State or 0,
            categories=categories_of(meta.Categories),
            status=meta.Status or "",
            accuracy=meta.Accuracy,
            source=source / "Meta",
        )
    )
    return Upload(model, tuple(map(_file_of, reply.Data or ())), is_partial, source=source)


def annotations_of(reply: AnnotationsReply, body: Raw, model_id: str) -> Upload:
    """Build an upload from a list of the training files of a model, whose reply does not repeat the model's id."""
    source, meta = Source(body), reply.Meta
    model = Model(
        model_id=model_id,
        model_type="",
        state=(meta and meta.state) or 0,
        categories=categories_of(meta.categories if meta else None),
        status=(meta and meta.status) or "",
        source=source / "Meta" if meta else None,
    )
    return Upload(model, tuple(map(_file_of, reply.Data or ())), source=source)


def _file_of(reply: UploadedFileReply) -> UploadedFile:
    annotations = [
        Annotation(
            item.name or "",
            item.ocr_text or "",
            (item.bndbox and Box.located(item.bndbox.xmin, item.bndbox.ymin, item.bndbox.xmax, item.bndbox.ymax))
            or Box(0, 0, 0, 0),
        )
        for item in reply.object or ()
    ]
    return UploadedFile(
        file_name=reply.filename or "",
        id=reply.id or "",
        width=(reply.size and reply.size.width) or 0,
        height=(reply.size and reply.size.height) or 0,
        annotations=tuple(annotations),
    )
