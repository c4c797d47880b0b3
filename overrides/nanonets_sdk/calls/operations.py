"""The operations of the service, one row each: its generated module, the type of its reply, its effect.

The generated module builds the request, so `openapi/nanonets.yaml` alone decides what goes over the wire. The reply is
read from its bytes by `replies.decode` and not by the generated models, which would lose what they do not know.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast

from attrs import field, frozen

from nanonets_api import replies
from nanonets_sdk.documents import Model
from nanonets_sdk.documents.model import model_of
from nanonets_sdk.flows import Flow, OnDisk, Sleep
from nanonets_sdk.replies.source import Raw, Source
from nanonets_sdk.transport.policy import Effect

R = TypeVar("R")
T = TypeVar("T")


@cache
def _builder(module: str) -> Any:
    # Imported on first use: a process that predicts has no need of the other modules.
    return cast("Any", import_module(module))._get_kwargs  # noqa: SLF001 - the generator's one builder of requests


@frozen
class Operation(Generic[R]):
    """One operation of the spec.

    Attributes:
        id: Its operationId.
        reply: The type of its reply; `Any` where none is documented, and `str` for plain text.
        effect: What it does at the service, which decides when it may be repeated.
        tag: The folder of its generated module.
        is_for_review_host: Whether another host than the service's serves it, the one that makes review links.
    """

    id: str
    reply: type[R]
    effect: Effect
    tag: str = "ocr"
    is_for_review_host: bool = False

    @property
    def module(self) -> str:
        """The generated module that builds its request."""
        return f"nanonets_api.api.{self.tag}.{self.id}"

    def request(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments of `httpx.Client.request` for a call."""
        request: dict[str, Any] = _builder(self.module)(**arguments)
        return request


@frozen
class Call(Generic[R]):
    """Step: call an operation. Its outcome is an `Answered`.

    Attributes:
        operation: The operation.
        arguments: Those of the generated function, without `client`.
        timeout: Seconds for this call, if less than the client's.
    """

    operation: Operation[R]
    arguments: dict[str, Any] = field(repr=False)
    timeout: float | None = None


Step: TypeAlias = Call[Any] | OnDisk | Sleep
CallFlow: TypeAlias = Flow[Step, T]
"""A flow that calls operations, driven by `calls.runner`."""


@frozen
class Answered(Generic[R]):
    """The outcome of a call.

    Attributes:
        reply: The decoded reply.
        body: Its bytes.
        status: The HTTP status.
    """

    reply: R
    body: Raw
    status: int

    @property
    def is_partial(self) -> bool:
        """Whether at least one URL failed: 202 in the published description, 206 in newer documentation."""
        return self.status in {202, 206}


def call(operation: Operation[R], *, timeout: float | None = None, **arguments: Any) -> CallFlow[Answered[R]]:
    """Call an operation. An argument that is None counts as not given."""
    # Generated functions take UNSET, not None, for an argument that is not given, and None would be sent.
    given = {name: value for name, value in arguments.items() if value is not None}
    answered: Answered[R] = yield Call(operation, given, timeout)
    return answered


def call_for_model(operation: Operation[replies.ModelReply], **arguments: Any) -> CallFlow[Model]:
    """Call an operation whose reply is a model; the arguments are those of `call`."""
    answered = yield from call(operation, **arguments)
    return model_of(answered.reply, Source(answered.body), is_partial=answered.is_partial)


_IC: Final = "image_classification"
_OD: Final = "object_detection"
_ML: Final = "multi_label"
# No source shows these replies. Nothing is read from them: the change is seen by reading again.
_UNDOCUMENTED: Final = cast("type[Any]", Any)

