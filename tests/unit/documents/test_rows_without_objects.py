"""Rows come from the decoded reply; they are those of the fields and cells that a reader would look at."""

from __future__ import annotations

import copy
import csv
import io
import pickle
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanonets_sdk import exports
from nanonets_sdk.documents import Box, Cell, Document, Field, Table
from nanonets_sdk.documents.document import documents_of
from nanonets_sdk.documents.reply_types import LEAN
from nanonets_sdk.documents.stored_files import Loading
from nanonets_sdk.formats.csv_files import csv_text
from nanonets_sdk.formats.safe_text import are_plain, encodable, neutral
from nanonets_sdk.layout.reading_order import lines_of
from nanonets_sdk.stored.bodies import StoredBody
from nanonets_sdk.stored.shapes import recognised
from reply_bodies import edges, field_box, grid, prediction_body, read_prediction, table_box

_texts = st.one_of(
    st.none(),
    st.sampled_from(["", " ", "=1+1", "-5.00", "a;=b", "x\r\n=y", "\0", "\ud800", "\x1f=", "Total", "1,5", "\u2028@"]),
    st.text(max_size=6),
)
_edges = st.one_of(st.none(), st.integers(-3, 60), st.sampled_from([0, 0, 1 << 63, -(1 << 70)]))
_scores = st.one_of(st.none(), st.floats(0, 1))
_numbers = st.one_of(st.none(), st.integers(-1, 5), st.sampled_from([100_000]))
_places: dict[str, st.SearchStrategy[Any]] = {"xmin": _edges, "ymin": _edges, "xmax": _edges, "ymax": _edges}
_cells = st.fixed_dictionaries(
    {"row": _numbers, "col": _numbers, "text": _texts},
    optional={"label": st.sampled_from(["", "Item", "Price", None]), "row_span": _numbers, "score": _scores, **_places},
)
_boxes = st.one_of(
    st.fixed_dictionaries({"label": _texts, "ocr_text": _texts, "type": st.just("field"), "score": _scores, **_places}),
    st.fixed_dictionaries(
        {"label": _texts, "type": st.just("table"), "cells": st.lists(_cells, max_size=9), **_places}
    ),
)
_bodies = st.builds(
    lambda pages, numbers: prediction_body(pages, **({"page": 0} if numbers else {})),
    st.lists(st.lists(_boxes, max_size=8), min_size=1, max_size=3),
    # Pages with the same number mix their fields.
    st.booleans(),
)


def _values(document: Document, field: Field) -> tuple[Any, ...]:
    box = field.box
    place = (box.xmin, box.ymin, box.xmax, box.ymax) if box else (None,) * 4
    file = (document.file_name, document.request_file_id)
    return (*file, field.page, field.label, field.text, field.score, *place)


def _as_csv(rows: Sequence[Sequence[object]]) -> str:
    def safe(value: object) -> object:
        return neutral(encodable(value).replace("\0", "\ufffd")) if isinstance(value, str) else value

    with io.StringIO(newline="") as text:
        csv.writer(text).writerows([[safe(value) for value in row] for row in rows])
        return text.getvalue()


@given(_bodies)
def test_rows_of_fields_are_those_of_the_fields_one_looks_at(body: bytes) -> None:
    looked_at = read_prediction(body)
    expected = [_values(looked_at, field) for field in looked_at.fields.all()]
    records = read_prediction(body).to_records()
    assert [tuple(record.values()) for record in records] == expected
    header = tuple(exports.to_arrow([]).column_names)
    assert exports.csv_text([read_prediction(body)]) == _as_csv([header, *expected])
    assert exports.csv_text([looked_at]) == _as_csv([header, *expected])


@given(_bodies)
def test_arrow_columns_hold_the_fields_one_looks_at(body: bytes) -> None:
    looked_at = read_prediction(body)

    def fits(value: object) -> object:
        if isinstance(value, str):
            return encodable(value)
        return None if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63 else value

    expected = [[*map(fits, _values(looked_at, field))] for field in looked_at.fields.all()]
    assert [[*row.values()] for row in exports.to_arrow([read_prediction(body)]).to_pylist()] == expected


@given(_bodies)
def test_the_lean_reading_has_the_rows_of_the_whole_one(body: bytes) -> None:
    found = recognised(StoredBody(body, "a reply"))[0]
    whole, lean = (documents_of(found, Loading(types=types)) for types in (Loading().types, LEAN))
    assert [document.to_records() for document in lean] == [document.to_records() for document in whole]


def _plain_rows(table: Table) -> tuple[tuple[str, ...], ...]:
    found: dict[tuple[int, int], list[str]] = {}
    for one in table.cells:
        found.setdefault(table.grid.place(one), []).append(one.text)
    rows = [[""] * table.grid.width for _ in range(table.grid.height)]
    for (line, column), texts in found.items():
        rows[line][column] = " ".join(filter(None, texts)).strip()
    return tuple(map(tuple, rows))


def _plain_header(table: Table) -> tuple[str, ...]:
    counts: dict[int, Counter[str]] = {}
    for one in sorted(table.cells, key=lambda one: one.row):
        if one.label:
            counts.setdefault(table.grid.columns[one.col], Counter())[one.label] += 1
    labels = {column: each.most_common(1)[0][0] for column, each in counts.items()}
    return tuple(labels.get(column, "") for column in range(table.grid.width)) if labels else ()


