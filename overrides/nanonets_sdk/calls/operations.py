"""The operations of the service, a row each: the generated module of its request, the type of its reply, what it does.

The request is the generated module's, so that the wire follows `openapi/nanonets.yaml` alone; the reply is read from
its bytes by `decode`, not by the generated models, which would lose what they do not know.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final, Generic, TypeVar, cast

from attrs import field, frozen

from nanonets_api import replies
from nanonets_sdk.flows import Flow
from nanonets_sdk.replies.source import Body
from nanonets_sdk.transport.policy import Effect

R = TypeVar("R")


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
        """The arguments of `httpx.Client.request` for a call.

        Args:
            arguments: Those of the generated function, without `client`.
        """
        build = cast("Any", import_module(self.module))._get_kwargs  # noqa: SLF001 - the generator's one builder of requests
        request: dict[str, Any] = build(**arguments)
        return request


@frozen
class Call(Generic[R]):
    """The step of calling an operation; its result is an `Answered`.

    Attributes:
        operation: The operation.
        arguments: Those of the generated function, without `client`.
        timeout: Seconds for this call, where that is less than the client's.
    """

    operation: Operation[R]
    arguments: dict[str, Any] = field(repr=False)
    timeout: float | None = None


@frozen
class Answered(Generic[R]):
    """What came of a call.

    Attributes:
        reply: The reply, read.
        body: Its bytes.
        status: The HTTP status.
    """

    reply: R
    body: Body
    status: int

    @property
    def is_partial(self) -> bool:
        """Whether the service says that at least one URL failed: by 202 as published, by 206 in newer documentation."""
        return self.status in {202, 206}


def call(operation: Operation[R], *, timeout: float | None = None, **arguments: Any) -> Flow[Answered[R]]:
    """The flow of one call.

    Args:
        operation: The operation.
        timeout: Seconds for this call, where that is less than the client's.
        **arguments: Those of the generated function, without `client`; None is as if not given.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    answered: Answered[R] = yield Call(operation, given, timeout)
    return answered


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

OPERATIONS: Final[tuple[Operation[Any], ...]] = (
    OCR_CREATE_MODEL,
    OCR_GET_MODEL,
    OCR_UPLOAD_FILE,
    OCR_UPLOAD_URLS,
    OCR_TRAIN,
    OCR_PREDICT_FILE,
    OCR_SUBMIT_FILE,
    OCR_PREDICT_URLS,
    OCR_SUBMIT_URLS,
    OCR_LIST_PREDICTIONS,
    OCR_GET_PAGE,
    OCR_GET_FILE,
    IC_CREATE_MODEL,
    IC_LIST_MODELS,
    IC_GET_MODEL,
    IC_UPLOAD_FILE,
    IC_UPLOAD_URLS,
    IC_TRAIN,
    IC_PREDICT_FILE,
    IC_PREDICT_URLS,
)
