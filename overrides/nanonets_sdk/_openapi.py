"""Locates the files of `openapi/`, in the installed package or in a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SPEC: Final = "nanonets.yaml"
LOCK: Final = "upstream.lock.yaml"
DEVIATIONS: Final = "deviations.yaml"
GENERATOR_CONFIG: Final = "generator-config.yaml"


def places(name: str) -> tuple[Path, ...]:
    """Return every path where a file of the contract may be, in order of preference.

    Args:
        name: The file's name, e.g. `nanonets.yaml`.
    """
    package = Path(__file__).resolve().parent
    checkout = package.parents[1]
    return (package / "openapi" / name, checkout / "openapi" / name, checkout / name)


def locate(name: str) -> Path:
    """Return the path of a file of the contract.

    Args:
        name: The file's name, e.g. `nanonets.yaml`.

    Raises:
        FileNotFoundError: It is at none of the paths of `places`.
    """
    for place in places(name):
        if place.is_file():
            return place
    raise FileNotFoundError(f"{name} not found; looked at: {', '.join(map(str, places(name)))}")
