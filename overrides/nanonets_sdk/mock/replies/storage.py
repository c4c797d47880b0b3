"""Storage paths and the signed addresses under which they can be fetched without the key."""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote, urlencode

from attrs import frozen

from nanonets_sdk.mock.state.records import PageRecord, RequestFile

SHORT_SECONDS: Final = 4 * 3_600
LONG_SECONDS: Final = 180 * 86_400
VARIANTS: Final = {
    "original": SHORT_SECONDS,
    "original_compressed": SHORT_SECONDS,
    "thumbnail": SHORT_SECONDS,
    "acw_rotate_90": SHORT_SECONDS,
    "acw_rotate_180": SHORT_SECONDS,
    "acw_rotate_270": SHORT_SECONDS,
    "original_with_long_expiry": LONG_SECONDS,
}


def page_path(page: PageRecord) -> str:
    """Return the storage path of a page's image."""
    return f"uploadedfiles/{page.model_id}/PredictionImages/{page.page_id}.png"


def file_path(file: RequestFile) -> str:
    """Return the storage path of a file."""
    return f"uploadedfiles/{file.model_id}/RawPredictions/{file.request_file_id}.{file.extension}"


@frozen
class Signer:
    """Makes and checks signed addresses."""

    secret: str

    def body(self, pages: Iterable[PageRecord], root_url: str, now: float) -> dict[str, Any]:
        """Return `SignedUrls` of the description for the images of some pages."""
        return {page_path(page): self._addresses(page_path(page), root_url, now) for page in pages}

    def _addresses(self, path: str, root_url: str, now: float) -> dict[str, str]:
        return {
            variant: self._address(path, variant, root_url, int(now) + seconds) for variant, seconds in VARIANTS.items()
        }

    def _address(self, path: str, variant: str, root_url: str, expires: int) -> str:
        query = {"variant": variant, "expires": expires, "signature": self.signature(path, variant, expires)}
        return f"{root_url}/_mock/storage/{quote(path)}?{urlencode(query)}"

    def signature(self, path: str, variant: str, expires: int) -> str:
        """Return the signature of an address."""
        message = f"{path}\n{variant}\n{expires}".encode()
        return hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()

    def is_valid(self, path: str, variant: str, expires: int, signature: str, now: float) -> bool:
        """Return whether an address was made by this signer and has not run out."""
        return now < expires and hmac.compare_digest(self.signature(path, variant, expires), signature)
