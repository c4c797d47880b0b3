"""The operations of the service, one row each: its generated module, the type of its reply, its effect.

The generated module builds the request, so `openapi/nanonets.yaml` alone decides what goes over the wire. The reply is
read from its bytes by `replies.decode` and not by the generated models, which would lose what they do not know.
"""

from __future__ import annotations

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


@frozen
class Operation(Generic[R]):
    """One operation of the spec.

    Attributes:
        id: Its operationId.
        reply: The type of its reply.
        effect: What it does at the service, which decides when it may be repeated.
        tag: The folder of its generated module.
    """

    id: str
    reply: type[R]
    effect: Effect
    tag: str = "ocr"

    @property
    def module(self) -> str:
        """The generated module that builds its request."""
        return f"nanonets_api.api.{self.tag}.{self.id}"

    def request(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments of `httpx.Client.request` for a call."""
        # Imported on first use: a process that predicts has no need of the other nineteen modules.
        build = cast("Any", import_module(self.module))._get_kwargs  # noqa: SLF001 - the generator's one builder of requests
        request: dict[str, Any] = build(**arguments)
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

IC_CREATE_MODEL: Final = Operation("ic_create_model", replies.ModelReply, Effect.CHANGES, _IC)
IC_LIST_MODELS: Final = Operation("ic_list_models", tuple[replies.ModelReply, ...], Effect.READS, _IC)
IC_GET_MODEL: Final = Operation("ic_get_model", replies.ModelReply, Effect.READS, _IC)
IC_UPLOAD_FILE: Final = Operation("ic_upload_file", replies.ModelReply, Effect.CHANGES, _IC)
IC_UPLOAD_URLS: Final = Operation("ic_upload_urls", replies.ModelReply, Effect.CHANGES, _IC)
IC_TRAIN: Final = Operation("ic_train", replies.ModelReply, Effect.CHANGES, _IC)
IC_PREDICT_FILE: Final = Operation("ic_predict_file", replies.IcReply, Effect.BILLS, _IC)
IC_PREDICT_URLS: Final = Operation("ic_predict_urls", replies.IcReply, Effect.BILLS, _IC)

OPERATIONS: Final[tuple[Operation[Any], ...]] = tuple(
    row for name, row in globals().items() if name.startswith(("OCR_", "IC_"))
)
"""Every operation: the rows above, in their order."""
