"""Calls with wrong types, each of which a type checker must refuse. Checked, never run.

mypy reports every line here that is *not* an error of the kind in its comment: an unused `type: ignore`.
"""

from typing import assert_type

from nanonets_sdk import ApiError, AsyncNanonets, Document, Field, Job, Nanonets


class Invoice:
    total: str


def refused(client: Nanonets, other: AsyncNanonets) -> None:
    """Call in ways that are wrong."""
    Nanonets(timeout="5")  # type: ignore[arg-type]
    Nanonets("key", "https://x")  # type: ignore[call-arg]
    Nanonets(api_keys="key")  # type: ignore[call-arg]
    client.ocr.predict_fil("m", "a.pdf")  # type: ignore[attr-defined]
    client.ocr.predict_file("m")  # type: ignore[call-arg]
    client.ocr.predict_file("m", 7)  # type: ignore[arg-type]
    client.ocr.predict_file("m", "a.pdf", "en")  # type: ignore[call-arg]
    client.ocr.list_predictions("m", "2021-05-04")  # type: ignore[arg-type]
    client.ocr.job("m", "f").result().fields["total"].text = "1"  # type: ignore[misc]
    client.ocr.get_file("m", "f").fields["total"].box.xmin  # type: ignore[union-attr]
    assert_type(client.ocr.submit_file("m", "a.pdf"), Document)  # type: ignore[assert-type]
    assert_type(client.ocr.predict_file("m", "a.pdf").fields.get("total"), Field)  # type: ignore[assert-type]
    job: Job = other.ocr.job("m", "f")  # type: ignore[assignment]
    document: Document = other.ocr.predict_file("m", "a.pdf")  # type: ignore[assignment]
    ApiError("message")  # type: ignore[call-arg]
    client.ocr.read_text()  # type: ignore[call-overload]
    client.ocr.read_text(7)  # type: ignore[call-overload]
    client.ocr.approve("m", ["f"])  # type: ignore[arg-type]
    client.ocr.review_link("m", "f")  # type: ignore[call-arg]
    client.ocr.review_link("m", "f", expires=3600)  # type: ignore[arg-type]
    client.ocr.edit("m", "f").save(route="fields")  # type: ignore[arg-type]
    client.ocr.edit("m", "f").set("total", 1)  # type: ignore[arg-type]
    client.multi_label.upload_files("m", ["a.png"])  # type: ignore[list-item]
    assert_type(client.ocr.get_file("m", "f").read_as(Invoice), Field)  # type: ignore[assert-type]
    client.ocr.get_file("m", "f").read_as(Invoice()).total  # type: ignore[arg-type]
    client.ocr.get_file("m", "f").read_as(Invoice).totals  # type: ignore[attr-defined]
    client.ocr.get_file("m", "f").read_as(Invoice, repeats="first")  # type: ignore[arg-type]
    client.ocr.get_file("m", "f").read_as(Invoice, decimal_mark=";")  # type: ignore[arg-type]
