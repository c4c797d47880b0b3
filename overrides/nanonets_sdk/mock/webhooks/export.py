"""Which webhooks are sent, as settings."""

from contextlib import suppress
from typing import Any, Final, Literal, get_args

from attrs import field, frozen
from attrs.validators import ge, in_

from nanonets_sdk._net.posting import host_of
from nanonets_sdk.mock.account.exports import Trigger
from nanonets_sdk.mock.coerce import convert, parse_json

Shape = Literal["files", "pages", "document"]
Level = Literal["document", "page"]

_AT_LEAST_1: Final = ge(1)


@frozen
class WebhookExport:
    """A webhook, as the service's settings have it: a URL for one trigger.

    Raises:
        ValueError: A setting does not have this value, or the URL is not an HTTP URL.

    Examples:
        >>> WebhookExport("http://127.0.0.1:8500/TOKEN/approval", trigger="approval").shape
        'document'
    """

    url: str = field(repr=False)
    """Where the body is posted. It may hold a token, so no repr and no list shows more than its host and port."""
    trigger: Trigger = field(default="inference", validator=in_(get_args(Trigger)))
    """What it is sent on. The body does not name it."""
    shape: Shape = field(default="document", validator=in_(get_args(Shape)))
    """Files with their pages, pages alone, or one object with the boxes of all pages."""
    level: Level = field(default="document", validator=in_(get_args(Level)))
    """Whether one request is sent for a file or one for each of its pages."""
    first_page: int = field(default=0, validator=in_((0, 1)))
    """Number of the first page in the boxes of the shape `document`; both were seen."""
    copies: int = field(default=1, validator=_AT_LEAST_1)
    """How often the same bytes are sent, so that a test meets duplicates."""
    tries: int = field(default=1, validator=_AT_LEAST_1)
    """How often a body is sent until it is answered with 2xx. No repetition by the service was ever seen."""

    def __attrs_post_init__(self) -> None:
        host_of(self.url)


def parse_export(text: str) -> WebhookExport:
    """Read a webhook written as `URL[,NAME=VALUE…]`.

    Raises:
        ValueError: A name or a value is not known.

    Examples:
        >>> parse_export("http://127.0.0.1:8500/TOKEN,trigger=approval,copies=2").copies
        2
    """
    url, *settings = text.split(",")
    data: dict[str, Any] = {"url": url}
    for setting in settings:
        name, _, value = setting.partition("=")
        data[name] = value
        with suppress(ValueError):  # a value that is not JSON is a string
            data[name] = parse_json(value)
    return convert(data, WebhookExport)
