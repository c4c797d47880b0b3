"""The types of results, as users' type checkers see them. Checked, never run."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypedDict, assert_type

import msgspec
import pydantic
from attrs import frozen

from nanonets_sdk import (
    Box,
    Category,
    Cell,
    Classification,
    Document,
    Drift,
    Exchange,
    Field,
    Fields,
    Listing,
    Model,
    ModelState,
    Page,
    Reading,
    ReadProblem,
    ReadValue,
    RetryEvent,
    Score,
    Table,
    Upload,
    UploadedFile,
    Word,
)
from nanonets_sdk.documents import FieldList, SignedUrl, SignedUrls, TableList


def document(it: Document) -> None:
    assert_type(it.pages, tuple[Page, ...])
    assert_type(it.fields, Fields)
    assert_type(it.tables, TableList)
    assert_type(it.request_file_id, str)
    assert_type(it.file_name, str)
    assert_type(it.error, str | None)
    assert_type(it.is_moderated, bool)
    assert_type(it.status, Literal["pending", "success", "failure"])
    assert_type(it.raw, Any)
    assert_type(it.raw_bytes, bytes)
    assert_type(it.to_json(indent=2), str)
    assert_type(it.to_records(), list[dict[str, Any]])
    assert_type(it.assigned_members, tuple[str, ...])
    assert_type(it.verified_by, str)
    assert_type(it.verified_at, datetime | None)
    assert_type(it.file_urls.original_with_long_expiry, SignedUrl | None)
    assert_type(it.is_approved_stage, bool)


@frozen
class AttrsInvoice:
    """Declared with attrs."""

    total: Decimal


@dataclass
class DataclassInvoice:
    """Declared as a dataclass."""

    total: Decimal


class StructInvoice(msgspec.Struct):
    """Declared with msgspec."""

    total: Decimal


class DictInvoice(TypedDict):
    """Declared as a dict."""

    total: Decimal


class PydanticInvoice(pydantic.BaseModel):
    """Declared with pydantic."""

    total: Decimal


def own_types(it: Document, rows: Table) -> None:
    assert_type(it.read_as(AttrsInvoice), AttrsInvoice)
    assert_type(it.read_as(DataclassInvoice, dayfirst=True, decimal_mark=","), DataclassInvoice)
    assert_type(it.read_as(StructInvoice, min_score=0.9, repeats="best"), StructInvoice)
    assert_type(it.read_as(DictInvoice, labels={"total": ["Total", "Sum"]}), DictInvoice)
    assert_type(it.read_as(PydanticInvoice, partial=True).total, Decimal)
    assert_type(it.reading(AttrsInvoice), Reading[AttrsInvoice])
    assert_type(it.reading(AttrsInvoice).value, AttrsInvoice)
    assert_type(it.reading(AttrsInvoice).below_score, tuple[ReadValue, ...])
    assert_type(rows.read_as(DictInvoice), list[DictInvoice])


def problem(it: ReadProblem) -> None:
    assert_type((it.attribute, it.label, it.text, it.page, it.box), tuple[str, str, str | None, int | None, Box | None])
    assert_type((it.expected, it.reason, it.hint, it.message), tuple[str, str, str, str])


def fields(it: Fields) -> None:
    assert_type(it["total"], Field)
    assert_type(it.get("total"), Field | None)
    assert_type("total" in it, bool)
    assert_type(list(it), list[str])
    assert_type(len(it), int)
    assert_type(it.all(), FieldList)
    assert_type(it.all("total"), FieldList)
    for label, field in it.items():
        assert_type(label, str)
        assert_type(field, Field)


def field(it: Field) -> None:
    assert_type(it.label, str)
    assert_type(it.text, str)
    assert_type(it.score, float | None)
    assert_type(it.box, Box | None)
    assert_type(it.page, int)
    assert_type(it.status, str)
    assert_type(it.validation_message, str)
    assert_type(it.raw, Any)
    assert_type(it.as_date(), date | None)
    assert_type(it.as_date(dayfirst=True), date | None)
    assert_type(it.as_decimal(), Decimal | None)
    assert_type(it.as_decimal(decimal_mark=","), Decimal | None)


def table(it: Table) -> None:
    assert_type(it.label, str)
    assert_type(it.rows, tuple[tuple[str, ...], ...])
    assert_type(it.header, tuple[str, ...])
    assert_type(it.cells, tuple[Cell, ...])
    assert_type(it.score, float | None)
    assert_type(it.box, Box | None)
    assert_type(it.page, int)
    assert_type(it.to_csv("table.csv"), None)


def cell(it: Cell) -> None:
    assert_type(it.row, int)
    assert_type(it.col, int)
    assert_type(it.text, str)
    assert_type(it.score, float | None)
    assert_type(it.box, Box | None)


def page(it: Page) -> None:
    assert_type(it.number, int)
    assert_type(it.status, Literal["pending", "success", "failure"])
    assert_type(it.error, str | None)
    assert_type(it.fields, Fields)
    assert_type(it.tables, TableList)
    assert_type(it.words, tuple[Word, ...])
    assert_type(it.updated_at, datetime | None)
    assert_type(it.image_url, str)
    assert_type(it.image_urls, SignedUrls)
    assert_type(it.image_urls.thumbnail, SignedUrl | None)
    assert_type(it.assigned_members, tuple[str, ...])
    assert_type(it.current_stage_id, str)
    assert_type(it.is_approved_stage, bool)
    assert_type(it.configured_fields, int | None)
    assert_type(it.cost, float | None)
    assert_type(it.raw, Any)


def box(it: Box) -> None:
    assert_type((it.xmin, it.ymin, it.xmax, it.ymax), tuple[int, int, int, int])
    assert_type((it.width, it.height), tuple[int, int])


def listing(it: Listing) -> None:
    assert_type(it.documents, tuple[Document, ...])
    assert_type(it.pages, tuple[Page, ...])
    assert_type(it.moderated_count, int)
    assert_type(len(it), int)
    for document in it:
        assert_type(document, Document)


def model(it: Model) -> None:
    assert_type(it.model_id, str)
    assert_type(it.state, int)
    assert_type(it.state == ModelState.HOSTED, bool)
    assert_type(it.categories, tuple[Category, ...])
    assert_type(it.is_ready, bool)
    assert_type(it.is_partial, bool)
    assert_type(it.accuracy, float | None)


def upload(it: Upload) -> None:
    assert_type(it.model, Model)
    assert_type(it.files, tuple[UploadedFile, ...])
    assert_type(it.is_partial, bool)


def classification(it: Classification) -> None:
    assert_type(it.scores, tuple[Score, ...])
    assert_type(it.best, Score | None)
    assert_type(it.file_name, str)
    assert_type(it.error, str | None)


def events(retry: RetryEvent, drift: Drift, exchange: Exchange) -> None:
    assert_type((retry.method, retry.path, retry.attempt), tuple[str, str, int])
    assert_type((retry.wait, retry.status, retry.error), tuple[float, int | None, str | None])
    assert_type((drift.operation, drift.path, drift.expected, drift.seen), tuple[str, str, str, str])
    assert_type((exchange.status, exchange.content), tuple[int, bytes])
