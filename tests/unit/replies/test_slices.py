"""Slices of JSON: found and replaced without touching the characters around them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanonets_sdk.replies.slices import items_of, slice_at, slices_of, with_members
from nanonets_sdk.replies.source import Raw

STRANGE = (
    '{ "a" :1.0,"b" : {"x":[1e400 , 12345678901234567890,"\\u00e9\\ud800","}],{\\""]} ,\n'
    '"\\u0063":null, "a":2.50\t,"é":"" }'
)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_members_are_found_as_they_stand() -> None:
    assert slices_of(STRANGE) == {
        "a": "2.50",
        "b": '{"x":[1e400 , 12345678901234567890,"\\u00e9\\ud800","}],{\\""]}',
        "c": "null",
        "é": '""',
    }


def test_a_value_is_replaced_and_nothing_else() -> None:
    assert with_members(STRANGE, {"c": '"new"'}) == STRANGE.replace("null", '"new"')


def test_every_occurrence_of_a_repeated_member_is_replaced() -> None:
    assert with_members('{"a":1,"b":2,"a":3}', {"a": "9"}) == '{"a":9,"b":2,"a":9}'


@pytest.mark.parametrize(("text", "made"), [("{}", '{"n":1}'), ("{ }", '{ "n":1}'), ('{"a":0 }', '{"a":0 ,"n":1}')])
def test_a_member_that_is_not_there_is_appended(text: str, made: str) -> None:
    assert with_members(text, {"n": "1"}) == made


@given(st.dictionaries(st.text(), values, max_size=5), st.dictionaries(st.text(), values, max_size=3), st.booleans())
def test_replacing_is_what_it_is_for_a_dict(members: dict[str, Any], changes: dict[str, Any], ascii_only: bool) -> None:
    text = json.dumps(members, ensure_ascii=ascii_only)
    changed = with_members(text, {name: json.dumps(value) for name, value in changes.items()})
    assert json.loads(changed) == members | changes
    kept = {name: value for name, value in slices_of(text).items() if name not in changes}
    assert {name: value for name, value in slices_of(changed).items() if name in kept} == kept
    assert with_members(text, {}) == text


@given(st.lists(values, max_size=5), st.sampled_from([None, 1, "\t"]))
def test_the_items_of_an_array_are_all_there(items: list[Any], indent: int | str | None) -> None:
    assert [json.loads(item) for item in items_of(json.dumps(items, indent=indent))] == items


def test_a_path_leads_to_a_slice() -> None:
    assert slice_at(STRANGE, ("b", "x", 1)) == "12345678901234567890"
    assert slice_at(STRANGE, ()) == STRANGE


@pytest.mark.parametrize("text", ["", "[", "[1 2]", "7", "{}"])
def test_what_is_no_array_has_no_items(text: str) -> None:
    with pytest.raises(ValueError, match=r"[Ee]xpect"):
        items_of(text)


@pytest.mark.parametrize("text", ["", "{", '{"a" 1}', "7", "[]", "{a:1}"])
def test_what_is_no_object_has_no_members(text: str) -> None:
    with pytest.raises(ValueError, match=r"[Ee]xpect"):
        slices_of(text)


@pytest.mark.parametrize("content", [b"\xff", b'{"a":NaN}', b"[-Infinity]", b"{'a':1}", b"", b'{"a":1,}', b"[1,]"])
def test_a_body_that_is_not_json_is_not_cut(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"JSON|decode|[Ee]xpect|[Tt]railing"):
        _ = Raw(content).text


def test_a_body_with_a_mark_and_numbers_of_any_length_is_cut() -> None:
    number = "1" * 5000
    assert Raw(b"\xef\xbb\xbf" + f'{{"a":{number}}}'.encode()).text == f'{{"a":{number}}}'
