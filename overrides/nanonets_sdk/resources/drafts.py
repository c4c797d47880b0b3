"""Drafts: corrections in memory, and the call that writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from nanonets_sdk.calls import corrections
from nanonets_sdk.calls.interruptions import noted
from nanonets_sdk.documents.draft import DraftBoxes
from nanonets_sdk.resources.parity import same_docstrings

if TYPE_CHECKING:
    from nanonets_sdk.calls.corrections import Route
    from nanonets_sdk.calls.runner import AsyncRunner, Runner


@define(eq=False, repr=False)
class Draft(DraftBoxes):
    """Corrections of a file, made in memory and then written: `client.ocr.edit`.

    It starts with the boxes that a person made of the file, or, as long as there are none, with those of the model.
    Nothing is sent before `save`.

    Example:
        ```python
        draft = client.ocr.edit(model_id, request_file_id)
        draft.set("total", "1,234.50")
        draft.add("po_number", "4711")
        draft.tables[0].set(1, 2, "5.00")
        for change in draft.changes:
            print(change)
        draft.save()
        ```
    """

    _runner: Runner = field(alias="runner")

    def save(self, *, route: Route = "page", confirm: bool = False) -> tuple[int, ...]:
        """Write the pages with changes, one call for each.

        The file is read again before each of these calls, and a page that changed meanwhile is not written over. No
        call is repeated if the service may have carried it out. After an error, `written` and `unsaved` say how far it
        got; calling `save` again writes only what is missing, and settles by reading what was not known.

        Args:
            route: `page` for the documented route; `boxes` for an undocumented one that a program in production uses.
            confirm: Read the file again until the corrections are visible, within the client's timeout.

        Returns:
            The numbers of the pages that were written; empty if nothing changed.

        Raises:
            EditConflict: Someone changed the page meanwhile, or approved the file. Nothing that differs was written
                over; `error.before` and `error.now` are the page then and now.
            OutcomeUnknown: A page was sent and no usable answer came.
            NotConfirmed: With `confirm`, the corrections are not visible.
            DecodeError: The reply lacks what an update needs, such as the id of the page.
        """
        confirmation = self._runner.confirmation(confirm)
        with noted(lambda: corrections.progress(self)):
            return self._runner.run(corrections.save(self, route, confirmation), confirmation)


@same_docstrings(Draft)
@define(eq=False, repr=False)
class AsyncDraft(DraftBoxes):
    """Corrections of a file, made in memory and then written; like `Draft`, with `save` to await."""

    _runner: AsyncRunner = field(alias="runner")

    async def save(self, *, route: Route = "page", confirm: bool = False) -> tuple[int, ...]:
        confirmation = self._runner.confirmation(confirm)
        with noted(lambda: corrections.progress(self)):
            return await self._runner.run(corrections.save(self, route, confirmation), confirmation)
