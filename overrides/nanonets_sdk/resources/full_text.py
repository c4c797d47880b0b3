"""Full text: everything that is written in a file, without a model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, overload

from attrs import field, frozen

from nanonets_sdk.calls import full_text as calls
from nanonets_sdk.calls.files import is_single
from nanonets_sdk.resources.parity import same_docstrings

if TYPE_CHECKING:
    from nanonets_sdk.calls.runner import AsyncRunner, Runner
    from nanonets_sdk.documents.text_document import TextDocument
    from nanonets_sdk.files import FileInput


@frozen
class FullText:
    """The text of files, read without a model."""

    _runner: Runner = field(alias="runner", repr=False)

    # A str is an iterable of str too. The first overload is tried first, and so is one file at run time.
    @overload
    def read_text(self, file: FileInput) -> TextDocument: ...  # type: ignore[overload-overlap]  # as said above

    @overload
    def read_text(self, file: Iterable[FileInput]) -> list[TextDocument]: ...

    @overload
    def read_text(self, *, urls: Iterable[str]) -> list[TextDocument]: ...

    def read_text(
        self, file: FileInput | Iterable[FileInput] | None = None, *, urls: Iterable[str] | None = None
    ) -> TextDocument | list[TextDocument]:
        """Read all text of one or several files, without a model. Billed, once for the call.

        The name of the operation in the service's description says "free"; other clients treat it as billable, and so
        does this one: it is not sent again if the service may have carried it out.

        Args:
            file: The file, or a list of files.
            urls: One or more URLs instead; the service fetches them.

        Returns:
            The text document of a single file. For a list of files or URLs, one text document for each, in the same
            order; a file or URL that failed does not raise then, its document has `.error`.

        Raises:
            JobFailed: The service failed on the single file; `error.text` is its document.
            ValueError: There is no file and no URL.
            TypeError: There are both files and URLs.

        Example:
            ```python
            document = client.ocr.read_text("invoice.pdf")
            print(document.text_in_layout())
            first, second = client.ocr.read_text(["invoice.pdf", "invoice.pdf"])
            ```
        """
        if is_single(file) and urls is None:
            return self._runner.run(calls.read_file(file))
        return self._runner.run(calls.read_several(file, urls))


@same_docstrings(FullText)
@frozen
class AsyncFullText:
    """The text of files, read without a model; like `FullText`, with methods to await."""

    _runner: AsyncRunner = field(alias="runner", repr=False)

    @overload
    async def read_text(self, file: FileInput) -> TextDocument: ...  # type: ignore[overload-overlap]  # as in `FullText`

    @overload
    async def read_text(self, file: Iterable[FileInput]) -> list[TextDocument]: ...

    @overload
    async def read_text(self, *, urls: Iterable[str]) -> list[TextDocument]: ...

    async def read_text(
        self, file: FileInput | Iterable[FileInput] | None = None, *, urls: Iterable[str] | None = None
    ) -> TextDocument | list[TextDocument]:
        if is_single(file) and urls is None:
            return await self._runner.run(calls.read_file(file))
        return await self._runner.run(calls.read_several(file, urls))
