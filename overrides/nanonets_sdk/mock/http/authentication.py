"""HTTP Basic authentication with the API key as the user name and an empty password."""

import base64
import hmac

from nanonets_sdk.mock.account.refusals import Refusal


def presented_key(authorization: str | None) -> str:
    """Return the API key of an `Authorization` header.

    Raises:
        Refusal: 401 if the header has no key in the service's form.
    """
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        raise _unauthorized("No API key was sent")
    try:
        key, separator, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError as error:
        raise _unauthorized("The Authorization header is not valid") from error
    if not separator or not key:
        raise _unauthorized("The API key is empty")
    if password:
        raise _unauthorized("The password is not empty")
    return key


def check_key(authorization: str | None, api_key: str | None) -> None:
    """Check that the header has this API key, or with None any key.

    Raises:
        Refusal: 401.
    """
    key = presented_key(authorization)
    if api_key is not None and not hmac.compare_digest(key.encode(), api_key.encode()):
        raise _unauthorized("The API key is wrong")


def _unauthorized(reason: str) -> Refusal:
    return Refusal(401, reason, "Please send the API key as the user name, with an empty password")
