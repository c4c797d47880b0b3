"""Training data: annotations going out, what became of them coming back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from nanonets_sdk.documents.model import Model, categories_of
from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.replies.source import Raw, Source

if TYPE_CHECKING:
    from nanonets_api.replies import UploadedFileReply, UploadMeta, UploadReply


@frozen
class Annotation:
    """What a training file says at one place.

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
        id: The service's id of it; empty where the reply has none.
        width: Of the page image, in pixels; 0 where the reply does not say.
        height: Likewise.
        annotations: The annotations that the service took over.
    """

    file_name: str
    id: str = ""
    width: int = 0
    height: int = 0
    annotations: tuple[Annotation, ...] = ()


@frozen
class Upload:
    """What an upload of training files made of a model.

    Attributes:
        model: The model with its new counts.
        files: The files of this upload that the service stored.
        is_partial: Whether the service said that at least one URL failed; what is not among `files` did.
    """

    model: Model
    files: tuple[UploadedFile, ...]
    is_partial: bool = False
    _source: Source | None = attrs.field(alias="source", default=None, eq=False, repr=False, kw_only=True)

    @property
    def raw(self) -> Any:
        """The reply as plain JSON values, unknown members included; None for one that came from no reply."""
        return self._source.value if self._source else None

    @property
    def raw_bytes(self) -> bytes:
        """The body of the reply, byte for byte."""
        return self._source.body.content if self._source else b""


def upload_of(reply: UploadReply, body: Raw, *, is_partial: bool) -> Upload:
    """The upload that a reply is."""
    source = Source(body)
    files = tuple(map(_file_of, reply.Data or ()))
    return Upload(_model_of(reply.Meta, source / "Meta"), files, is_partial, source=source)


def _model_of(meta: UploadMeta | None, source: Source) -> Model:
    if meta is None:
        return Model("", "", 0, (), source=None)
    return Model(
        model_id=meta.ModelID or "",
        model_type=meta.ModelType or "",
        state=meta.State or 0,
        categories=categories_of(meta.Categories),
        status=meta.Status or "",
        accuracy=meta.Accuracy,
        source=source,
    )


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
