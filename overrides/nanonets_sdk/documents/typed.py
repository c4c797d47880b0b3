"""Documents as `binding` takes them, to become objects of the user's own classes."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from nanonets_sdk.binding.inputs import Contents, Found, FoundTable
from nanonets_sdk.documents.found import found_table, last_page
from nanonets_sdk.documents.merging import merged_tables

if TYPE_CHECKING:
    from nanonets_sdk.documents.field import Fields
    from nanonets_sdk.documents.page import Page


def contents_of(pages: tuple[Page, ...], fields: Fields, error: str | None) -> Contents:
    """Return what a class is filled from.

    Args:
        pages: The pages, including those that failed.
        fields: The fields of all pages.
        error: What went wrong with the file; None if nothing did.
    """
    checked = {page.number for page in pages if page.origin == "person"}
    failures: list[tuple[int | None, str]] = [
        (page.number, page.error or f"the status of the page is {page.status}")
        for page in pages
        if page.error is not None or page.status != "success"
    ]
    if error is not None and not failures:
        failures.append((None, error))
    found = [
        Found(one.label, one.text, one.score, one.box, one.page, one.page in checked or one.status == "moderated")
        for one in fields.all()
    ]
    return Contents(found, lambda: _tables(pages, checked), failures)


def _tables(pages: tuple[Page, ...], checked: Collection[int]) -> list[FoundTable]:
    tables = [
        table.with_first_row_as_header() if table.first_row_looks_like_header else table
        for table in merged_tables(pages)
    ]
    first = [table.page for table in tables]
    last = [last_page(table) for table in tables]
    return [
        found_table(
            table,
            checked,
            opens_page=first[number] not in last[:number],
            closes_page=last[number] not in first[number + 1 :],
        )
        for number, table in enumerate(tables)
    ]
