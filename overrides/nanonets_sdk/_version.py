"""The version of the package, where every module can read it without importing the package's face."""

from __future__ import annotations

from typing import Final

__version__: Final = "0.1.0"
