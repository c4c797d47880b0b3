"""Files after they were predicted: corrected, approved, assigned, retried, deleted, and shown to people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from nanonets_sdk.calls import corrections, review
from nanonets_sdk.resources.drafts import AsyncDraft, Draft
from nanonets_sdk.resources.full_text import AsyncFullText, FullText
from nanonets_sdk.resources.parity import same_docstrings

if TYPE_CHECKING:
    from nanonets_sdk.calls.corrections import Route
    from nanonets_sdk.calls.review import FileRef
    from nanonets_sdk.documents import Page


@frozen
class OcrFiles(FullText):
    """What is done with a file after it was predicted.

    No call that changes something is sent again if the service may have carried it out; it raises `OutcomeUnknown`.
    The replies to these calls are not documented. A call that returns was accepted; with `confirm=True` it also reads
    the file again until the change is visible, a few times within the client's timeout, and raises `NotConfirmed` if it
    does not become so. With `confirm=True`, reading also settles an unknown outcome.
    """

    def edit(self, model_id: str, file: FileRef) -> Draft:
        """Read a file to correct its fields, tables and cells.

        Args:
            model_id: Id of the model.
            file: Id of the file, or a document with one.

        Returns:
            The draft. Nothing is sent before its `save`.

        Raises:
            EditConflict: The file is approved, so correcting it would change a result that may have been exported;
                `unapprove` it first. Or it is still being processed.
            NotFound: There is no such file.

        Example:
            ```python
            draft = client.ocr.edit(model_id, request_file_id)
            draft.set("total", "1,234.50")
            draft.save()
            ```
        """
        document, pages = self._runner.run(corrections.edit(model_id, known := review.file_id(file)))
        return Draft(model_id, known, document.file_name, pages, self._runner)

    def flag(
        self,
        model_id: str,
        page: Page | str,
        label: str,
        message: str,
        *,
        route: Route = "boxes",
        confirm: bool = False,
    ) -> None:
        """Send a page to manual review with your own reason.

        Reads the page, marks its field of the label as failed by a validation, and writes all its boxes. If the page
        has no such field, one without text is added.

        Args:
            model_id: Id of the model.
            page: Id of the page, not of its file, or the page itself.
            label: The label of the field that a person should look at. Of several, the least certain is marked.
            message: What is wrong with it, for the reviewer.
            route: As for `Draft.save`. The default is undocumented, but the one that is used for this in production.
            confirm: Read the page again until the message is visible.

        Raises:
            EditConflict: The file is approved or still being processed.
            NotConfirmed: With `confirm`, the message is not visible.
            ValueError: The label or the message is empty.

        Example:
            ```python
            page = document.pages[0]
            client.ocr.flag(model_id, page, "total", "does not match the order")
            ```
        """
        confirmation = self._runner.confirmation(confirm)
        self._runner.run(corrections.flag(model_id, page, label, message, route, confirmation), confirmation)

    def approve(self, model_id: str, file: FileRef, *, confirm: bool = False) -> None:
        """Approve a file: all its pages become moderated, and exports and webhooks on approval run.

        With several stages of review, what one approval does is not documented.

        Args:
            model_id: Id of the model.
            file: Id of the file, or a document with one.
            confirm: Read the file again until it is approved.

        Raises:
            NotConfirmed: With `confirm`, the file is not approved, for example because of another stage of review.
            OutcomeUnknown: The call was sent and no usable answer came.
        """
        confirmation = self._runner.confirmation(confirm)
        self._runner.run(review.approve(model_id, file, confirmation), confirmation)

    def unapprove(self, model_id: str, file: FileRef, *, confirm: bool = False) -> None:
        """Take the approval of a file back. This does not reject it; rejecting is possible in the web application only.

        Args:
            model_id: Id of the model.
            file: Id of the file, or a document with one.
            confirm: Read the file again until it is no longer approved.

        Raises:
            NotConfirmed: With `confirm`, the file is still approved.
            OutcomeUnknown: The call was sent and no usable answer came.
        """
        confirmation = self._runner.confirmation(confirm)
        self._runner.run(review.unapprove(model_id, file, confirmation), confirmation)

    def delete_file(self, model_id: str, file: FileRef, *, confirm: bool = False) -> None:
        """Delete a file and its results. This cannot be undone.

        Args:
            model_id: Id of the model.
            file: Id of the file, or a document with one.
            confirm: Read the file again until it is gone: not found, without pages, or marked as deleted.

        Raises:
            NotFound: There is no such file; it may have been deleted before.
            NotConfirmed: With `confirm`, the file is still there.
            OutcomeUnknown: The call was sent and no usable answer came.
        """
        confirmation = self._runner.confirmation(confirm)
        self._runner.run(review.delete_file(model_id, file, confirmation), confirmation)

    def retry_prediction(self, model_id: str, files: FileRef | Iterable[FileRef]) -> None:
        """Have files predicted again, for example those with a failed page. Probably billed by page.

        The service works on them after this call; wait with `job(model_id, request_file_id).result()`. There is no
        `confirm`, because a finished retry can look exactly like what was there before.

        Args:
            model_id: Id of the model.
            files: Id of a file, a document with one, or a list of these.

        Raises:
            ValueError: There is no file.
            OutcomeUnknown: The call was sent and no usable answer came.
        """
        self._runner.run(review.retry_prediction(model_id, files))

    def retry_exports(self, model_id: str, files: FileRef | Iterable[FileRef]) -> None:
        """Run all exports of files again; their receivers may get the same data twice.

        There is no `confirm`, as for `retry_prediction`; `page.exported_at` tells when an export last began.

        Args:
            model_id: Id of the model.
            files: Id of a file, a document with one, or a list of these.

        Raises:
            ValueError: There is no file.
            OutcomeUnknown: The call was sent and no usable answer came.
        """
        self._runner.run(review.retry_exports(model_id, files))

    def assign(self, model_id: str, member: str, files: FileRef | Iterable[FileRef], *, confirm: bool = False) -> None:
        """Assign files to a member of the team.

        Args:
            model_id: Id of the model.
            member: The e-mail address of the member.
            files: Id of a file, a document with one, or a list of these.
            confirm: Read each file again until it is assigned.

        Raises:
            ValueError: There is no file, or the address is empty.
            NotConfirmed: With `confirm`, a file is not assigned to the member.
            OutcomeUnknown: The call was sent and no usable answer came.
        """
        confirmation = self._runner.confirmation(confirm)
        self._runner.run(review.assign(model_id, member, files, confirmation), confirmation)

    def review_link(
        self,
        model_id: str,
        file: FileRef,
        *,
        expires: timedelta | datetime,
        redirect: str | None = None,
        callback: str | None = None,
    ) -> str:
        """Return a link to a page on which anyone who has it can review and approve the file.

        This is the one call that sends the API key to another host than the API's: to `review_url` of the client.

        Args:
            model_id: Id of the model.
            file: Id of the file, or a document with one. The file may still be in work.
            expires: How long the link is valid, or until when. A datetime needs a time zone.
            redirect: Where the browser goes after the review.
            callback: Where the service posts each page of the result, when it was approved and also when the reviewer
                left without approving; test `is_moderated`.

        Returns:
            The link. Treat it as a password.

        Raises:
            ValueError: The time has passed or has no time zone, or a URL is not complete.
            ConfigurationError: The client has a `base_url` of its own and no `review_url`.
            DecodeError: The reply is not a link.

        Example:
            ```python
            link = client.ocr.review_link(model_id, request_file_id, expires=timedelta(hours=1))
            ```
        """
        flow = review.review_link(model_id, file, expires, redirect, callback, self._runner.clock.now())
        return self._runner.run(flow)


@same_docstrings(OcrFiles)
@frozen
class AsyncOcrFiles(AsyncFullText):
    """What is done with a file after it was predicted; like `OcrFiles`, with methods to await."""

    async def edit(self, model_id: str, file: FileRef) -> AsyncDraft:
        document, pages = await self._runner.run(corrections.edit(model_id, known := review.file_id(file)))
        return AsyncDraft(model_id, known, document.file_name, pages, self._runner)

    async def flag(
        self,
        model_id: str,
        page: Page | str,
        label: str,
        message: str,
        *,
        route: Route = "boxes",
        confirm: bool = False,
    ) -> None:
        confirmation = self._runner.confirmation(confirm)
        await self._runner.run(corrections.flag(model_id, page, label, message, route, confirmation), confirmation)

    async def approve(self, model_id: str, file: FileRef, *, confirm: bool = False) -> None:
        confirmation = self._runner.confirmation(confirm)
        await self._runner.run(review.approve(model_id, file, confirmation), confirmation)

    async def unapprove(self, model_id: str, file: FileRef, *, confirm: bool = False) -> None:
        confirmation = self._runner.confirmation(confirm)
        await self._runner.run(review.unapprove(model_id, file, confirmation), confirmation)

    async def delete_file(self, model_id: str, file: FileRef, *, confirm: bool = False) -> None:
        confirmation = self._runner.confirmation(confirm)
        await self._runner.run(review.delete_file(model_id, file, confirmation), confirmation)

    async def retry_prediction(self, model_id: str, files: FileRef | Iterable[FileRef]) -> None:
        await self._runner.run(review.retry_prediction(model_id, files))

    async def retry_exports(self, model_id: str, files: FileRef | Iterable[FileRef]) -> None:
        await self._runner.run(review.retry_exports(model_id, files))

    async def assign(
        self, model_id: str, member: str, files: FileRef | Iterable[FileRef], *, confirm: bool = False
    ) -> None:
        confirmation = self._runner.confirmation(confirm)
        await self._runner.run(review.assign(model_id, member, files, confirmation), confirmation)

    async def review_link(
        self,
        model_id: str,
        file: FileRef,
        *,
        expires: timedelta | datetime,
        redirect: str | None = None,
        callback: str | None = None,
    ) -> str:
        flow = review.review_link(model_id, file, expires, redirect, callback, self._runner.clock.now())
        return await self._runner.run(flow)
