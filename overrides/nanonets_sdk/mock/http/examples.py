"""Furnishes an account with what the examples of the API description name, so that they can be sent as they are.

The description names models, a page, its file and URLs in many places, always the same ones:

    components/examples   OcrModel, IcModel, OdModel, MlModel   hosted models under these ids, with these categories
                          PageDone                              a predicted page, of this file, of this day and hour
    components/schemas    urls: […]                             URLs that are read without being fetched

Nothing that the mock refuses elsewhere is accepted because of it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import evolve, frozen

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.learning import rules_for
from nanonets_sdk.mock.operations.ocr_predictions import predicted_file, put_predicted
from nanonets_sdk.mock.state.progressions import Progression, Work
from nanonets_sdk.mock.state.records import HOSTED, Model, ModelType, RegisteredUrl, RequestFile

_MODELS: Final[Mapping[str, ModelType]] = {
    "OcrModel": "ocr",
    "IcModel": "classification",
    "OdModel": "localization",
    "MlModel": "multi_label",
}
_LINES: Final = (b"Invoice number: EX-1001", b"Total: 1,234.50")


@frozen
class Furnished:
    """What the examples name, and the account now has.

    Attributes:
        models: Hosted models: id by kind.
        page_id: A predicted page of the OCR model.
        request_file_id: The file of the page.
        urls: URLs that can be read.
    """

    models: Mapping[ModelType, str]
    page_id: str
    request_file_id: str
    urls: tuple[str, ...]


def furnish_examples(account: Account, description: Mapping[str, Any]) -> Furnished:
    """Create what the examples of the description name, and return it. What is there already is put back as it was."""
    examples = description["components"]["examples"]
    models: dict[ModelType, Model] = {kind: _model(examples[name]["value"], kind) for name, kind in _MODELS.items()}
    urls = tuple(dict.fromkeys(_urls(description["components"]["schemas"])))
    page = examples["PageDone"]["value"]["result"][0]
    document = account.keep(page["original_file_name"], io.BytesIO(_invoice()))
    picture = account.keep("page.png", io.BytesIO(account.reader.render(account.uploads.path(document.sha256), 0)))
    created = (page["day_since_epoch"] * 24 + page["hour_of_day"]) * 3600.0
    file = RequestFile(
        request_file_id=page["request_file_id"],
        model_id=page["model_id"],
        name=page["original_file_name"],
        sha256=document.sha256,
        extension="pdf",
        asynchronous=False,
        request_metadata="",
        created=created,
        updated_at=page["updated_at"],
        work=Work(Progression.immediate(), created),
    )
    predicted = predicted_file(account, models["ocr"], file, account.read(document).pages)
    predicted = evolve(predicted, pages=tuple(evolve(one, page_id=page["id"]) for one in predicted.pages))
    with account.store.database.transaction():
        for model in models.values():
            account.store.models.put(model)
        for url in urls:
            account.store.urls.put(RegisteredUrl(url, (document if url.endswith(".pdf") else picture).sha256))
        put_predicted(account, predicted)
    ids: dict[ModelType, str] = {kind: model.model_id for kind, model in models.items()}
    return Furnished(ids, page["id"], page["request_file_id"], urls)


def _model(described: Mapping[str, Any], kind: ModelType) -> Model:
    categories = tuple(category["name"] for category in described["categories"])
    return Model(
        described["model_id"], kind, categories, HOSTED, rules_for(categories).to_json() if kind == "ocr" else ""
    )


def _urls(schemas: Mapping[str, Any]) -> Iterator[str]:
    for schema in schemas.values():
        for example in schema.get("examples", ()):
            if "urls" in example:
                yield from example["urls"]


def _invoice() -> bytes:
    """Return a PDF of one page with the fields of the OCR model of the examples."""
    text = b"BT /F1 12 Tf 40 700 Td " + b" ".join(b"(%b) Tj 0 -40 Td" % line for line in _LINES) + b" ET"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    written, places = b"%PDF-1.4\n", b"0000000000 65535 f \n"
    for number, one in enumerate(objects, start=1):
        places += b"%010d 00000 n \n" % len(written)
        written += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(written))
    return written + b"xref\n0 %d\n" % (len(objects) + 1) + places + end
