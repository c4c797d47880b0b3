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
        if file.category:
            counts[file.category] += 1
    return counts


def model_body(model: Model, state: int, counts: Mapping[str, int]) -> dict[str, Any]:
    """Return `Model` of the description."""
    return {
        "model_id": model.model_id,
        "model_type": model.model_type,
        "state": state,
        "categories": _categories(model, counts),
    }


def upload_body(model: Model, state: int, counts: Mapping[str, int], files: Sequence[TrainingFile]) -> dict[str, Any]:
    """Return `UploadReply` of the description."""
    meta = {
        "ModelID": model.model_id,
        "ModelType": model.model_type,
        "State": state,
        "Categories": _categories(model, counts),
        "Accuracy": 0,
        "Status": "",
    }
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
