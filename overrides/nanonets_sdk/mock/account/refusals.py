"""Refusals: requests that are answered with an error, and the service's envelope for it."""

from http import HTTPStatus
from typing import Any

from nanonets_sdk.mock.account.behaviour import Behaviour


class Refusal(Exception):
    """A request that is answered with an error: the status, what is wrong, and what to do about it."""

    def __init__(self, status: int, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.advice = advice


def bad_request(reason: str, advice: str = "") -> Refusal:
    """Return a 400."""
    return Refusal(HTTPStatus.BAD_REQUEST, reason, advice)


def not_found(what: str) -> Refusal:
    """Return a 404 for a model, file or page."""
    return Refusal(HTTPStatus.NOT_FOUND, f"{what} not found", "Please check the id")


def model_not_ready(status: int) -> Refusal:
    """Return the refusal to work with a model in its current state."""
    # The two sentences are the service's own, captured with a 409.
    return Refusal(status, "Model is not ready", "Please check the current state of model")


def error_body(refusal: Refusal, behaviour: Behaviour) -> Any:
    """Return the JSON body of a refusal."""
    if refusal.status in behaviour.error_bodies:
        return behaviour.error_bodies[refusal.status]
    phrase = HTTPStatus(refusal.status).phrase
    if behaviour.error_message == "message":
        return {"message": f"{phrase}: {refusal.reason}"}
    reasons = [{"reason": refusal.reason, "message": refusal.advice}]
    return {"message": phrase, "code": int(refusal.status), "errors": reasons}
