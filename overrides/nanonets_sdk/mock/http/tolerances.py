"""Accepts what official samples and known clients send although the description does not say so, and nothing else."""

from collections.abc import Collection, Iterable
from typing import Any, Final, Literal

from attrs import evolve, frozen

from nanonets_sdk.mock.account.refusals import bad_request
from nanonets_sdk.mock.coerce import parse_json
from nanonets_sdk.mock.http.bodies import FORM, JSON, MULTIPART, Body

ToleranceKind = Literal["route", "method", "query", "field", "field in the query", "content type", "part"]


@frozen
class Tolerance:
    """One tolerated difference: in which operation, what is sent, what it is read as, and why."""

    operation_id: str
    kind: ToleranceKind
    sent: str
    read_as: str
    reason: str


TOLERANCES: Final = (
    Tolerance(
        "ocr_train",
        "route",
        "/OCR/{model_id}/Train",
        "/OCR/Model/{model_id}/Train",
        "The published Shell sample of this operation leaves out `Model`.",
    ),
    Tolerance(
        "od_list_annotations",
        "route",
        "/OCR/Model/{model_id}/Annotations",
        "/ObjectDetection/Model/{model_id}/Annotations",
        "The official Python package asks for the training files of OCR models here.",
    ),
    Tolerance(
        "od_list_annotations",
        "route",
        "/MultiLabelClassification/Model/{model_id}/Annotations",
        "/ObjectDetection/Model/{model_id}/Annotations",
        "The official Python package asks for the training files of multi-label models here.",
    ),
    Tolerance(
        "ocr_get_review_link",
        "method",
        "POST",
        "GET",
        "Two public clients send POST, as the sample of the official page; a third one sends GET and gets its link.",
    ),
    Tolerance(
        "ic_get_model",
        "query",
        "id",
        "modelId",
        "The published description and its Shell sample call the parameter `id`, the other samples `modelId`.",
    ),
    Tolerance(
        "ocr_upload_urls",
        "content type",
        FORM,
        JSON,
        "The published description has a form with repeated `urls`; curl sends JSON under this type by default.",
    ),
    Tolerance(
        "ocr_predict_file",
        "field",
        "urls",
        "ocr_predict_urls",
        "A captured call sent `urls` as multipart to `LabelFile`, and the service read the file behind them.",
    ),
    Tolerance(
        "ocr_submit_file",
        "field",
        "urls",
        "ocr_submit_urls",
        "As for `ocr_predict_file`: the flag `async` alone tells the two apart.",
    ),
    Tolerance(
        "ic_create_model", "content type", MULTIPART, FORM, "The official documentation shows both kinds of form."
    ),
    Tolerance(
        "ic_upload_file",
        "field in the query",
        "modelId",
        "modelId",
        "The official Python package sends it in the URL.",
    ),
    Tolerance(
        "ic_upload_file",
        "field in the query",
        "category",
        "category",
        "The official Python package sends it in the URL.",
    ),
    Tolerance(
        "ic_predict_file",
        "field in the query",
        "modelId",
        "modelId",
        "The official Python package sends it in the URL.",
    ),
    Tolerance(
        "ocr_read_text",
        "content type",
        FORM,
        MULTIPART,
        "ocr-nanonets-wrapper sends URLs alone in this form.",
    ),
    Tolerance(
        "*",
        "part",
        'filename=""',
        "a text",
        "The official Python package sends texts as files without a name, which a server in Go reads as texts.",
    ),
    Tolerance(
        "*",
        "content type",
        '"application/json"',
        JSON,
        "A published Shell sample puts the value of the header in quotes.",
    ),
)


def tolerated(operation_id: str, kind: ToleranceKind) -> dict[str, str]:
    """Return what an operation tolerates of a kind: what is sent, and what it is read as."""
    return {one.sent: one.read_as for one in TOLERANCES if (one.operation_id, one.kind) == (operation_id, kind)}


def media_type(header: str) -> str:
    """Return the media type of a Content-Type header, in lower case, without parameters and quotes."""
    return header.partition(";")[0].strip().strip('"').lower()


def described_operation(operation_id: str, body: Body) -> str:
    """Return the operation that a call means: another one if a field says so and there is no file."""
    others = tolerated(operation_id, "field")
    named = (others[name] for name, _ in body.fields if name in others)
    return operation_id if body.files else next(named, operation_id)


def described_query(operation_id: str, query: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the query with the described names in place of tolerated ones."""
    names = tolerated(operation_id, "query")
    return tuple((names.get(name, name), value) for name, value in query)


def described_body(operation_id: str, body: Body) -> Body:
    """Return the body in the described media type if its own is a tolerated one.

    Raises:
        Refusal: 400 for a body that should be JSON and is not.
    """
    read_as = tolerated(operation_id, "content type").get(body.content_type)
    if read_as is None:
        return body
    if read_as == JSON:
        return evolve(body, content_type=JSON, json=_json_of_form(body), fields=())
    return evolve(body, content_type=read_as)


def described_form(operation_id: str, body: Body, query: Iterable[tuple[str, str]], texts: Collection[str]) -> Body:
    """Return the body with the form fields that are tolerated elsewhere: in the query, and in files without a name.

    Args:
        operation_id: The operation.
        body: Its body.
        query: Its query.
        texts: The form fields that the description has as texts.

    Raises:
        Refusal: 400 for a text that is not UTF-8.
    """
    names, given = tolerated(operation_id, "field in the query"), {name for name, _ in body.fields}
    fields = [*body.fields]
    fields += [(names[name], value) for name, value in query if name in names and names[name] not in given]
    nameless = [file for file in body.files if not file.filename and file.name in texts]
    for file in nameless:
        try:
            fields.append((file.name, file.stream.read().decode()))
        except UnicodeDecodeError as error:
            raise bad_request(f"/{file.name}: not UTF-8 text") from error
    files = tuple(file for file in body.files if file not in nameless)
    return evolve(body, fields=tuple(fields), files=files)


def _json_of_form(body: Body) -> Any:
    try:
        if body.raw.lstrip().startswith(b"{"):
            return parse_json(body.raw)
        data = [value for name, value in body.fields if name == "data"]
        urls = [value for name, value in body.fields if name == "urls"]
        return {"urls": urls} | ({"data": parse_json(data[-1])} if data else {})
    except ValueError as error:
        raise bad_request(f"The body is not valid JSON: {error}") from error
