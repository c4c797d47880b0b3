"""Documents from stored replies and from webhook bodies."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from attrs import field, frozen

from nanonets_sdk.documents.document import Document, documents_in, documents_of
from nanonets_sdk.documents.stored_files import Loading, PagesFrom
from nanonets_sdk.replies.source import Raw
from nanonets_sdk.stored.bodies import StoredBody, StoredSource
from nanonets_sdk.stored.shapes import Shape, recognised, unreadable

if TYPE_CHECKING:
    from nanonets_sdk.events import Drift

WebhookShape: TypeAlias = Literal["files", "pages", "document", "page"]
"""The shape of a webhook body.

`files` and `pages` have lists of pages, by file and flat; `document` has the boxes of all pages in one list; `page` is
a page by itself.
"""

_SHAPES: Final[dict[Shape, WebhookShape]] = {"files": "files", "pages": "pages", "merged": "document", "page": "page"}


def load_documents(source: StoredSource, *, on_drift: Callable[[Drift], object] | None = None) -> list[Document]:
    """Load the documents in a stored reply, or in an archive of several.

    It takes what `raw`, `raw_bytes` and `to_json` return, what `nanonets predict --output` writes, replies as they came
    over the wire, and webhook bodies; as JSON Lines also mixed. They are read as by a client: values that do not fit
    are left empty and reported, and unknown members stay in `raw`.

    Args:
        source: A path, JSON as text or bytes, parsed JSON, or an open file; a string is JSON if it begins with `{` or
            `[`, else a path. It may be compressed with gzip.
        on_drift: Called for each value of an unexpected type, as by a client. The operation is `load`.

    Returns:
        The documents in the order of the source: one for each file that a reply is about.

    Raises:
        DecodeError: Something in it is not JSON, or no reply with documents; the message says where, and what it is.
            Classifications and full text have `load_classifications` and `load_text_documents`.
        OSError: It cannot be read.

    Example:
        ```python
        Path("archive.jsonl").write_bytes(document.raw_bytes)
        for document in load_documents("archive.jsonl"):
            print(document.file_name, len(document.fields))
        ```
    """
    return documents_in(source, on_drift=on_drift)


@frozen
class WebhookBody:
    """What a webhook body holds.

    Attributes:
        shape: Its shape.
        documents: A document for each file.
        value: The body as plain JSON values.
    """

    shape: WebhookShape
    documents: tuple[Document, ...]
    value: Any = field(repr=False)


def read_webhook(
    body: bytes, *, pages_from: PagesFrom | None = None, on_drift: Callable[[Drift], object] | None = None
) -> WebhookBody:
    """Read a webhook body.

    Args:
        body: The body, byte for byte.
        pages_from: The number of the first page; None for 0, and in the shape `document` for 1 if no box is on page 0.
        on_drift: Called for each value of an unexpected type.

    Raises:
        DecodeError: It is not JSON, or of another shape; `raw` of the error has it.
    """
    stored = StoredBody(body, "the webhook body")
    found = recognised(stored)
    if len(found) != 1 or found[0].is_bare or found[0].shape not in _SHAPES:
        raise unreadable(stored, "is JSON, but of no shape that webhook bodies have")
    documents = documents_of(found[0], Loading(on_drift, pages_from))
    if not documents:
        raise unreadable(stored, "has the shape of a webhook body, but no document")
    return WebhookBody(_SHAPES[found[0].shape], tuple(documents), cast("object", Raw(body).value))
