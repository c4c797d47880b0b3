"""Without an optional dependency the message says what to install."""

import builtins
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nanonets_sdk.documents import Document
from nanonets_sdk.exports import MissingExtra
from reply_bodies import field_box, predicted

DOCUMENT = predicted([field_box("a", "1")])

CASES: list[tuple[str, str, Callable[[Document], object]]] = [
    ("xlsxwriter", "xlsx", lambda document: document.to_xlsx("never.xlsx")),
    ("pyarrow", "arrow", lambda document: document.to_arrow()),
    ("pyarrow", "arrow", lambda document: document.to_parquet("never.parquet")),
    ("pandas", "pandas", lambda document: document.to_pandas()),
    ("polars", "polars", lambda document: document.to_polars()),
    ("PIL", "pictures", lambda document: document.draw()),
    ("pypdfium2", "pictures", lambda document: document.save_html("never.html")),
    ("pikepdf", "pictures", lambda document: document.save_searchable_pdf("never.pdf")),
]


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make a package impossible to import, as if it were not installed."""
    real = builtins.__import__

    def take_away(package: str) -> None:
        for name in [name for name in sys.modules if name.partition(".")[0] == package]:
            monkeypatch.delitem(sys.modules, name)

        class Nowhere:
            def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:  # noqa: ARG002 - the protocol
                if name.partition(".")[0] == package:
                    raise ModuleNotFoundError(f"No module named {name!r}", name=name)

        monkeypatch.setattr(sys, "meta_path", [Nowhere(), *sys.meta_path])
        monkeypatch.setattr(builtins, "__import__", real)

    return take_away


@pytest.mark.parametrize(("package", "extra", "use"), CASES, ids=[f"{case[0]}-{at}" for at, case in enumerate(CASES)])
def test_a_missing_extra_is_named(
    package: str,
    extra: str,
    use: Callable[[Document], object],
    without: Callable[[str], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if package == "pandas":
        pytest.importorskip("pyarrow")
    monkeypatch.chdir(tmp_path)
    without(package)
    with pytest.raises(MissingExtra, match=rf'{package}.*pip install "nanonets-sdk\[{extra}\]"'):
        use(DOCUMENT)
    assert list(tmp_path.iterdir()) == []


def test_missing_extra_is_an_import_error_and_can_be_pickled() -> None:
    error = pickle.loads(pickle.dumps(MissingExtra("this needs x", name="x")))
    assert isinstance(error, ImportError)
    assert str(error) == "this needs x"
