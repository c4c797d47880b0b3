"""The main job, offline: a PDF goes over a socket to the mock and comes back as fields and tables.

Run it with `python docs/examples/demo.py [FILE.pdf]`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table as Grid

from nanonets_sdk import Document, Nanonets, NanonetsError, Table
from nanonets_sdk.mock import MockServer

SAMPLE = Path(__file__).parents[2] / "tests" / "samples" / "invoice.pdf"


def main() -> int:
    """Run the demo; returns the exit status."""
    options = _options()
    console = Console(soft_wrap=False)
    with MockServer(api_key="demo-key") as server, Nanonets("demo-key", base_url=server.base_url) as client:
        console.print(f"A mock of the service listens on {server.base_url} (it is not the service's model).")
        try:
            job = client.ocr.submit_file(server.model_id, options.file)
            with console.status(f"{options.file.name} is submitted as {job.request_file_id}; waiting …"):
                document = job.result(timeout=300)
        except NanonetsError as error:
            console.print(f"{type(error).__name__}: {error}", style="red", markup=False, highlight=False)
            return 1
    show(document, console)
    written = write(document, options.file, options.output)
    console.print(f"\nWritten to {options.output}/: {', '.join(path.name for path in written)}", highlight=False)
    return 0


def show(document: Document, console: Console) -> None:
    """Print fields with scores and pages, and each table as a table."""
    fields = Grid(
        "field", "text", "score", "page", title=f"{document.file_name}, {_counted(len(document.pages), 'page')}"
    )
    for field in document.fields.all():
        score = "" if field.score is None else f"{field.score:.2f}"
        fields.add_row(_plain(field.label), _plain(field.text), score, str(field.page + 1))
    console.print(fields)
    for table in document.tables:
        console.print(_grid(table))
    if not document.fields and not document.tables:
        console.print("No fields and no tables were found; this is the text:")
        for page in document.pages:
            console.print(page.text or "(no text on this page)", markup=False)


def write(document: Document, source: Path, folder: Path) -> list[Path]:
    """Write the document as JSON, CSV and XLSX, and what was read over the pages that it was read from."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = Path(document.file_name).stem
    written = [folder / f"{stem}.json", folder / f"{stem}.xlsx", folder / f"{stem}.html", folder / f"{stem}-text.pdf"]
    written[0].write_text(document.to_json(indent=2), encoding="utf-8")
    document.to_xlsx(written[1])
    document.save_html(written[2], source=source)
    document.save_searchable_pdf(written[3], source=source)
    written += document.save_overlay(folder / f"{stem}.png", source=source)
    for number, table in enumerate(document.tables, start=1):
        written.append(folder / f"{stem}-table-{number}.csv")
        table.to_csv(written[-1])
    return written


def _grid(table: Table) -> Grid:
    width = max(map(len, (table.header, *table.rows)), default=0)
    header = table.header or [""] * width
    grid = Grid(*map(_plain, header), title=f"table on page {table.page + 1}", show_header=bool(table.header))
    for row in table.rows:
        grid.add_row(*map(_plain, row))
    return grid


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _plain(text: str) -> str:
    """Text that stands for itself: documents may hold what rich takes for markup."""
    return text.replace("[", r"\[")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Read a PDF, PNG or JPEG on the offline mock.")
    parser.add_argument("file", nargs="?", type=Path, default=SAMPLE, help="the sample invoice when left out")
    parser.add_argument("--output", type=Path, default=Path("demo-output"), help="folder for the results")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
