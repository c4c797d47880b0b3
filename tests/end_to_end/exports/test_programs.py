"""Other programs read the files: LibreOffice a workbook, pandas, polars and pyarrow the same values."""

import csv
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from nanonets_sdk.documents import Document
from reply_bodies import field_box, grid, predicted, table_box

UNRULY = (
    "Zürich 東京 🧾",
    "two\nlines",
    'He said "no", twice',
    "=1+1",
    "@SUM(A1)",
    "-5.00",
    "007",
    "1,234.50 EUR",
    "x\ty",
)
ALL_SHEETS_AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


@pytest.fixture(scope="module")
def document() -> Document:
    """Fields and a table of awkward strings."""
    fields = [field_box(f"label_{at}", text, (at, 2, 30, 40), score=at / 8) for at, text in enumerate(UNRULY)]
    return predicted([*fields, table_box(grid([UNRULY, UNRULY[::-1]], [f"Spalte {at}" for at in range(len(UNRULY))]))])


def values(document: Document) -> list[tuple[Any, ...]]:
    return [tuple(record.values()) for record in document.to_records()]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_libreoffice_opens_a_workbook_with_every_value(document: Document, tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    document.to_xlsx(tmp_path / "a.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    ways = ["--headless", "--convert-to", ALL_SHEETS_AS_CSV, "--outdir", str(tmp_path)]
    subprocess.run(["soffice", profile, *ways, str(tmp_path / "a.xlsx")], check=True, capture_output=True, timeout=180)
    fields, table = (rows_of(tmp_path / f"a-{sheet}.csv") for sheet in ("Fields", "Table 1, page 1"))
    assert [row[4] for row in fields[1:]] == list(UNRULY)
    assert [[float(value) for value in row[5:]] for row in fields[1:]] == [[*record[5:]] for record in values(document)]
    assert table == [list(document.tables[0].header), *map(list, document.tables[0].rows)]


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_csv_and_parquet_have_the_same_values_in_every_program(document: Document, tmp_path: Path) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    parquet = pytest.importorskip("pyarrow.parquet")
    document.to_csv(tmp_path / "a.csv", neutralise=False)
    document.to_parquet(tmp_path / "a.parquet")
    by_pandas = pandas.read_csv(tmp_path / "a.csv", dtype={"text": str}, keep_default_na=False)
    by_polars = polars.read_csv(tmp_path / "a.csv", schema_overrides={"text": polars.String})
    by_pyarrow = parquet.read_table(tmp_path / "a.parquet")
    assert [*by_pandas.itertuples(index=False, name=None)] == values(document)
    assert by_polars.rows() == values(document)
    assert [tuple(row.values()) for row in by_pyarrow.to_pylist()] == values(document)
