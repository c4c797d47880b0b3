"""Replies to image classification calls."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nanonets_sdk.mock.replies.prediction import SUCCESS


def classified(name: str, probabilities: Mapping[str, float]) -> dict[str, Any]:
    """Return the entry of a picture, the most probable category first."""
    ordered = sorted(probabilities.items(), key=lambda pair: -pair[1])
    prediction = [{"label": label, "probability": probability} for label, probability in ordered]
    return {"message": SUCCESS, "prediction": prediction, "file": name, "page": 0}


def failed_picture(name: str, reason: str) -> dict[str, Any]:
    """Return the entry of a URL from which no picture came."""
    return {"message": reason, "prediction": [], "file": name}


def classification_body(model_id: str, entries: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return `IcReply` of the description."""
    result: Sequence[dict[str, Any]] = list(entries)
    return {"message": SUCCESS, "result": result, "model_id": model_id}
