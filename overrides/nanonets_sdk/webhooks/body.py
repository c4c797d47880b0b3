"""The body of a webhook, as documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from nanonets_sdk.documents.loading import WebhookShape, read_webhook
from nanonets_sdk.formats.shown import number_repr

if TYPE_CHECKING:
    from nanonets_sdk.documents import Document
    from nanonets_sdk.events import Drift


@frozen
class Webhook:
    """What the service, or a review link, has posted.

    Attributes:
        shape: "files" if the body lists files with their pages, "pages" if it lists pages, "document" if it is one
            object with the boxes of all pages, "page" if it is one page: the callback of a review link.
        documents: What it says, one for each file.
        raw: The bytes that arrived.
        name: What followed the token in the URL; empty if nothing did. The body does not say what it was sent on, so
            give each trigger a URL of its own: `…/TOKEN/approval`, `…/TOKEN/rejection`.

    A callback of a review link also comes if the reviewer only closed the page: look at `document.is_moderated`.
    """

    shape: WebhookShape
    documents: tuple[Document, ...] = field(repr=number_repr)
    raw: bytes = field(repr=False)
    name: str = ""


def parse(
    body: bytes | bytearray | memoryview | str,
    *,
    name: str = "",
    pages_from: Literal[0, 1] | None = None,
    on_drift: Callable[[Drift], object] | None = None,
) -> Webhook:
    """Return what the body of a webhook says.

    Args:
        body: The body as it arrived.
        name: The name to give the webhook.
        pages_from: The number of the first page in the body. By default boxes of all pages in one list are taken to
            count from 1 if none is on page 0, and everything else from 0; both were seen.
        on_drift: Called for each difference from the API description.

    Raises:
        DecodeError: It is not a webhook of a known shape. `raw` is the body.

    Examples:
        ```python
        from nanonets_sdk.webhooks import parse

        body = b'{"result": {"id": "1", "input": "a.pdf", "prediction": [], "moderated_boxes": []}}'
        webhook = parse(body)
        assert webhook.shape == "document"
        assert webhook.documents[0].file_name == "a.pdf"
        ```
    """
    if not isinstance(body, str | bytes | bytearray | memoryview):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"body must be bytes or a str, got {type(body).__name__}; pass the body as it arrived")
    content = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)
    found = read_webhook(content, pages_from=pages_from, on_drift=on_drift)
    return Webhook(found.shape, found.documents, content, name)
