"""The quick check never calls a reply right that openapi-core finds a mistake in, and leaves no real reply open."""

import copy
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec
import pytest

from nanonets_sdk.contract import SPEC, locate
from nanonets_sdk.mock.http.contract import Operation, load_description, operations
from nanonets_sdk.mock.http.quick_check import QuickCheck
from nanonets_sdk.mock.http.validation import Validator
from nanonets_sdk.mock.operations.call import Call

DESCRIPTION = load_description(locate(SPEC))
OPERATIONS = {operation.operation_id: operation for operation in operations(DESCRIPTION)}
QUICK = QuickCheck(DESCRIPTION)
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


@pytest.fixture(scope="module")
def thorough() -> Validator:
    """Return a validator that has no quick check to begin with."""
    validator = Validator(DESCRIPTION)
    validator.__dict__["_quick"] = QuickCheck({"paths": {}, "components": {}})
    return validator


def agrees(thorough: Validator, operation: Operation, status: int, reply: Any) -> bool:
    content = msgspec.json.encode(reply)
    call = Call(operation.operation_id, "", {"model_id": "m", "id": "i", "request_file_id": "f"})
    is_right = not thorough.reply_problems(operation, call, status, content)
    return is_right or not QUICK.is_right(operation.operation_id, status, content)


REPLIES = [pytest.param(*reply, id=f"{reply[0]}-{reply[1]}-{index}") for index, reply in enumerate(described_replies())]


@pytest.mark.parametrize(("operation_id", "status", "reply"), REPLIES)
def test_a_reply_as_described_is_seen_to_be_right(operation_id: str, status: int, reply: Any) -> None:
    assert QUICK.is_right(operation_id, status, msgspec.json.encode(reply))


def test_every_operation_has_a_reply_to_try() -> None:
    assert {operation_id for operation_id, _, _ in described_replies()} == set(OPERATIONS)


DIFFERENT = {
    msgspec.json.encode(reply): (operation_id, status, reply) for operation_id, status, reply in described_replies()
}


@pytest.mark.parametrize(("operation_id", "status", "reply"), DIFFERENT.values())
def test_no_mistake_at_any_place_is_called_right(
    thorough: Validator, operation_id: str, status: int, reply: Any
) -> None:
    operation = OPERATIONS[operation_id]
    for place in places(reply):
        for stranger in STRANGERS:
            assert agrees(thorough, operation, status, changed(reply, place, stranger)), (place, stranger)
        if place:
            assert agrees(thorough, operation, status, shortened(reply, place)), place


def test_a_reply_that_is_not_described_is_left_open() -> None:
    assert not QUICK.is_right("ocr_get_model", 599, b"{}")
    assert not QUICK.is_right("no_operation", 200, b"{}")


MODEL = msgspec.json.encode({"model_id": "m", "model_type": "ocr", "state": 0, "categories": [{"name": "a"}]})


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
    assert QUICK.is_right("ocr_get_model", 200, MODEL)
    assert not QuickCheck(description).is_right("ocr_get_model", 200, MODEL)


def test_a_schema_may_hold_itself() -> None:
    description = copy.deepcopy(DESCRIPTION)
    category = description["components"]["schemas"]["Category"]
    category["properties"]["parts"] = {"type": "array", "items": {"$ref": "#/components/schemas/Category"}}
    model = msgspec.json.decode(MODEL)
    for part, is_right in (({"name": "b"}, True), ({"name": 1}, False)):
        model["categories"] = [{"name": "a", "parts": [{"name": "a", "parts": [part]}]}]
        assert QuickCheck(description).is_right("ocr_get_model", 200, msgspec.json.encode(model)) is is_right


def test_a_response_with_headers_is_left_open() -> None:
    description = copy.deepcopy(DESCRIPTION)
    description["paths"]["/OCR/Model/{model_id}"]["get"]["responses"]["200"]["headers"] = {"X": {"required": True}}
    assert not QuickCheck(description).is_right("ocr_get_model", 200, MODEL)
