"""Replies that describe a model."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nanonets_sdk.mock.state.records import Model, TrainingFile


def training_counts(files: Iterable[TrainingFile]) -> Mapping[str, int]:
    """Return the number of annotations (OCR) or pictures (image classification) of each category."""
    counts: Counter[str] = Counter()
    for file in files:
        counts.update(annotation.label for annotation in file.annotations)
        counts.update(file.categories)
    return counts


def model_body(model: Model, type_name: str, state: int, counts: Mapping[str, int]) -> dict[str, Any]:
    """Return `Model` of the description."""
    return {
        "model_id": model.model_id,
        "model_type": type_name,
        "state": state,
        "categories": _categories(model, counts),
        "status": "",
    }


def upload_body(model: dict[str, Any], files: Sequence[TrainingFile]) -> dict[str, Any]:
    """Return `UploadReply` of the description, with the facts of a model's body under other names."""
    meta = {
        "ModelID": model["model_id"],
        "ModelType": model["model_type"],
        "State": model["state"],
        "Categories": model["categories"],
        "Accuracy": 0,
        "Status": "",
    }
    return {"Meta": meta, "Data": [_training_file(file) for file in files]}


def annotations_body(model: dict[str, Any], files: Sequence[TrainingFile]) -> dict[str, Any]:
    """Return `AnnotationsReply` of the description, with the facts of a model's body."""
    meta = {"categories": model["categories"], "state": model["state"], "status": model["status"]}
    return {"Meta": meta, "Data": [_training_file(file) for file in files]}


def _categories(model: Model, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"name": name, "count": counts.get(name, 0)} for name in model.categories]


def _training_file(file: TrainingFile) -> dict[str, Any]:
    return {
        "filename": file.name,
        "size": {"width": file.width, "height": file.height},
        "object": [
            {
                "name": annotation.label,
                "ocr_text": annotation.text,
                "bndbox": {
                    "xmin": annotation.xmin,
                    "ymin": annotation.ymin,
                    "xmax": annotation.xmax,
                    "ymax": annotation.ymax,
                },
            }
            for annotation in file.annotations
        ],
        "id": file.file_id,
    }
