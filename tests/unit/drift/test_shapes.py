"""Shapes keep types and names, and drop values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanonets_sdk.drift.facts.shapes import (
    merged,
    notation,
    samples,
    shape_from,
    shape_of,
)
from nanonets_sdk.drift.traffic.redaction import redacted_path, shape_without_data

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


@given(VALUES)
def test_a_shape_survives_being_written(value: Any) -> None:
    shape = shape_of(value)

    assert shape_from(json.loads(json.dumps(notation(shape)))) == shape


@given(VALUES)
def test_the_samples_of_a_shape_have_that_shape(value: Any) -> None:
    shape = shape_of(value)

    assert merged(map(shape_of, samples(shape))) == shape


@given(VALUES)
def test_a_shape_holds_no_value(value: Any) -> None:
    written = json.dumps(notation(shape_of(["a secret", value])))

    assert "a secret" not in written


@pytest.mark.parametrize("text", ["text", ["string", "string"], {"|": []}, 5, {"name": "none"}])
def test_a_value_that_is_not_a_shape_is_refused(text: Any) -> None:
    with pytest.raises(ValueError, match="shape"):
        shape_from(text)


@pytest.mark.parametrize(
    "name",
    [
        "uploadedfiles/5b1c7a86/PredictionImages/1.jpeg",
        "5b1c7a86-3a9e-4f0e-9a65-1f2d3c4b5a69",
        "person@example.org",
        "https://files.example.org/a?b=c",
        "DE89370400440532013000",
        "a name with spaces",
        "x" * 41,
        "",
    ],
)
def test_a_member_name_that_looks_like_data_is_not_kept(name: str) -> None:
    assert notation(shape_without_data({name: {"original": "x"}, "page": 1})) == {
        "*": {"original": "string"},
        "page": "integer",
    }


@pytest.mark.parametrize("name", ["request_file_id", "acw_rotate_270", "ModelID", "_x"])
def test_a_member_name_that_looks_like_a_field_is_kept(name: str) -> None:
    assert list(shape_without_data({name: 1}).fields) == [name]


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/OCR/Model/5b1c7a86-3a9e-4f0e-9a65-1f2d3c4b5a69/Train", "/OCR/Model/{}/Train"),
        ("/ImageCategorization/Models/", "/ImageCategorization/Models/"),
        ("/OCR/Model/invoices-of-2024/LabelFile", "/OCR/Model/{}/LabelFile"),
        ("/Inferences/Model/1/ImageLevelInferences/secret", "/Inferences/Model/{}/ImageLevelInferences/{}"),
    ],
)
def test_ids_in_paths_are_not_kept(path: str, kept: str) -> None:
    assert redacted_path(path) == kept
