"""Whether this package runs from a checkout or was installed, and what follows for advice and for writing."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from nanonets_sdk.drift.report.outcome import NotComparable

PACKAGE: Final = Path(__file__).resolve().parents[2]
LOCK: Final = "nanonets.lock.yaml"
"""The lock in a repository of one's own."""

# By gate, for readers without a checkout: they can't change the description, and have another lock.
_INSTALLED: Final = {
    "upstream": (
        "Read what changed and whether your code depends on it. Then rewrite the lock: nanonets drift upstream "
        f"DOCUMENT --write-lock --lock {LOCK}. To accept one finding for a while, add it to the policy, "
        "nanonets-drift.yaml."
    ),
    "compare": "",
    "deviations": (
        "The description in the installed package differs from the lock in ways that the package does not declare. "
        "Unless you passed files of your own, reinstall: pip install --force-reinstall 'nanonets-sdk[drift]'."
    ),
    "generated": (
        "Installed files are not those that the package was built with. Reinstall: pip install --force-reinstall "
        "'nanonets-sdk[drift]'."
    ),
    "surface": (
        "The installed package does not have the names and signatures it was released with. Reinstall: pip install "
        "--force-reinstall 'nanonets-sdk[drift]'."
    ),
    "traffic": (
        "The service replies in ways that this version does not describe. Install a newer version, which may know "
        "them, or report what is found here: it contains shapes, and no values."
    ),
}


def checkout() -> Path | None:
    """Return the root of the checkout that this package runs from, or None if it was installed."""
    root = PACKAGE.parents[1]
    return root if (root / "openapi").is_dir() and (root / "generator-config.yaml").is_file() else None


def advice(gate: str, in_checkout: str) -> str:
    """Return what to do about findings of a gate, for where it runs."""
    return in_checkout if checkout() else _INSTALLED.get(gate, in_checkout)


def refuse_installed(path: Path, instead: str) -> None:
    """Refuse to write into an installed package, whose files belong to the installer.

    Args:
        path: The file or folder to be written.
        instead: What to do instead, as a sentence.

    Raises:
        NotComparable: The path is in the installed package.
    """
    here = path.resolve()
    if checkout() is None and (here.is_relative_to(PACKAGE) or here == PACKAGE.with_name("nanonets_api")):
        raise NotComparable(f"{path} belongs to the installed package, and is not written. {instead}")


def shown(path: Path | str) -> str:
    """Return a path as reports name it: relative to the current folder if it is below it, with `/`."""
    absolute = Path(path).absolute()
    here = Path.cwd()
    return (absolute.relative_to(here) if absolute.is_relative_to(here) else Path(path)).as_posix()
