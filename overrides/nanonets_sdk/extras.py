"""Optional dependencies, imported when they are used, with an error that names the extra to install."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from nanonets_sdk.errors import MissingExtra

_EXTRAS: Final = {
    "xlsxwriter": "xlsx",
    "pyarrow": "arrow",
    "pandas": "pandas",
    "polars": "polars",
    "PIL": "pictures",
    "pikepdf": "pictures",
    "pypdfium2": "pictures",
    "ray": "ray",
    "fsspec": "ray",
}


def optional(module: str) -> Any:
    """Import an optional dependency and return it.

    Args:
        module: Its name, which may be that of a submodule such as `pyarrow.parquet`.

    Raises:
        MissingExtra: The dependency is not installed.
    """
    package = module.partition(".")[0]
    try:
        # If an installed package lacks a dependency of its own, its error is the helpful one.
        return import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != package:
            raise
        raise MissingExtra(
            f'{package} is not installed: pip install "nanonets-sdk[{_EXTRAS[package]}]"', name=error.name
        ) from None


def require(*modules: str) -> None:
    """Check that optional dependencies are installed.

    Raises:
        MissingExtra: One of them is not installed.
    """
    for module in modules:
        optional(module)
