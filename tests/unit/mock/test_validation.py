"""Replies are held to the description, as strictly as another implementation of JSON Schema holds them."""

import copy
from collections.abc import Iterable, Iterator
from typing import Any, Final

import jsonschema
import msgspec
import pytest

from nanonets_sdk._openapi import SPEC, locate
from nanonets_sdk.mock.http.bodies import JSON
from nanonets_sdk.mock.http.contract import load_description, operations
from nanonets_sdk.mock.http.validation import Validator

DESCRIPTION = load_description(locate(SPEC))
OPERATIONS = {operation.operation_id: operation for operation in operations(DESCRIPTION)}
VALIDATOR = Validator(DESCRIPTION)
STRANGERS: tuple[Any, ...] = (None, True, 0, 1.5, "text", [], [0], {}, {"a": 0})


def described_replies() -> Iterator[tuple[str, int, Any]]:
    """Yield the examples of the description: operation, status, reply."""
    examples = DESCRIPTION["components"]["examples"]
    for item in DESCRIPTION["paths"].values():
        for operation in item.values():
            for status, response in operation["responses"].items():
                for content in response.get("content", {}).values():
                    for example in content.get("examples", {}).values():
                        value = examples[example["$ref"].rpartition("/")[2]]["value"]
                        yield operation["operationId"], int(status), value


def parts(value: Any) -> Iterable[tuple[Any, Any]]:
    match value:
        case {**members}:
            return members.items()
        case [*items]:
            return enumerate(items)
        case _:
            return ()


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield every place in a reply, as the steps to it."""
    yield place
    for step, part in parts(value):
        yield from places(part, (*place, step))


def changed(reply: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    reply = copy.deepcopy(reply)
    parent = reply
    for step in place[:-1]:
        parent = parent[step]
    parent[place[-1]] = value
    return reply


def shortened(reply: Any, place: tuple[Any, ...]) -> Any:
    reply = copy.deepcopy(reply)
    parent = reply
    for step in place[:-1]:
        parent = parent[step]
    del parent[place[-1]]
    return reply


def is_right(operation_id: str, status: int, reply: Any, validator: Validator = VALIDATOR) -> bool:
    return not validator.reply_problems(OPERATIONS[operation_id], status, msgspec.json.encode(reply), JSON)


def judge(operation_id: str, status: int) -> Any:
    """Return the other implementation's validator of a reply."""
    response = OPERATIONS[operation_id].described["responses"][str(status)]
    return jsonschema.Draft202012Validator(
        {**response["content"]["application/json"]["schema"], "components": DESCRIPTION["components"]}
    )


REPLIES = [pytest.param(*reply, id=f"{reply[0]}-{reply[1]}-{index}") for index, reply in enumerate(described_replies())]


@pytest.mark.parametrize(("operation_id", "status", "reply"), REPLIES)
def test_a_reply_as_described_has_no_problems(operation_id: str, status: int, reply: Any) -> None:
    assert is_right(operation_id, status, reply)


def test_every_operation_has_a_reply_to_try() -> None:
    documented = {name for name, operation in OPERATIONS.items() if operation.is_reply_documented}
    assert {operation_id for operation_id, _, _ in described_replies()} == documented - {"ocr_get_review_link"}


@pytest.mark.parametrize("content", [b"{}", b"null", b'{"message": "Success"}', b"[1]"])
def test_a_reply_that_is_not_documented_may_be_anything(content: bytes) -> None:
    undocumented = [operation for operation in OPERATIONS.values() if not operation.is_reply_documented]
    assert len(undocumented) == 8
    assert [problem for one in undocumented for problem in VALIDATOR.reply_problems(one, 200, content)] == []


def test_a_reply_in_plain_text_is_checked_as_text() -> None:
    operation = OPERATIONS["ocr_get_review_link"]
    assert VALIDATOR.reply_problems(operation, 200, b"https://example.org/", "text/plain") == []
    assert VALIDATOR.reply_problems(operation, 200, b"{}") != []


DIFFERENT = {
    msgspec.json.encode(reply): (operation_id, status, reply) for operation_id, status, reply in described_replies()
}


@pytest.mark.parametrize(("operation_id", "status", "reply"), DIFFERENT.values())
def test_a_mistake_at_any_place_is_judged_as_by_the_other_implementation(
    operation_id: str, status: int, reply: Any
) -> None:
    other: Any = judge(operation_id, status)  # the stubs of jsonschema do not say what it judges
    for place in places(reply):
        for stranger in STRANGERS:
            wrong = changed(reply, place, stranger)
            assert is_right(operation_id, status, wrong) == other.is_valid(wrong), (place, stranger)
        if place:
            wrong = shortened(reply, place)
            assert is_right(operation_id, status, wrong) == other.is_valid(wrong), place


def test_a_status_that_is_not_described_is_a_problem() -> None:
    (problem,) = VALIDATOR.reply_problems(OPERATIONS["ocr_get_model"], 599, b"{}", JSON)
    assert problem == "/: the description has no response 599"


MODEL: Final = {"model_id": "m", "model_type": "ocr", "state": 0, "categories": [{"name": "a"}]}


def test_every_problem_of_a_reply_is_given_with_its_place() -> None:
    problems = VALIDATOR.reply_problems(
        OPERATIONS["ocr_get_model"], 200, msgspec.json.encode(MODEL | {"state": "0", "categories": [{"name": 1}]}), JSON
    )
    assert sorted(problems) == [
        '/categories/0/name: 1 is not of type "string"',
        '/state: "0" is not of type "integer"',
    ]


ADDITIONS: Final[list[dict[str, Any]]] = [
    {"enum": [{}]},
    {"minProperties": 9},
    {"not": {}},
    {"type": ["array", "null"]},
    {"properties": {"name": False}},
    {"additionalProperties": False, "properties": {}},
]


@pytest.mark.parametrize("addition", ADDITIONS, ids=str)
def test_no_keyword_of_a_schema_is_passed_over(addition: dict[str, Any]) -> None:
    description = copy.deepcopy(DESCRIPTION)
    description["components"]["schemas"]["Category"] |= addition
    assert is_right("ocr_get_model", 200, MODEL)
    assert not is_right("ocr_get_model", 200, MODEL, Validator(description))


def test_a_schema_may_hold_itself() -> None:
    description = copy.deepcopy(DESCRIPTION)
    category = description["components"]["schemas"]["Category"]
    category["properties"]["parts"] = {"type": "array", "items": {"$ref": "#/components/schemas/Category"}}
    validator = Validator(description)
    for part, expected in (({"name": "b"}, True), ({"name": 1}, False)):
        model = MODEL | {"categories": [{"name": "a", "parts": [{"name": "a", "parts": [part]}]}]}
        assert is_right("ocr_get_model", 200, model, validator) is expected


@pytest.mark.parametrize("required", [True, False])
def test_a_header_that_the_description_requires_is_missing_in_a_reply(required: bool) -> None:
    description = copy.deepcopy(DESCRIPTION)
    response = description["paths"]["/OCR/Model/{model_id}"]["get"]["responses"]["200"]
    response["headers"] = {"X-Limit": {"required": required}}
    operation = next(one for one in operations(description) if one.operation_id == "ocr_get_model")
    problems = Validator(description).reply_problems(operation, 200, msgspec.json.encode(MODEL), JSON)
    assert problems == ["/header/X-Limit: this header is required"] * required
