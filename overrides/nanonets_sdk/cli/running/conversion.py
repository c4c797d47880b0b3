"""The work of `nanonets convert`: stored replies in, one file out, without the service.

```text
files and folders ── one body after another ── documents ── one file, which appears when all is read
                          └─ not a reply: named, counted, and the others go on
```

Wide rows have a column for each label, and labels are only known when everything was read. So they are read twice.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import define, evolve, field, frozen

from nanonets_sdk.cli.output.conversion_file import ConversionFile
from nanonets_sdk.cli.output.progress import Bar, progress_bar
from nanonets_sdk.cli.output.report import why
from nanonets_sdk.cli.output.terminal import print_rows, say
from nanonets_sdk.cli.running.exit_codes import FINE, SIGNAL, SOME_FILES_FAILED, UsageProblem
from nanonets_sdk.documents import Document
from nanonets_sdk.documents.document import documents_of
from nanonets_sdk.documents.records import labels_of
from nanonets_sdk.documents.reply_types import LEAN, WHOLE
from nanonets_sdk.documents.stored_files import Loading
from nanonets_sdk.errors import NanonetsError
from nanonets_sdk.stored.bodies import bodies_of
from nanonets_sdk.stored.shapes import recognised

_SUFFIXES: Final = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
_SHOWN: Final = 50


def stored_replies(given: Sequence[Path], *, recursive: bool) -> list[str]:
    """Return the files that were named, and the JSON files in folders that were named; each file once.

    Raises:
        UsageProblem: One does not exist, or there are none.
        OSError: A folder cannot be read.
    """
    found, seen = list[str](), set[int]()
    for path in given:
        if path.is_dir():
            found += _unseen(_in_folder(str(path), recursive=recursive), seen)
        elif path.exists():
            found += _unseen([str(path)], seen)
        else:
            raise UsageProblem(f"{str(path)!r} does not exist")
    if not found:
        places = ", ".join(repr(str(path)) for path in given)
        kinds = f"{', '.join(_SUFFIXES[:3])}, or one of them with .gz"
        raise UsageProblem(f"no file in {places} ends in {kinds}" + ("" if recursive else "; try --recursive"))
    return found


def _unseen(paths: Iterable[str], seen: set[int]) -> Iterator[str]:
    """Yield the files that have not been seen before, also under another name."""
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116 - a hundred thousand paths are strings
        except OSError:
            # Reading it names what is wrong.
            yield path
            continue
        # One number for each file, as a tuple of two would take three times the memory.
        identity = status.st_dev << 64 | status.st_ino
        if identity not in seen:
            seen.add(identity)
            yield path


def _in_folder(folder: str, *, recursive: bool) -> Iterator[str]:
    with os.scandir(folder) as entries:
        # Names alone: a hundred thousand entries would take more memory than all the rest.
        names = sorted(
            (entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries
            if not entry.name.startswith(".") and (entry.is_dir() or _is_reply(entry))
        )  # fmt: skip
    for name, is_folder in names:
        path = os.path.join(folder, name)  # noqa: PTH118 - as above, for a path each
        if not is_folder:
            if name.lower().endswith(_SUFFIXES):
                yield path
        elif recursive:
            yield from _in_folder(path, recursive=True)


def _is_reply(entry: os.DirEntry[str]) -> bool:
    # To open a pipe would wait for its writer; a link to nothing is named when it is read.
    return entry.name.lower().endswith(_SUFFIXES) and (entry.is_file() or not os.path.exists(entry.path))  # noqa: PTH110 - one Path an entry is slow


@frozen
class Summary:
    """How a conversion ended.

    Attributes:
        files: How many files there were.
        documents: How many documents were written.
        failed: What could not be read, by its place, with the reason.
        status: The exit status.
    """

    files: int
    documents: int
    failed: Sequence[tuple[str, str]]
    status: int

    def record(self, output: Path | None) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "files": self.files,
            "documents": self.documents,
            "failed": [{"file": place, "why": reason} for place, reason in self.failed],
            "output": None if output is None or not self.documents else str(output),
        }


def refuse_source(target: Path | None, paths: Sequence[str], option: str) -> None:
    """Refuse to write over a reply that is read.

    Raises:
        UsageProblem: The file to write is one of those to read, under this or another name.
    """
    if target is not None and target.exists():
        same = next((path for path in paths if Path(path).exists() and target.samefile(path)), None)
        if same is not None:
            raise UsageProblem(f"{same!r} is one of the files to read; name another file with {option}")


def convert_all(paths: Sequence[str], target: ConversionFile) -> Summary:
    """Convert stored replies.

    Raises:
        UsageProblem: The file to write is one of them.
        NanonetsError: The format cannot hold them, or a dependency of it is missing.
        OSError: The file cannot be written.
    """
    refuse_source(target.path, paths, "--output")
    run = Reading(Loading(types=LEAN if target.has_only_fields else WHOLE))
    passes = 2 if target.form.has_shapes and target.shape == "wide" else 1
    try:
        with progress_bar(len(paths) * passes, "converting") as bar:
            if passes > 1:
                labels = dict[str, None]()
                run.read(paths, bar, lambda document: labels.update(labels_of(document.to_records("wide"))))
                target, run = evolve(target, labels=labels), Reading(run.loading)
            with target.opened() as write:
                run.read(paths, bar, write)
                if run.failed and not run.documents:
                    # An empty file must not take the place of an older one.
                    raise _NothingReadError  # noqa: TRY301 - it ends the block
    except _NothingReadError:
        pass
    except KeyboardInterrupt:
        say("Stopped" + ("." if target.path is None else f"; {target.path} was not written."))
        return Summary(len(paths), 0, run.failed, SIGNAL + signal.SIGINT)
    return Summary(len(paths), run.documents, run.failed, SOME_FILES_FAILED if run.failed else FINE)


class _NothingReadError(Exception):
    """Nothing was read, so nothing is written."""


@define(eq=False)
class Reading:
    """One reading of stored replies.

    Attributes:
        loading: How they are read.
        documents: How many documents there were.
        failed: What could not be read, by its place, with the reason.
    """

    loading: Loading
    documents: int = field(default=0, init=False)
    failed: list[tuple[str, str]] = field(factory=list[tuple[str, str]], init=False)

    def read(self, paths: Sequence[str], bar: Bar, take: Callable[[Document], object]) -> None:
        """Read files, and hand over each document."""
        for path in paths:
            for document in self.documents_in(path):
                with bar.out_of_the_way():
                    take(document)
                self.documents += 1
            bar.advance(len(self.failed))

    def documents_in(self, path: str) -> Iterator[Document]:
        """Yield the documents in a file; what cannot be read is noted."""
        try:
            for body in bodies_of(Path(path)):
                try:
                    # One body after another, but each of them whole or not at all.
                    yield from [one for found in recognised(body) for one in documents_of(found, self.loading)]
                except NanonetsError as error:
                    self._fail(body.place, error)
        except (NanonetsError, OSError) as error:
            self._fail(path, error)

    def _fail(self, place: str, error: NanonetsError | OSError) -> None:
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else why(error)
        # There is no error object on a terminal that could have the bytes.
        said = reason.partition(". `raw`")[0].removeprefix(place).lstrip(": ,")
        self.failed.append((place, said))


def show(summary: Summary, output: Path | None) -> None:
    """Write what failed, and the counts, to standard error."""
    show_failed(summary.failed, "; --json lists all")
    files, documents = summary.files, summary.documents
    parts = [f"{files} file{'s' * (files != 1)}: {documents} document{'s' * (documents != 1)}"]
    parts += [f"{len(summary.failed)} could not be read"] if summary.failed else []
    where = f" Written to {output}." if output is not None and summary.documents else ""
    say(f"{', '.join(parts)}.{where}")


def show_failed(failed: Sequence[tuple[str, str]], more: str = "") -> None:
    """Write what could not be read to standard error; `more` follows the number of what is not shown."""
    if failed:
        print_rows(("file", "why"), failed[:_SHOWN], stream=sys.stderr)
    if len(failed) > _SHOWN:
        say(f"… and {len(failed) - _SHOWN} more{more}")