@given(_bodies)
def test_a_table_has_the_same_rows_header_and_names_before_and_after_a_look_at_its_cells(body: bytes) -> None:
    for fresh, seen in zip(read_prediction(body).tables, read_prediction(body).tables, strict=True):
        assert isinstance(seen.cells, tuple)
        assert fresh.rows == seen.rows == _plain_rows(seen)
        assert fresh.header == seen.header == _plain_header(seen)
        assert fresh.column_names == attrs.evolve(seen, label=seen.label).column_names
        assert csv_text(fresh.header, fresh.rows, neutralise=True) == _as_csv(
            [*([seen.header] if seen.header else []), *seen.rows]
        )
        assert fresh == seen


_BODY = prediction_body([[table_box(grid([["Pump", "12.50"], ["Hose", "3.20"]], ["Item", "Price"]))]])


def _fresh() -> Table:
    return read_prediction(_BODY).tables[0]


@pytest.mark.parametrize(
    "look",
    [
        pytest.param(lambda table: table.cells, id="cells"),
        pytest.param(lambda table: copy.copy(table).cells, id="copy"),
        pytest.param(lambda table: copy.deepcopy(table).cells, id="deep copy"),
        pytest.param(lambda table: pickle.loads(pickle.dumps(table)).cells, id="pickle"),
        pytest.param(lambda table: attrs.evolve(table, label="other").cells, id="evolve"),
        pytest.param(lambda table: attrs.asdict(table, recurse=False)["cells"], id="asdict"),
        pytest.param(lambda table: table.grid.cells, id="grid"),
    ],
)
def test_every_way_to_look_at_a_table_finds_its_cells(look: Callable[[Table], tuple[Cell, ...]]) -> None:
    assert [one.text for one in look(_fresh())] == ["Pump", "12.50", "Hose", "3.20"]


def test_a_table_that_nobody_looked_at_is_the_same_value() -> None:
    seen = _fresh()
    assert len(seen.cells) == 4
    assert _fresh() == seen
    assert hash(_fresh()) == hash(seen)
    assert repr(_fresh()) == repr(seen)
    assert pickle.dumps(_fresh()) == pickle.dumps(seen)
    assert "cells" in {one.name for one in attrs.fields(Table)}


def test_a_table_with_other_cells_shows_those() -> None:
    other = attrs.evolve(_fresh(), cells=(Cell(1, 1, "Nut"),))
    assert other.rows == (("Nut",),)
    assert other.header == ()


def test_a_table_is_frozen_and_has_no_attributes_of_other_names() -> None:
    table = _fresh()
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        table.cells = ()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue] - what is tested
    with pytest.raises(AttributeError, match="celsl"):
        table.celsl  # type: ignore[attr-defined]  # noqa: B018  # pyright: ignore - what is tested


def test_rows_and_csv_build_no_cells() -> None:
    table = _fresh()
    table.to_csv(io.StringIO())
    assert table.to_records() == [{"Item": "Pump", "Price": "12.50"}, {"Item": "Hose", "Price": "3.20"}]
    with pytest.raises(AttributeError):
        object.__getattribute__(table, "cells")


def test_threads_that_look_at_once_find_the_same_cells() -> None:
    tables = [_fresh() for _ in range(40)]
    with ThreadPoolExecutor(4) as pool:
        for table in tables:
            seen = [*pool.map(lambda _, table=table: (table.cells, table.rows, table.header), range(4))]
            assert all(one == seen[0] for one in seen)


def test_a_page_of_fields_is_true_without_building_them() -> None:
    page = read_prediction(prediction_body([[field_box("total", "12.00")]])).pages[0]
    empty = read_prediction(_BODY).pages[0]
    assert page.fields
    assert not empty.fields
    assert bool(empty.predicted)


def _old_lines(placed: list[tuple[Box, int]]) -> list[list[int]]:
    lines: list[list[tuple[Box, int]]] = []
    middle = height = 0
    for box, thing in sorted(placed, key=lambda entry: entry[0].ymin + entry[0].ymax):
        smaller, larger = sorted((max(abs(box.height), 1), height))
        if lines and box.ymin + box.ymax - middle <= smaller and larger <= 2.5 * smaller:
            lines[-1].append((box, thing))
        else:
            lines.append([(box, thing)])
            middle, height = box.ymin + box.ymax, max(abs(box.height), 1)
    for line in lines:
        line.sort(key=lambda entry: min(entry[0].xmin, entry[0].xmax))
    lines.sort(
        key=lambda line: (
            min(min(box.ymin, box.ymax) for box, _ in line),
            min(min(box.xmin, box.xmax) for box, _ in line),
        )
    )
    return [[thing for _, thing in line] for line in lines]


@given(st.lists(st.tuples(*[st.integers(-5, 40)] * 4), max_size=14))
def test_lines_are_those_of_the_plain_definition(places: list[tuple[int, int, int, int]]) -> None:
    placed = [(Box(*place), at) for at, place in enumerate(places)]
    assert [[thing for _, thing in line] for line in lines_of(placed)] == _old_lines(placed)


@given(st.lists(_texts.filter(lambda text: text is not None).map(str), max_size=4))
def test_a_row_that_looks_plain_is_written_as_it_is(row: list[str]) -> None:
    safe = [neutral(encodable(text).replace("\0", "\ufffd")) for text in row]
    assert safe == row or not are_plain(row)


def test_a_field_of_a_reply_without_some_edges_has_zeros_for_them() -> None:
    box = {**field_box("total", "12.00"), **edges(4, 0, 9, 0), "ymax": None}
    (record,) = read_prediction(prediction_body([[box]])).to_records()
    assert [record[edge] for edge in ("xmin", "ymin", "xmax", "ymax")] == [4, 0, 9, 0]
