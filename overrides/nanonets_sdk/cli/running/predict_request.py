"""What was asked for with `nanonets predict`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from attrs import frozen

from nanonets_sdk.batch import BatchFile, BatchOptions, find_files
from nanonets_sdk.batch.options import Resend
from nanonets_sdk.cli.output.result_folder import ResultFolder, result_folder
from nanonets_sdk.cli.running.main import UsageProblem
from nanonets_sdk.cli.running.options import Format
from nanonets_sdk.cli.running.per_file import no_files


@frozen(kw_only=True)
class Request:
    """The options, one by one."""

    files: tuple[Path, ...]
    recursive: bool
    model_id: str
    form: Format | None
    output: Path | None
    overlay: bool
    sync: bool
    jobs: int
    pages: str | None
    language: str | None
    wait_timeout: float
    patience: float
    resend_unknown: bool
    resend_failed: bool

    def found(self) -> Iterator[BatchFile]:
        """The files."""
        return find_files(self.files, recursive=self.recursive)

    def folder(self) -> ResultFolder | None:
        """The folder of results; None to write to standard output.

        Raises:
            UsageProblem: The options do not go together.
        """
        if self.output is None:
            if self.overlay:
                raise UsageProblem("pictures need a folder; say which with --output")
            if self.form is Format.XLSX:
                raise UsageProblem("a workbook cannot be written to standard output; say where to with --output")
            return None
        return result_folder(self.output, self.form, has_overlays=self.overlay)

    def options(self, is_kept: Callable[[Path, str], bool] | None) -> BatchOptions:
        """How the batch is run."""
        resend: dict[Resend, bool] = {"unknown": self.resend_unknown, "failed": self.resend_failed}
        return BatchOptions(
            sync=self.sync,
            language=self.language,
            pages=self.pages,
            jobs=self.jobs,
            result_timeout=self.wait_timeout,
            patience=self.patience,
            resend=frozenset(kind for kind, wanted in resend.items() if wanted),
            is_kept=is_kept,
        )

    def counted(self) -> int:
        """The number of files, so that one that is not there is told of before any is sent.

        Raises:
            UploadError: One is not there.
            UsageProblem: There is none.
        """
        total = sum(1 for _ in self.found())
        if not total:
            raise no_files(recursive=self.recursive)
        return total
