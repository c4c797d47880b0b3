"""The errors: one tree, drawn where it is defined, and able to cross processes."""

import copy
import inspect
import pickle
import re

import pytest

import nanonets_sdk
from nanonets_api.replies import OcrReply
from nanonets_sdk import (
    ApiError,
    ApiResponse,
    Classification,
    DecodeError,
    Document,
    EditConflict,
    ErrorDetail,
    JobFailed,
    Model,
    NanonetsError,
    NotConfirmed,
    OutcomeUnknown,
    RateLimited,
    ReadAsError,
    ReadProblem,
    ReplyMismatch,
    ReplyTooLarge,
    Score,
    TextDocument,
    WaitTimeout,
    errors,
)
from nanonets_sdk.documents.building import predicted_document
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.source import Raw

# Errors that hold results are defined elsewhere, but the tree includes them.
CLASSES: list[type[NanonetsError]] = [
    member
    for member in (getattr(nanonets_sdk, name) for name in nanonets_sdk.__all__)
    if inspect.isclass(member) and issubclass(member, NanonetsError)
]
BODY = b'{"message": "Success", "result": [{"message": "failure", "page": 0, "request_file_id": "f", "new": 7}]}'


def drawn_tree(text: str) -> dict[str, str | None]:
    """Return each class of a drawn tree with its parent."""
    stack: list[tuple[int, str]] = []
    parents: dict[str, str | None] = {}
    tree = text.partition("```text\n")[2].partition("```")[0]
    for line in tree.splitlines():
        found = re.match(r"([│├└─ ]*)(\w+) {2,}\S", line)
        if found:
            depth, name = len(found[1]), found[2]
            stack = [(at, above) for at, above in stack if at < depth]
            parents[name] = stack[-1][1] if stack else None
            stack.append((depth, name))
    return parents


def real_tree(classes: list[type[NanonetsError]]) -> dict[str, str | None]:
    """Return each class with its parent."""
    return {kind.__name__: None if kind is NanonetsError else kind.__bases__[0].__name__ for kind in classes}


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    assert drawn_tree(errors.__doc__ or "") == real_tree(CLASSES)


def test_a_class_missing_from_the_drawing_is_noticed() -> None:
    extra = type("Surprise", (ApiError,), {})
    assert drawn_tree(errors.__doc__ or "") != real_tree([*CLASSES, extra])


def test_a_class_drawn_under_the_wrong_parent_is_noticed() -> None:
    moved = (errors.__doc__ or "").replace("│   ├── NotFound ", "├── NotFound     ")
    assert drawn_tree(moved)["NotFound"] == "NanonetsError"


def test_the_drawing_and_the_docstring_name_the_same_status() -> None:
    tree = (errors.__doc__ or "").partition("```text\n")[2].partition("```")[0]
    drawn = dict(re.findall(r"(\w+) {2,}(\d{3})", tree))
    documented = [(kind.__name__, re.match(r"\d{3}", kind.__doc__ or "")) for kind in CLASSES]
    assert drawn == {name: found[0] for name, found in documented if found}


FACTS = ("is_transient", "may_be_billed", "meets_every_file", "meets_every_call")


def drawn_facts(text: str) -> dict[str, set[str]]:
    """Return the facts of each class in the docstring's table, by the columns that say `yes`."""
    header, *rows = text[text.index("                     is_transient") :].partition("```")[0].splitlines()
    starts = {header.index(fact): fact for fact in FACTS}
    return {
        name: {starts[found.start()] for found in re.finditer("yes", row)}
        for row in rows
        for name in re.findall(r"[A-Z]\w+", row[:21])
    }


def real_facts(kind: type[NanonetsError]) -> set[str]:
    """Return the facts that are true for a class."""
    return {fact for fact in FACTS if getattr(kind, fact)}


def test_the_table_of_facts_matches_the_classes() -> None:
    drawn = drawn_facts(errors.__doc__ or "")
    assert drawn == {kind.__name__: real_facts(kind) for kind in CLASSES if kind.__name__ in drawn or real_facts(kind)}


def test_a_fact_missing_from_the_table_is_noticed() -> None:
    without = (errors.__doc__ or "").replace("RateLimited          yes", "RateLimited             ")
    assert drawn_facts(without)["RateLimited"] != real_facts(RateLimited)


REFUSALS = {400, 401, 402, 403, 404, 405, 407, 409, 411, 413, 414, 415, 422, 429, 431}


