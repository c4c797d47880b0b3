"""Reads a class from what a file contains: every attribute, every problem, and where each value came from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar, cast, get_args

import msgspec
from attrs import evolve, field, frozen

from nanonets_sdk.binding.classes import is_of_pydantic, refusals
from nanonets_sdk.binding.inputs import Contents, Found, FoundTable
from nanonets_sdk.binding.labels import closest, matching
from nanonets_sdk.binding.marks import checked_score
from nanonets_sdk.binding.plan import Attribute, Group, Many, Rows, Scalar, Shape, Target, paths, row_of, shape_of
from nanonets_sdk.binding.problems import ProblemKind, ReadAsError, ReadProblem
from nanonets_sdk.binding.reasons import Unreadable
from nanonets_sdk.binding.tables import Lines, lines_of, text_of, the_one_that_fits
from nanonets_sdk.binding.values import Formats
from nanonets_sdk.formats.amounts import DecimalMark, check_decimal_mark
from nanonets_sdk.formats.dates import check_dayfirst
from nanonets_sdk.layout.geometry import Box

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Repeats: TypeAlias = Literal["equal", "best"]
Labels: TypeAlias = Mapping[str, str | Sequence[str]]


@frozen
class ReadValue:
    """A value and where it came from.

    Attributes:
        attribute: The attribute, for example `total` or `lines[2].amount`.
        value: The value.
        label: The label or column header.
        text: What was read.
        score: Score from 0 to 1; None if the reply has none.
        min_score: The score that was asked for; None if none was.
        page: Page number in the file, from 0.
        box: Its place in pixels of the page image; None without a location.
        is_checked: Whether a person checked it.
        expected: The type, as the class names it.
    """

    attribute: str
    value: Any
    label: str
    text: str
    score: float | None
    min_score: float | None
    page: int
    box: Box | None
    is_checked: bool
    expected: str

    @property
    def is_below(self) -> bool:
        """Whether the score is lower than the one asked for, or unknown. What a person checked is not below any."""
        if self.min_score is None or self.is_checked:
            return False
        return _certainty(self.score) < self.min_score


@frozen
class Reading(Generic[T_co]):
    """An object that was read, and where each of its values came from.

    Attributes:
        value: The object.
        values: Its values, in the order of the attributes. Those that a default supplied are not among them.
    """

    value: T_co
    values: tuple[ReadValue, ...] = field(repr=False)

    @property
    def below_score(self) -> tuple[ReadValue, ...]:
        """The values whose score is lower than the one asked for, or unknown, the least confident first."""
        return tuple(sorted((one for one in self.values if one.is_below), key=lambda one: _certainty(one.score)))


@frozen
class Options:
    """What the caller knows and asks for; see `Document.read_as`."""

    labels: Labels
    min_score: float | None
    formats: Formats
    repeats: Repeats
    partial: bool


def options_of(
    labels: Labels | None,
    min_score: float | None,
    dayfirst: bool | None,
    decimal_mark: DecimalMark | None,
    repeats: Repeats = "equal",
    *,
    partial: bool = False,
) -> Options:
    """Return checked options.

    Raises:
        ValueError: One of them is not among its values.
    """
    check_decimal_mark(decimal_mark)
    check_dayfirst(dayfirst)
    if repeats not in get_args(Repeats):
        raise ValueError(f"repeats must be 'equal' or 'best', got {repeats!r}")
    if partial not in (True, False):
        raise ValueError(f"partial must be True or False, got {partial!r}")
    score = checked_score("min_score", min_score)
    return Options(_checked_labels(labels), score, Formats(dayfirst, decimal_mark), repeats, partial)


def read(kind: type[T], contents: Contents, options: Options, *, strict_scores: bool) -> Reading[T]:
    """Read a class.

    Args:
        kind: The class.
        contents: What was read from the file.
        options: What the caller knows and asks for.
        strict_scores: Whether a score below the one asked for is a problem.

    Raises:
        TypeError: The class cannot be read from any document.
        ValueError: `options.labels` names an attribute that the class does not have.
        ReadAsError: The document cannot become an object of the class.
    """
    shape = shape_of(cast("Any", kind))
    _check_attributes(shape, options.labels)
    reader = _Reader(contents, options)
    if not options.partial:
        for page, reason in contents.failures:
            hint = "read the file again, or pass partial=True to read what is there"
            reader.problems.append(ReadProblem("incomplete", "", shape.name, reason, hint, page=page))
    value = reader.object(shape, _Labels(contents.fields), "", "", options.min_score)
    reader.raise_problems(shape, strict_scores=strict_scores)
    return Reading(cast("T", value), tuple(reader.values))


def read_rows(kind: type[T], table: FoundTable, options: Options) -> list[T]:
    """Read an object from each row of a table; the errors are those of `read`."""
    shape = row_of(cast("Any", kind))
    _check_attributes(shape, options.labels)
    reader = _Reader(Contents(()), options)
    lines = lines_of(table, shape, lambda one: reader.names(one, ""))
    values = reader.rows([lines], shape, "rows", "", options.min_score)
    reader.raise_problems(shape, strict_scores=True)
    return cast("list[T]", values)


def _checked_labels(labels: Any) -> Labels:
    given: object = {} if labels is None else labels
    if not isinstance(given, Mapping):
        raise ValueError(f'labels must be names by attribute, as in {{"number": "Invoice No"}}, got {labels!r}')  # noqa: TRY004 - as every option
    for path, names in cast("Mapping[object, object]", given).items():
        several = [names] if isinstance(names, str | bytes) else _as_list(names)
        if not several or not all(isinstance(name, str) and name for name in several):
            raise ValueError(f"labels of {path!r} must be one name or several, got {names!r}")
    return cast("Labels", given)


def _as_list(value: object) -> list[object]:
    return list(cast("Iterable[object]", value)) if isinstance(value, Iterable) else []


def _check_attributes(shape: Shape, labels: Labels) -> None:
    known = [*paths(shape)]
    if unknown := [path for path in labels if path not in known]:
        raise ValueError(f"{shape.name} has no attribute {unknown[0]!r} to label; it has {', '.join(known)}")


class _Missing:
    """What takes the place of a value that is not there, or that could not be read."""


_ABSENT: Final = _Missing()
_FAILED: Final = _Missing()


class _Labels:
    """The labelled texts of a file."""

    def __init__(self, fields: Iterable[Found]) -> None:
        self._fields = tuple(fields)
        self.known = tuple(dict.fromkeys(one.label for one in self._fields))

    def find(self, _: Attribute, names: Sequence[str]) -> list[Found]:
        labels = matching(names, self.known)
        return [one for one in self._fields if one.label in labels]


class _Row:
    """The cells of one row of a table."""

    def __init__(self, lines: Lines, cells: Sequence[Found | None]) -> None:
        self._lines = lines
        self._cells = cells
        self.known = lines.table.header
        self.page = next((cell.page for cell in cells if cell), None)

    def find(self, attribute: Attribute, _: Sequence[str]) -> list[Found]:
        return [cell for number in self._lines.columns[attribute.name] if (cell := self._cells[number])]

    def has_trouble(self, attribute: Attribute) -> bool:
        return attribute.name in self._lines.troubles


class _Reader:
    """Reads one class from one file, and keeps what goes wrong."""

    def __init__(self, contents: Contents, options: Options) -> None:
        self.contents = contents
        self.options = options
        self.problems: list[ReadProblem] = []
        self.values: list[ReadValue] = []
        self.cause: Exception | None = None

    def object(self, shape: Shape, source: _Labels | _Row, path: str, static: str, min_score: float | None) -> Any:
        """Read an object.

        Args:
            shape: Its class.
            source: Where its attributes are.
            path: What precedes the names of its attributes, with the numbers of rows.
            static: The same without numbers, as the keys of `Options.labels` are.
            min_score: The score that the values should have, unless their attributes ask for another.
        """
        before = len(self.problems)
        values: dict[str, Any] = {}
        for one in shape.attributes:
            value = self._attribute(one, source, path, static, min_score)
            if value is _ABSENT and one.is_required and one.is_optional:
                value = None
            if value is not _ABSENT:
                values[one.key] = value
        if len(self.problems) > before or not _all_read(values.values()):
            return _FAILED
        return self._built(shape, values, path)

    def raise_problems(self, shape: Shape, *, strict_scores: bool) -> None:
        """Raise what went wrong, if anything did."""
        if strict_scores:
            self.problems += [_low(one) for one in self.values if one.is_below]
        if self.problems:
            raise ReadAsError(shape.name, tuple(self.problems)) from self.cause

    def names(self, attribute: Attribute, static: str) -> Sequence[str]:
        """Return the labels of an attribute."""
        given = self.options.labels.get(static + attribute.name, attribute.labels)
        return (given,) if isinstance(given, str) else tuple(given)

    def _attribute(
        self, attribute: Attribute, source: _Labels | _Row, path: str, static: str, min_score: float | None
    ) -> Any:
        target, where = attribute.target, path + attribute.name
        score = attribute.min_score if attribute.min_score is not None else min_score
        try:
            if isinstance(target, Rows):
                return self._rows(attribute, target, where, static, score)
            if isinstance(target, Group):
                return self._group(attribute, target, source, where, static, score)
            return self._texts(attribute, target, source, where, static, score)
        except Unreadable as error:
            return self._fail(where, target, error.kind, error.reason, error.hint)

    def _texts(
        self, attribute: Attribute, target: Scalar | Many, source: _Labels | _Row, where: str, static: str,
        score: float | None,
    ) -> Any:  # fmt: skip
        if isinstance(source, _Row) and source.has_trouble(attribute):
            return _FAILED
        names = self.names(attribute, static)
        found = source.find(attribute, names)
        filled = [one for one in found if text_of(one)]
        if not filled:
            return self._nothing(attribute, source, names, where, found)
        read = self._many if isinstance(target, Many) else self._one
        return read(cast("Any", target), filled, where, score)

    def _nothing(
        self, attribute: Attribute, source: _Labels | _Row, names: Sequence[str], where: str, found: Sequence[Found]
    ) -> Any:
        if attribute.is_optional or not attribute.is_required:
            return _ABSENT
        hint = "fill it in, or give the attribute a default"
        if found:
            return self._fail(where, attribute.target, "empty", "it has no text", hint, found[0])
        if isinstance(source, _Row):
            gap = Found(names[0], "", None, None, source.page or 0)
            return self._fail(where, attribute.target, "empty", "the row has no such cell", hint, gap)
        listed = closest(names, source.known)
        reason = f"no label {' or '.join(map(repr, names))}; labels of the document, closest first: {listed}"
        hint = "name the label with Label, or give the attribute a default"
        return self._fail(where, attribute.target, "missing", reason, hint)

    def _one(self, target: Scalar, found: Sequence[Found], where: str, score: float | None) -> Any:
        best = max(found, key=lambda one: (one.is_checked, _certainty(one.score)))
        if self.options.repeats == "best" or len(found) == 1:
            return self._value(target, best, where, score)
        values = [self._value(target, one, where, score, keep=one is best) for one in found]
        if not _all_read(values):
            return _FAILED
        if all(value == values[0] for value in values):
            return values[found.index(best)]
        hint = 'annotate it as a list, or pass repeats="best" to take the one with the highest score'
        for number, one in enumerate(found, 1):
            reason = f"number {number} of {len(found)} values that differ"
            self._fail(where, target, "repeated", reason, hint, one)
        return _FAILED

    def _many(self, target: Many, found: Sequence[Found], where: str, score: float | None) -> Any:
        if not target.is_open and len(found) != len(target.items):
            reason = f"{len(found)} values instead of {len(target.items)}"
            return self._fail(where, target, "repeated", reason, "annotate it as a list", found[0])
        kinds = target.items * (len(found) if target.is_open else 1)
        values = [
            self._value(kind, one, f"{where}[{number}]", score)
            for number, (kind, one) in enumerate(zip(kinds, found, strict=True))
        ]
        return self._checked(target, target.build(values), where) if _all_read(values) else _FAILED

    def _group(
        self, attribute: Attribute, target: Group, source: _Labels | _Row, where: str, static: str, score: float | None
    ) -> Any:
        inside = f"{static}{attribute.name}."
        if attribute.is_optional or not attribute.is_required:
            names = [self.names(one, inside) for one in target.shape.attributes]
            if not any(text_of(found) for one in names for found in source.find(attribute, one)):
                return _ABSENT
        return self.object(target.shape, source, f"{where}.", inside, score)

    def _rows(self, attribute: Attribute, target: Rows, where: str, static: str, score: float | None) -> Any:
        inside = f"{static}{attribute.name}."
        chosen = self._tables(attribute, target.shape, static, lambda one: self.names(one, inside))
        if not chosen:
            if attribute.is_optional or not attribute.is_required:
                return _ABSENT
            listed = "; ".join(closest([attribute.name], table.header) for table in self.contents.tables())
            reason = f"no table with these columns; columns of the tables: {listed or 'there is no table'}"
            return self._fail(where, target, "missing", reason, "name the columns with Label, or give it a default")
        values = self.rows(chosen, target.shape, where, inside, score)
        return self._checked(target, target.build(values), where) if _all_read(values) else _FAILED

    def rows(
        self, chosen: Sequence[Lines], shape: Shape, where: str, static: str, min_score: float | None
    ) -> list[Any]:
        """Read an object from each row of a table, which may be in parts."""
        for lines in chosen:
            for name, trouble in lines.troubles.items():
                expected = next(one.target.name for one in shape.attributes if one.name == name)
                problem = _problem(trouble.kind, f"{where}[].{name}", expected, trouble.reason, trouble.hint, None)
                self.problems.append(evolve(problem, page=lines.table.first_page))
        rows = [_Row(lines, cells) for lines in chosen for cells in lines.rows]
        return [self.object(shape, row, f"{where}[{number}].", static, min_score) for number, row in enumerate(rows)]

    def _tables(
        self, attribute: Attribute, shape: Shape, static: str, names: Callable[[Attribute], Sequence[str]]
    ) -> list[Lines]:
        tables = [lines_of(table, shape, names) for table in self.contents.tables()]
        labels = matching(self.names(attribute, static), [lines.table.label for lines in tables])
        if labels or attribute.has_own_labels or static + attribute.name in self.options.labels:
            return [lines for lines in tables if lines.table.label in labels]
        return the_one_that_fits(tables)

    def _value(self, target: Scalar, found: Found, where: str, score: float | None, *, keep: bool = True) -> Any:
        try:
            value = target.read(found.text, self.options.formats)
        except Unreadable as error:
            return self._fail(where, target, error.kind, error.reason, error.hint, found)
        value = self._checked(target, value, where, found)
        if value is not _FAILED and keep:
            self.values.append(
                ReadValue(where, value, found.label, found.text, found.score, score, found.page, found.box,
                          found.is_checked, target.name)
            )  # fmt: skip
        return value

    def _checked(self, target: Scalar | Many | Rows, value: Any, where: str, found: Found | None = None) -> Any:
        """Check a value against the constraints of its annotation."""
        if target.constraint is None:
            return value
        try:
            return msgspec.convert(value, target.constraint)
        except msgspec.ValidationError as error:
            return self._fail(where, target, "refused", str(error), "correct the field or the constraint", found)

    def _built(self, shape: Shape, values: Mapping[str, Any], path: str) -> Any:
        try:
            return shape.build(shape.kind, values)
        except Exception as error:  # noqa: BLE001 - a lookup or division by what was read fails as a check does
            where, hint = path.removesuffix("."), "correct the field, or the class"
            for key, detail in refusals(error):
                one = next((one for one in shape.attributes if key in {one.key, one.name}), None)
                attribute = path + one.name if one else where
                source = next((value for value in self.values if value.attribute == attribute), None)
                reason = f"refused by {shape.name} with {type(error).__name__}"
                expected = one.target.name if one else shape.name
                found = Found(source.label, source.text, source.score, source.box, source.page) if source else None
                self.problems.append(_problem("refused", attribute, expected, reason, hint, found, detail))
            # A message of pydantic quotes the document, which would then be in every traceback.
            self.cause = self.cause or (None if is_of_pydantic(error) else error)
            return _FAILED

    def _fail(
        self, where: str, target: Target, kind: ProblemKind, reason: str, hint: str, found: Found | None = None
    ) -> _Missing:
        self.problems.append(_problem(kind, where, target.name, reason, hint, found))
        return _FAILED


def _problem(
    kind: ProblemKind, where: str, expected: str, reason: str, hint: str, found: Found | None, detail: str = ""
) -> ReadProblem:
    if found is None:
        return ReadProblem(kind, where, expected, reason, hint, detail=detail)
    return ReadProblem(
        kind, where, expected, reason, hint, found.label, found.text, found.score, found.page, found.box, detail
    )


def _low(value: ReadValue) -> ReadProblem:
    score = "no score" if value.score is None else f"a score of {value.score:.10g}"
    reason = f"{score}, and {value.min_score:.10g} was asked for"
    hint = "have a person check it, or call `reading`, which returns it with a note"
    found = Found(value.label, value.text, value.score, value.box, value.page)
    return _problem("low_score", value.attribute, value.expected, reason, hint, found)


def _certainty(score: float | None) -> float:
    # NaN compares with nothing.
    return -1.0 if score is None or math.isnan(score) else score


def _all_read(values: Iterable[Any]) -> bool:
    return not any(value is _FAILED for value in values)