OCR_CREATE_MODEL: Final = Operation("ocr_create_model", replies.ModelReply, Effect.CHANGES)
OCR_GET_MODEL: Final = Operation("ocr_get_model", replies.ModelReply, Effect.READS)
OCR_UPLOAD_FILE: Final = Operation("ocr_upload_file", replies.UploadReply, Effect.CHANGES)
OCR_UPLOAD_URLS: Final = Operation("ocr_upload_urls", replies.UploadReply, Effect.CHANGES)
OCR_TRAIN: Final = Operation("ocr_train", replies.ModelReply, Effect.CHANGES)
OCR_PREDICT_FILE: Final = Operation("ocr_predict_file", replies.OcrReply, Effect.BILLS)
OCR_SUBMIT_FILE: Final = Operation("ocr_submit_file", replies.OcrReply, Effect.BILLS)
OCR_PREDICT_URLS: Final = Operation("ocr_predict_urls", replies.OcrReply, Effect.BILLS)
OCR_SUBMIT_URLS: Final = Operation("ocr_submit_urls", replies.OcrReply, Effect.BILLS)
OCR_LIST_PREDICTIONS: Final = Operation("ocr_list_predictions", replies.ListingReply, Effect.READS)
OCR_GET_PAGE: Final = Operation("ocr_get_page", replies.PageReply, Effect.READS)
OCR_GET_FILE: Final = Operation("ocr_get_file", replies.ListingReply, Effect.READS)
OCR_READ_TEXT: Final = Operation("ocr_read_text", replies.FullTextReply, Effect.BILLS)
OCR_APPROVE_FILE: Final = Operation("ocr_approve_file", _UNDOCUMENTED, Effect.CHANGES)
OCR_UNAPPROVE_FILE: Final = Operation("ocr_unapprove_file", _UNDOCUMENTED, Effect.CHANGES)
OCR_DELETE_FILE: Final = Operation("ocr_delete_file", _UNDOCUMENTED, Effect.CHANGES)
OCR_UPDATE_PAGE: Final = Operation("ocr_update_page", _UNDOCUMENTED, Effect.CHANGES)
OCR_UPDATE_BOXES: Final = Operation("ocr_update_boxes", _UNDOCUMENTED, Effect.CHANGES)
OCR_RETRY_PREDICTIONS: Final = Operation("ocr_retry_predictions", _UNDOCUMENTED, Effect.BILLS)
OCR_RETRY_EXPORTS: Final = Operation("ocr_retry_exports", _UNDOCUMENTED, Effect.CHANGES)
OCR_ASSIGN_FILES: Final = Operation("ocr_assign_files", _UNDOCUMENTED, Effect.CHANGES)
OCR_GET_REVIEW_LINK: Final = Operation("ocr_get_review_link", str, Effect.READS, is_for_review_host=True)

IC_CREATE_MODEL: Final = Operation("ic_create_model", replies.ModelReply, Effect.CHANGES, _IC)
IC_LIST_MODELS: Final = Operation("ic_list_models", tuple[replies.ModelReply, ...], Effect.READS, _IC)
IC_GET_MODEL: Final = Operation("ic_get_model", replies.ModelReply, Effect.READS, _IC)
IC_UPLOAD_FILE: Final = Operation("ic_upload_file", replies.ModelReply, Effect.CHANGES, _IC)
IC_UPLOAD_URLS: Final = Operation("ic_upload_urls", replies.ModelReply, Effect.CHANGES, _IC)
IC_TRAIN: Final = Operation("ic_train", replies.ModelReply, Effect.CHANGES, _IC)
IC_PREDICT_FILE: Final = Operation("ic_predict_file", replies.IcReply, Effect.BILLS, _IC)
IC_PREDICT_URLS: Final = Operation("ic_predict_urls", replies.IcReply, Effect.BILLS, _IC)

OD_CREATE_MODEL: Final = Operation("od_create_model", replies.ModelReply, Effect.CHANGES, _OD)
OD_GET_MODEL: Final = Operation("od_get_model", replies.ModelReply, Effect.READS, _OD)
OD_LIST_ANNOTATIONS: Final = Operation("od_list_annotations", replies.AnnotationsReply, Effect.READS, _OD)
OD_UPLOAD_FILE: Final = Operation("od_upload_file", replies.UploadReply, Effect.CHANGES, _OD)
OD_UPLOAD_URLS: Final = Operation("od_upload_urls", replies.UploadReply, Effect.CHANGES, _OD)
OD_TRAIN: Final = Operation("od_train", replies.ModelReply, Effect.CHANGES, _OD)
OD_PREDICT_FILE: Final = Operation("od_predict_file", replies.OcrReply, Effect.BILLS, _OD)
OD_PREDICT_URLS: Final = Operation("od_predict_urls", replies.OcrReply, Effect.BILLS, _OD)

ML_CREATE_MODEL: Final = Operation("ml_create_model", replies.ModelReply, Effect.CHANGES, _ML)
ML_GET_MODEL: Final = Operation("ml_get_model", replies.ModelReply, Effect.READS, _ML)
ML_UPLOAD_FILES: Final = Operation("ml_upload_files", replies.UploadReply, Effect.CHANGES, _ML)
ML_UPLOAD_URLS: Final = Operation("ml_upload_urls", replies.UploadReply, Effect.CHANGES, _ML)
ML_TRAIN: Final = Operation("ml_train", replies.ModelReply, Effect.CHANGES, _ML)
ML_PREDICT_FILES: Final = Operation("ml_predict_files", replies.IcReply, Effect.BILLS, _ML)
ML_PREDICT_URLS: Final = Operation("ml_predict_urls", replies.IcReply, Effect.BILLS, _ML)

OPERATIONS: Final[tuple[Operation[Any], ...]] = tuple(row for row in globals().values() if row.__class__ is Operation)
"""Every operation: the rows above, in their order."""
