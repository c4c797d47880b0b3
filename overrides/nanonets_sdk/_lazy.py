"""Public names that are loaded on first use, so that importing a package costs nothing (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazy_names(
    package: str, homes: Mapping[str, str], extra: str = ""
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return the `__getattr__` and `__dir__` of a package.

    Args:
        package: The package's `__name__`.
        homes: The public names in each module, separated by spaces; modules are relative to the package.
        extra: The optional dependency that the modules need, as pip names it; empty if they need none.

    Example:
        ```python
        __getattr__, __dir__ = lazy_names(__name__, {"client": "AsyncNanonets Nanonets"})
        ```
    """
    modules = {name: f"{package}.{module}" for module, names in homes.items() for name in names.split()}

    def load(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        try:
            value: object = getattr(import_module(modules[name]), name)
        except ModuleNotFoundError as error:
            if not extra or (error.name or "").startswith(package.partition(".")[0]):
                raise
            raise ImportError(f"{package} needs {error.name}: pip install 'nanonets-sdk[{extra}]'") from error
        # The next lookup finds the name in the module itself and does not come here.
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return sorted(sys.modules[package].__all__)

    return load, names
