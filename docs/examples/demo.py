"""Read a PDF on the offline mock and print its fields and tables.

Run it with `python docs/examples/demo.py [FILE.pdf]`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.table import Column
from rich.table import Table as Grid
from rich.text import Text

from nanonets_sdk import Document, Nanonets, NanonetsError, Table
from nanonets_sdk.mock import MockServer

SAMPLE = Path(__file__).parents[2] / "tests" / "samples" / "invoice.pdf"
ENDED_BY_CTRL_C = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo and return the exit status."""
    options = _options(arguments)
    console = Console(soft_wrap=False, highlight=False)
    try:
        document = read(options.file, console)
        show(document, console)
        written = write(document, options.file, options.output)
    except (NanonetsError, OSError) as error:
        _say(console, f"{type(error).__name__}: {error}", style="red")
        return 1
    except KeyboardInterrupt:
        _say(console, "Stopped.")
        return ENDED_BY_CTRL_C
    _say(console, "\nWritten:", *(str(path) for path in written))
    return 0


def read(file: Path, console: Console) -> Document:
    """Submit a file to a mock and wait for the result."""
    with MockServer(api_key="demo-key") as server, Nanonets("demo-key", base_url=server.base_url) as client:
        _say(console, f"A mock of the service listens on {server.base_url} (it is not the service's model).")
        job = client.ocr.submit_file(server.model_id, file)
        with console.status(Text(f"{file.name} was submitted as {job.request_file_id}; waiting …")):
            return job.result(timeout=300)


def show(document: Document, console: Console) -> None:
    """Print fields with scores and pages, and each table as a table."""
    if document.fields:
        console.print(_fields(document))
    for table in document.tables:
        console.print(_grid(table))
    if not document.fields and not document.tables:
        _say(console, f"{document.file_name}: no fields and no tables found; the text is:")
        _say(console, *(page.text or "(no text on this page)" for page in document.pages))
    if not any(page.text for page in document.pages) and not find_spec("rapidocr_onnxruntime"):
        _say(console, "The mock reads text in images only with the extra `ocr`, which is not installed.")


def write(document: Document, source: Path, folder: Path) -> list[Path]:
    """Write the document as JSON, CSV and XLSX, and its results drawn over the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = Path(document.file_name).stem
    written = [folder / f"{stem}.json", folder / f"{stem}.xlsx", folder / "review.html", folder / f"{stem}-text.pdf"]
    written[0].write_text(document.to_json(indent=2), encoding="utf-8")
    document.to_xlsx(written[1])
    document.save_html(written[2], source=source)
    document.save_searchable_pdf(written[3], source=source)
    written += document.save_overlay(folder / f"{stem}.png", source=source)
    for number, table in enumerate(document.tables, start=1):
        written.append(folder / f"{stem}-table-{number}.csv")
        table.to_csv(written[-1])
    return written


def _fields(document: Document) -> Grid:
    pages = len(document.pages)
    title = f"{document.file_name}, {pages} page{'' if pages == 1 else 's'}"
    grid = Grid("field", "text", "score", "page", title=Text(title))
    for field in document.fields.all():
        score = "" if field.score is None else f"{field.score:.2f}"
        grid.add_row(Text(field.label), Text(field.text), score, str(field.page + 1))
    return grid


def _grid(table: Table) -> Grid:
    width = max(map(len, (table.header, *table.rows)), default=0)
    header = table.header or [""] * width
    columns = [Column(Text(name)) for name in header]
    grid = Grid(*columns, title=f"table on page {table.page + 1}", show_header=bool(table.header))
    for row in table.rows:
        grid.add_row(*map(Text, row))
    return grid


def _say(console: Console, *lines: str, style: str = "") -> None:
    """Print lines literally: names and texts may contain what rich would treat as markup."""
    for line in lines:
        console.print(Text(line, style=style), soft_wrap=True)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Read a PDF, PNG or JPEG on the offline mock.")
    parser.add_argument("file", nargs="?", type=Path, default=SAMPLE, help="default: the sample invoice")
    parser.add_argument("--output", type=Path, default=Path("demo-output"), help="folder for the results")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
