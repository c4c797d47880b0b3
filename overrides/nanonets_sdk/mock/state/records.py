"""What the mock remembers: models, training files, files sent for prediction, and their pages."""

from typing import Final, Literal, TypeAlias

import msgspec
from attrs import frozen

from nanonets_sdk.mock.learning import Annotation
from nanonets_sdk.mock.state.progressions import Work

ModelType = Literal["ocr", "classification", "localization", "multi_label"]

BoxJson: TypeAlias = dict[str, msgspec.Raw]
"""A box in the form of a reply, each member as the bytes that came, so that unknown ones are given back unchanged."""

# States of a model, as the service counts them.
FAILED: Final = -1
CREATED: Final = 0
UPLOADED: Final = 1
ANNOTATED: Final = 2
QUEUED: Final = 3
TRAINING: Final = 4
HOSTED: Final = 5
RETRAINING: Final = 6


@frozen
class Model:
    """A model. `rules` is what it has learned, as JSON, and `next_rules` what it learns in the current training."""

    model_id: str
    model_type: ModelType
    categories: tuple[str, ...]
    state: int = CREATED
    rules: str = ""
    next_rules: str = ""
    training: Work | None = None
    discovers: bool = False
    """Whether it reads every labelled text, and not only those of its categories."""


@frozen
class TrainingFile:
    """A file to learn from: annotated (OCR, object detection), or an example of some of the categories."""

    file_id: str
    model_id: str
    name: str
    sha256: str
    width: int
    height: int
    annotations: tuple[Annotation, ...] = ()
    categories: tuple[str, ...] = ()


@frozen
class Cell:
    """A cell of a predicted table."""

    cell_id: str
    row: int
    col: int
    row_span: int
    col_span: int
    label: str
    xmin: int
    ymin: int
    xmax: int
    ymax: int
    score: float
    text: str
    status: str = "correctly_predicted"


@frozen
class Box:
    """A predicted field, table or object."""

    box_id: str
    label: str
    xmin: int
    ymin: int
    xmax: int
    ymax: int
    score: float
    text: str
    kind: Literal["field", "table", "object"] = "field"
    status: str = "correctly_predicted"
    cells: tuple[Cell, ...] = ()


@frozen
class RequestFile:
    """A file sent for prediction."""

    request_file_id: str
    model_id: str
    name: str
    sha256: str
    extension: str
    asynchronous: bool
    request_metadata: str
    created: float
    updated_at: str
    work: Work
    duplicate: bool = False
    upload_channel: str = "api"
    approved: bool = False
    verified_at: str = ""
    verified_by: str = ""
    assigned_members: tuple[str, ...] = ()
    export_status: str = ""
    exported_at: str = ""
    retries: int = 0
    deleted: bool = False
    rejected: bool = False


@frozen
class PageRecord:
    """A page of a file sent for prediction, with what the model found on it."""

    page_id: str
    request_file_id: str
    model_id: str
    number: int
    width: int
    height: int
    rotation: int
    predicted: tuple[Box, ...]
    updated_at: str
    moderated: tuple[BoxJson, ...] | None = None
    """What a person made of it; None before that, which is something else than no box at all."""


@frozen
class OcrText:
    """A word of a page."""

    text: str
    xmin: int
    ymin: int
    xmax: int
    ymax: int


@frozen
class PageText:
    """The words of a page of a stored file, kept once for all requests with the same bytes."""

    key: str
    words: tuple[OcrText, ...] = ()


def text_key(sha256: str, page: int) -> str:
    """Return the key of the words of a page of a stored file."""
    return f"{sha256}/{page}"


@frozen
class RegisteredUrl:
    """A URL that the mock does not fetch: the hash of the stored file behind it, or the reason why it fails."""

    url: str
    sha256: str
    failure: str = ""