@pytest.mark.parametrize("status", [*range(100, 600), 600, 999])
def test_only_a_refusal_says_that_nothing_was_billed(status: int) -> None:
    error = ApiError("a message", response=ApiResponse(status, {}, b""))
    assert error.may_be_billed == (status not in REFUSALS)
    assert error.is_transient == (status in {408, 425, 499})
    assert pickle.loads(pickle.dumps(error)).may_be_billed == error.may_be_billed


def test_the_table_of_refusals_matches_what_errors_say() -> None:
    rows = re.findall(r"^([\d ]+?) {2,}refused", errors.__doc__ or "", re.MULTILINE)
    assert {int(status) for row in rows for status in row.split()} == REFUSALS


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_is_exported(kind: type[NanonetsError]) -> None:
    assert kind.__name__ in nanonets_sdk.__all__
    assert getattr(nanonets_sdk, kind.__name__) is kind


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_says_when_it_is_raised(kind: type[NanonetsError]) -> None:
    assert kind.__doc__
    assert kind.__doc__.splitlines()[0].endswith(".")


def failed_document() -> Document:
    """A document with a page that failed, read from a reply."""
    return predicted_document(decode(BODY, OcrReply, "ocr_predict_file"), Raw(BODY), "invoice.pdf")


RESPONSE = ApiResponse(429, {"retry-after": "30"}, b'{"message": "Too Many Requests"}')
DETAILS = (ErrorDetail("Too many pages", "Wait"),)
MODEL = Model("m", "ocr", -1, ())
FILLED: list[NanonetsError] = [
    *[
        kind("429 from POST /x", response=RESPONSE, reason="Too many pages", errors=DETAILS)
        for kind in CLASSES
        if issubclass(kind, ApiError)
    ],
    RateLimited("429 from POST /x", response=RESPONSE, retry_after=30.0),
    DecodeError("no JSON", raw=b"<html>"),
    ReplyTooLarge("too large", raw=b'{"message"', status_code=200, request_file_id="f-1"),
    OutcomeUnknown("no answer", raw=b'{"message": "Succ'),
    JobFailed("failed", document=failed_document()),
    ReplyMismatch("another", document=failed_document()),
    JobFailed("failed", classification=Classification((Score("receipt", 0.9),), "a.png", "no picture")),
    JobFailed("failed", model=MODEL),
    JobFailed("failed", text=TextDocument((), "letter.pdf", "no text")),
    EditConflict("changed", before=failed_document().pages[0], now=failed_document().pages[0]),
    NotConfirmed("not visible", document=failed_document()),
    WaitTimeout("late", model=MODEL),
    ReadAsError("Invoice", (ReadProblem("missing", "total", "Decimal", "no label 'total'", "name it"),)),
]
PLAIN: list[NanonetsError] = [
    kind("a message") for kind in CLASSES if "__init__" not in vars(kind) and not issubclass(kind, ApiError)
]


def test_every_error_class_is_covered_by_these_tests() -> None:
    assert {type(error) for error in [*FILLED, *PLAIN]} == set(CLASSES)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("error", [*FILLED, *PLAIN], ids=lambda error: type(error).__name__)
def test_an_error_is_equal_after_pickling(error: NanonetsError, protocol: int) -> None:
    other = pickle.loads(pickle.dumps(error, protocol))
    assert (type(other), other.args, vars(other)) == (type(error), error.args, vars(error))


def test_a_failed_document_keeps_its_raw_reply_after_pickling() -> None:
    other = pickle.loads(pickle.dumps(JobFailed("failed", document=failed_document())))
    assert other.document.raw_bytes == BODY
    assert other.document.pages[0].raw["new"] == 7


def test_a_note_added_to_an_error_survives_pickling() -> None:
    error = NanonetsError("a message")
    error.add_note("of invoice.pdf")
    assert pickle.loads(pickle.dumps(error)).__notes__ == ["of invoice.pdf"]


@pytest.mark.parametrize("error", FILLED, ids=lambda error: type(error).__name__)
def test_an_error_can_be_copied(error: NanonetsError) -> None:
    assert vars(copy.copy(error)) == vars(error)


def test_no_repr_of_an_error_or_its_parts_holds_a_body() -> None:
    shown = " ".join(f"{error} {error!r}" for error in FILLED) + repr(RESPONSE)
    assert "Too Many Requests" not in shown
    assert "<html>" not in shown
