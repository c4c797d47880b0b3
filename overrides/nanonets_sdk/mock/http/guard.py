"""Who may use the control API: programs on this machine, and with the token other machines. No web page ever.

A browser sends requests for any page that is open in it, from inside this machine. What gives a page away:

    a page of another site calls us              Sec-Fetch-Site and Origin name it
    ... or posts a form                          the body has one of the three types that need no permission
    ... or points its own name at 127.0.0.1      Host is that name (DNS rebinding)

The token is needed if the mock listens beyond loopback: its own address then says little about where a call comes from.
"""

import hmac
from typing import Final
from urllib.parse import urlsplit

from attrs import frozen
from starlette.requests import Request

from nanonets_sdk._net import is_loopback
from nanonets_sdk.mock.account.refusals import Refusal
from nanonets_sdk.mock.http.bodies import FORM

TOKEN_VARIABLE: Final = "NANONETS_MOCK_TOKEN"  # noqa: S105  # the name of a variable
_READING: Final = {"GET", "HEAD"}
_OF_OUR_OWN: Final = {"same-origin", "none"}
_ADVICE: Final = "The control API is for programs, not for web pages"


@frozen
class Guard:
    """The rules of one server.

    Attributes:
        address: The address that it listens on, by which it may be called beside the names of loopback.
        token: What calls that change something must present; None if they need nothing.
    """

    address: str
    token: str | None

    def check(self, request: Request, media_type: str) -> None:
        """Check that a request may use the control API.

        Args:
            request: The request; its body is not read.
            media_type: The type that its body must have.

        Raises:
            Refusal: 403 for a caller who may not, 415 for a body of another type.
        """
        self._check_page(request)
        if not self._has_token(request):
            if request.client is None or not is_loopback(request.client.host):
                raise Refusal(403, f"The control API is for this machine alone{self._or_with_token()}", _ADVICE)
            if not self._is_own_name(request.headers.get("host", "")):
                raise Refusal(403, "The control API does not answer to this Host", "Please call it at 127.0.0.1")
            if self.token is not None and request.method not in _READING:
                raise Refusal(403, "The call changes the mock and has no valid token", self._advice())
        self._check_body(request, media_type)

    def _check_page(self, request: Request) -> None:
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        if site is not None and site not in _OF_OUR_OWN:
            raise Refusal(403, "The request was made by a page of another site", _ADVICE)
        if origin is not None and _authority(origin) != request.headers.get("host", "").lower():
            raise Refusal(403, "The request was made by a page of another origin", _ADVICE)

    def _check_body(self, request: Request, media_type: str) -> None:
        headers = request.headers
        has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        given = headers.get("content-type", "")
        # The type that curl and urllib name by default; no browser comes without one of the signs of it.
        usual = {media_type} if _is_browser(request) else {media_type, FORM}
        fits = given.partition(";")[0].strip().lower() in usual
        if request.method not in _READING and (has_body or given) and not fits:
            raise Refusal(415, f"The content type is {given!r}, not {media_type}", "Please name the content type")

    def _has_token(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        expected = self.token or ""
        return bool(expected) and scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), expected.encode())

    def _is_own_name(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return is_loopback(name) or name == self.address.lower()

    def _or_with_token(self) -> str:
        return "" if self.token is None else ", or needs the token"

    def _advice(self) -> str:
        return "Please send `Authorization: Bearer TOKEN` with the token that the mock was started with"


def _is_browser(request: Request) -> bool:
    headers = request.headers
    signs = ("origin", "sec-fetch-site", "referer", "cookie")
    return headers.get("user-agent", "").startswith("Mozilla/") or any(sign in headers for sign in signs)


def _authority(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
