"""Optional dependencies: imported when they are used, and named exactly when they are missing."""

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
}


def optional(module: str) -> Any:
    """An optional dependency.

    Args:
        module: Its name, with or without a module inside it, e.g. `pyarrow.parquet`.

    Raises:
        MissingExtra: It is not installed.
    """
    package = module.partition(".")[0]
    try:
        # What fails while a package that is there loads its own parts is not for us to explain.
        return import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != package:
            raise
        raise MissingExtra(
            f'this needs {package}, which is not installed: pip install "nanonets-sdk[{_EXTRAS[package]}]"',
            name=error.name,
        ) from None


def require(*modules: str) -> None:
    """Make sure that optional dependencies are there.

    Raises:
        MissingExtra: One is not installed.
    """
    for module in modules:
        optional(module)
