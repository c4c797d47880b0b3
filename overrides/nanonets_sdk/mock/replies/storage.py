"""Storage paths, and the signed URLs under which their contents can be fetched without the API key."""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote, urlencode

from attrs import frozen

from nanonets_sdk.mock.state.records import PageRecord, RequestFile

REVIEW: Final = "review"
SHORT_SECONDS: Final = 4 * 3_600
LONG_SECONDS: Final = 180 * 86_400
# The seven variants of a captured reply, with the times for which the service's documentation says that they are valid.
VARIANTS: Final = {
    "original": SHORT_SECONDS,
    "original_compressed": SHORT_SECONDS,
    "thumbnail": SHORT_SECONDS,
    "acw_rotate_90": SHORT_SECONDS,
    "acw_rotate_180": SHORT_SECONDS,
    "acw_rotate_270": SHORT_SECONDS,
    "original_with_long_expiry": LONG_SECONDS,
}

AS_SENT: Final = {"original", "original_with_long_expiry"}
"""The variants of a file, which is kept as it was sent. The others are empty."""


def page_path(page: PageRecord) -> str:
    """Return the storage path of a page's image."""
    return f"uploadedfiles/{page.model_id}/PredictionImages/{page.page_id}.png"


def file_path(file: RequestFile) -> str:
    """Return the storage path of a file."""
    return f"uploadedfiles/{file.model_id}/RawPredictions/{file.request_file_id}.{file.extension}"


@frozen
class Signer:
    """Makes and checks signed URLs."""

    secret: str

    def body(
        self, pages: Iterable[PageRecord], files: Iterable[RequestFile], root_url: str, now: float
    ) -> dict[str, Any]:
        """Return `SignedUrls` of the description for the images of some pages, and for some files as they were sent."""
        paths = {path: set(VARIANTS) for path in map(page_path, pages)} | dict.fromkeys(map(file_path, files), AS_SENT)
        body: dict[str, dict[str, str]] = {}
        for path, available in paths.items():
            urls = body[path] = dict.fromkeys(VARIANTS, "")
            for variant in available:
                expires = int(now) + VARIANTS[variant]
                query = {"variant": variant, "expires": expires, "signature": self.signature(path, variant, expires)}
                urls[variant] = f"{root_url}/_mock/storage/{quote(path)}?{urlencode(query)}"
        return body

    def review_link(self, request_file_id: str, root_url: str, expires: int, redirect: str, callback: str) -> str:
        """Return the link to the page on which a file can be reviewed; `redirect` and `callback` may be empty."""
        signature = self.signature(f"{REVIEW}/{request_file_id}", f"{redirect}\n{callback}", expires)
        query = {"expires": expires, "redirect": redirect, "callback": callback, "signature": signature}
        return f"{root_url}/_mock/{REVIEW}/{request_file_id}?{urlencode(query)}"

    def signature(self, path: str, variant: str, expires: int) -> str:
        """Return the signature of a URL; for a review, the variant is the addresses of redirect and callback."""
        message = f"{path}\n{variant}\n{expires}".encode()
        return hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()

    def is_valid(self, path: str, variant: str, expires: int, signature: str, now: float) -> bool:
        """Return whether a URL was made by this signer and has not expired."""
        return now < expires and hmac.compare_digest(self.signature(path, variant, expires), signature)
