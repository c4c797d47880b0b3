"""Signed URLs: addresses under which images and files can be downloaded for some time, without the API key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

import attrs
from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nanonets_api import replies

LIFETIME: Final = timedelta(hours=4)
"""How long a signed URL is valid, by the documentation of the service."""
LONG_LIFETIME: Final = timedelta(days=180)
"""How long `SignedUrls.original_with_long_expiry` is valid, by the documentation of the service."""

# The names that storage services give to the time of a signature and to the seconds for which it is valid.
_DATED: Final = (("x-amz-date", "x-amz-expires"), ("x-goog-date", "x-goog-expires"))
_SIGNED: Final = "%Y%m%dT%H%M%SZ"


@frozen
class SignedUrl:
    """An address for downloads. Who has it can download, so it is in no repr.

    Attributes:
        url: The URL. Its host does not belong to the service: never send the API key there.
        lifetime: How long it is valid from the reply on, by the documentation of the service.
    """

    url: str = attrs.field(repr=False)
    lifetime: timedelta = LIFETIME

    @property
    def expires_at(self) -> datetime | None:
        """When it expires, as its query says; None if it does not.

        Examples:
            >>> SignedUrl("https://storage.example/a.png?Expires=1767225600&Signature=x").expires_at
            datetime.datetime(2026, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)
        """
        try:
            query = {name.lower(): value for name, value in parse_qsl(urlsplit(self.url).query)}
            for signed, seconds in _DATED:
                if signed in query and seconds in query:
                    start = datetime.strptime(query[signed], _SIGNED).replace(tzinfo=UTC)
                    return start + timedelta(seconds=int(query[seconds]))
            return datetime.fromtimestamp(int(query["expires"]), UTC)
        except (KeyError, ValueError, OverflowError, OSError):
            return None


@frozen
class SignedUrls:
    """The addresses of one stored image or file. Each is None if the reply does not have it.

    Attributes:
        original: As it is stored; valid for 4 hours, like all but the last.
        original_compressed: Compressed.
        thumbnail: Small.
        rotated_90: Turned by 90 degrees anticlockwise; `acw_rotate_90` in replies.
        rotated_180: Turned by 180 degrees; `acw_rotate_180` in replies.
        rotated_270: Turned by 270 degrees anticlockwise; `acw_rotate_270` in replies.
        original_with_long_expiry: As it is stored; valid for 180 days.
    """

    original: SignedUrl | None = None
    original_compressed: SignedUrl | None = None
    thumbnail: SignedUrl | None = None
    rotated_90: SignedUrl | None = None
    rotated_180: SignedUrl | None = None
    rotated_270: SignedUrl | None = None
    original_with_long_expiry: SignedUrl | None = None

    def __bool__(self) -> bool:
        return self != _NOTHING


_NOTHING: Final = SignedUrls()


def signed_urls_of(signed: Mapping[str, replies.SignedUrl], *paths: str | None) -> SignedUrls:
    """Return the addresses of the first path that has any."""
    for path in paths:
        reply = signed.get(path or "")
        if reply is not None:
            urls = SignedUrls(
                original=_url(reply.original),
                original_compressed=_url(reply.original_compressed),
                thumbnail=_url(reply.thumbnail),
                rotated_90=_url(reply.acw_rotate_90),
                rotated_180=_url(reply.acw_rotate_180),
                rotated_270=_url(reply.acw_rotate_270),
                original_with_long_expiry=_url(reply.original_with_long_expiry, LONG_LIFETIME),
            )
            if urls:
                return urls
    return _NOTHING


def address_of(urls: SignedUrls, *paths: str | None) -> str:
    """Return the URL under which something can be downloaded; empty if there is none.

    Args:
        urls: Its signed URLs.
        paths: Its storage paths. Some replies have the URL itself in their place.
    """
    if urls.original is not None:
        return urls.original.url
    return next((path for path in paths if path and path.lower().startswith(("https://", "http://"))), "")


def _url(url: str | None, lifetime: timedelta = LIFETIME) -> SignedUrl | None:
    return SignedUrl(url, lifetime) if url else None
