"""Where the samples and the specification are."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[2]
SPEC_PATH: Final = ROOT / "openapi" / "nanonets.yaml"

SAMPLES: Final = ROOT / "tests" / "samples"
BORN_DIGITAL: Final = SAMPLES / "born_digital"
INVOICE: Final = SAMPLES / "invoice.pdf"
PICTURE: Final = SAMPLES / "invoice-page-1.png"


def spec() -> dict[str, Any]:
    """Parse the specification; the caller may change what it gets."""
    parsed: dict[str, Any] = yaml.safe_load(SPEC_PATH.read_text(encoding="utf-8"))
    return parsed
