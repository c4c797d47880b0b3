"""The models, files and URLs of a service that a contract run can use.

A generated id does not exist, and a run that only meets 404 proves little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Self

import httpx
import msgspec
from attrs import evolve, field, frozen

from nanonets_sdk._decoding import decoder

OCR_LABELS: Final = ("invoice_number", "total")
PICTURE_CLASSES: Final = ("receipt", "passport")
CATEGORIES: Final[Mapping[str, tuple[str, ...]]] = {
    "ocr": OCR_LABELS,
    "classification": PICTURE_CLASSES,
    "localization": ("person", "car"),
    "multi_label": ("person", "car"),
}
URLS: Final = ("https://files.example.org/invoice.pdf", "https://files.example.org/receipt.png")
"""The URLs in the examples of the spec."""
HOSTED: Final = (5, 6)
"""The states of a model that takes predictions."""
SECONDS: Final = 60.0
_DAYS_BACK: Final = 30


def _no_categories() -> dict[str, tuple[str, ...]]:
    return {}


@frozen
class World:
    """The ids of what exists; an empty string where there is nothing."""

    ocr_model: str = ""
    """Hosted; takes predictions."""
    archive_model: str = ""
    """Hosted OCR model with a predicted file to read."""
    ocr_trainee: str = ""
    """OCR model with training files; accepts more, and can be trained."""
    ocr_empty: str = ""
    """OCR model without training files, which cannot be trained."""
    ic_model: str = ""
    """Hosted; takes pictures."""
    ic_trainee: str = ""
    """The same as `ocr_trainee` for image classification."""
    ic_empty: str = ""
    """The same as `ocr_empty` for image classification."""
    od_model: str = ""
    od_trainee: str = ""
    od_empty: str = ""
    ml_model: str = ""
    ml_trainee: str = ""
    ml_empty: str = ""
    """The same for object detection and for multi-label models."""
    page: str = ""
    day: int = 0
    hour: int = 0
    """When the page was predicted, as the service counts it; a correction names both."""
    request_file: str = ""
    is_own: bool = False
    """Whether this run made the file, so that it may be changed."""
    categories: Mapping[str, tuple[str, ...]] = field(factory=_no_categories)
    """The categories of every known model."""
    urls: tuple[str, ...] = ()
    """URLs that the service can fetch."""

    def to_json(self) -> str:
        """Return the world as JSON, for another process."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        return decoder(cls).decode(text)


def discover(http: httpx.Client) -> World:
    """Find out what a service has, using GET requests only.

    Args:
        http: A client with the base URL and the key.

    Raises:
        httpx.HTTPError: The service does not answer, or refuses the key.
        KeyError, TypeError, ValueError: An answer is not what the contract says.
    """
    models = json_of(http.get("/ImageCategorization/Models"))
    hosted = [model for model in models if model.get("state") in HOSTED]
    ocr = [model["model_id"] for model in hosted if model.get("model_type") == "ocr"]
    by_type = {str(model.get("model_type")): model["model_id"] for model in reversed(hosted)}
    nothing: tuple[str, dict[str, Any]] = (ocr[0] if ocr else "", {})
    archive, image = next(_with_a_page(http, ocr), nothing)
    others = by_type.keys() - {"ocr", "classification", "localization"}
    # No source says how a listing calls multi-label models.
    multi_label = [by_type[kind] for kind in sorted(others) if "multi" in kind.lower()]
    return World(
        ocr_model=archive,
        archive_model=archive,
        ic_model=by_type.get("classification", ""),
        od_model=by_type.get("localization", ""),
        ml_model=multi_label[0] if multi_label else "",
        page=image.get("id", ""),
        request_file=image.get("request_file_id", ""),
        day=image.get("day_since_epoch", 0),
        hour=image.get("hour_of_day", 0),
        categories={model["model_id"]: tuple(one["name"] for one in model["categories"]) for model in models},
    )


def _with_a_page(http: httpx.Client, model_ids: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    today = (datetime.now(UTC) - datetime.fromtimestamp(0, UTC)).days
    interval = {"start_day_interval": today - _DAYS_BACK, "current_batch_day": today}
    for model_id in model_ids:
        listing = json_of(http.get(f"/Inferences/Model/{model_id}/ImageLevelInferences", params=interval))
        for image in (*listing["moderated_images"], *listing["unmoderated_images"]):
            yield model_id, image


def with_ids(world: World, ids: Mapping[str, str]) -> World:
    """Return a world with other ids, by the names of its attributes."""
    changes: dict[str, Any] = {**ids}
    return evolve(world, **changes)


def json_of(reply: httpx.Response) -> Any:
    """Return the JSON of a successful reply."""
    return reply.raise_for_status().json()
