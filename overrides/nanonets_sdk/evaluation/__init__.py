"""How good a model is: what it predicted against what people made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nanonets_sdk._lazy import lazy_names

if TYPE_CHECKING:
    from nanonets_sdk.evaluation.evaluation import Evaluation, evaluate
    from nanonets_sdk.evaluation.performance import Bin, Calibration, Performance, Threshold

_HOMES: Final = {
    "evaluation": "Evaluation evaluate",
    "performance": "Bin Calibration Performance Threshold",
}
__all__ = ["Bin", "Calibration", "Evaluation", "Performance", "Threshold", "evaluate"]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
