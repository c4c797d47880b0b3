"""A package's source as griffe reads it, one module at a time.

Three of four modules declare nothing that is public or that a public name refers to. They are not read, which saves
most of the gate's time; an error of syntax in one of them is found by ruff and by the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import griffe

from nanonets_sdk.drift.report.outcome import NotComparable


class SourceModules(griffe.ModulesCollection):
    """The modules of a package; each is read when a name in it is asked for.

    Args:
        root: The folder of the package.

    Raises:
        NotComparable: There is no package. A module that has an error of syntax raises it when a name in it is asked
            for.
    """

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._unread = {_dotted(path, root): path for path in sorted(root.rglob("*.py"))}
        self._modules: dict[str, griffe.Module] = {}
        if root.name not in self._unread:
            raise NotComparable(f"{root} contains no package.")

    def __getitem__(self, key: str | Sequence[str]) -> Any:
        self._read_modules(key)
        return super().__getitem__(key)

    def get_member(self, key: str | Sequence[str]) -> Any:
        """Return what is declared under a dotted name."""
        self._read_modules(key)
        return super().get_member(key)

    def _read_modules(self, key: str | Sequence[str]) -> None:
        """Read the modules on the way to a name."""
        parts = key.split(".") if isinstance(key, str) else key
        parent: griffe.Module | None = None
        for count, part in enumerate(parts, 1):
            name = ".".join(parts[:count])
            if path := self._unread.pop(name, None):
                self._modules[name] = self._visited(part, path, parent)
                (parent or self).set_member(part, self._modules[name])
            if (parent := self._modules.get(name)) is None:
                return

    def _visited(self, name: str, path: Path, parent: griffe.Module | None) -> griffe.Module:
        try:
            return griffe.visit(name, path, path.read_text("utf-8-sig"), parent=parent, modules_collection=self)
        except (SyntaxError, ValueError, OSError) as error:
            raise NotComparable(f"{path} cannot be read: {error}.") from error


def _dotted(path: Path, root: Path) -> str:
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
