"""Two declarations of one public name: does code that worked still work?

A declaration is text in one spelling, such as

    class Box(Shape) of (left: int, *, price: float = 1.5) frozen, order
    async def close(wait: float = 0.5) -> None
    orders: list[Order]

What a call passes may be more than before, and what it gets back may be less.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from attrs import frozen

from nanonets_sdk.drift.changes.annotations import accepts
from nanonets_sdk.drift.report.outcome import NotComparable, Severity

_CLASS: Final = re.compile(r"class (\w+)\((.*?)\)(?: of \((.*)\))?(?: (\w[\w, ]*))?$", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r"(\w+): ([^=]+)$")
# Losing any of these breaks callers; the first one also breaks those who assign, if it is new.
_PROMISES: Final = ("frozen", "order", "eq", "tuple")

Judgement = tuple[Severity, str, str]
_OTHERWISE: Final[Judgement] = (Severity.CALLERS, "declaration-changed", "It is declared in another way.")


@frozen
class _Parameter:
    name: str
    kind: str
    default: str | None
    annotation: str


def judged(before: str, after: str) -> Judgement:
    """Return severity, rule and message of a declaration that changed.

    Raises:
        NotComparable: A declaration cannot be read.
    """
    old, new = _CLASS.fullmatch(before), _CLASS.fullmatch(after)
    if old and new:
        return _class(old, new)
    heads = [text.removeprefix("classmethod ") for text in (before, after)]
    if all(text.startswith(("def ", "async def ")) for text in heads):
        if before != heads[0] and after == heads[1]:
            return Severity.CALLERS, "signature-broken", "It is no longer called on the class."
        return _functions(*heads)
    one, other = _ATTRIBUTE.fullmatch(before), _ATTRIBUTE.fullmatch(after)
    if one and other and "TypeAlias" not in before and accepts(one[2], other[2]):
        return Severity.ADDITIVE, "type-narrowed", "It has fewer types than before."
    return _OTHERWISE


def _class(old: re.Match[str], new: re.Match[str]) -> Judgement:
    bases, now = ({part for part in _separated(found[2]) if part} for found in (old, new))
    if any(not any(_is_subclass(one, base) for one in now) for base in bases):
        return _OTHERWISE
    promised, kept = (set((found[4] or "").split(", ")) - {""} for found in (old, new))
    if promised - kept or "frozen" in kept - promised:
        return _OTHERWISE
    if old[3] is not None or new[3] is not None:
        if old[3] is None or new[3] is None:
            return _OTHERWISE
        if (said := _broken(f"def made({old[3]})", f"def made({new[3]})")) is not None:
            return Severity.CALLERS, "declaration-changed", said
        # A tuple is taken apart into as many values as it has.
        if "tuple" in promised and old[3].count(":") != new[3].count(":"):
            return _OTHERWISE
    return Severity.ADDITIVE, "class-extended", "It has more than it had."


def _is_subclass(name: str, base: str) -> bool:
    """Return whether a class is another one or, of the built-in ones, derived from it."""
    one, other = getattr(builtins, name, None), getattr(builtins, base, None)
    return name == base or (isinstance(one, type) and isinstance(other, type) and issubclass(one, other))


def _functions(before: str, after: str) -> Judgement:
    if before.startswith("async ") != after.startswith("async "):
        return Severity.CALLERS, "awaiting-changed", "It has to be awaited now, or no longer."
    # Of several ways to call it, each has to be covered by one that is there now.
    ways, now = before.split("\n"), after.split("\n")
    reasons = [[_broken(way, one) for one in now] for way in ways]
    for found in reasons:
        if None not in found:
            said = found[0] or ""
            rule = next((name for mark, name in _RULES if mark in said), "signature-broken")
            return Severity.CALLERS, rule, said
    return Severity.ADDITIVE, "signature-extended", "It takes more than it did."


_RULES: Final = (("takes other types", "parameter-type-changed"), ("returns another type", "return-type-changed"))


def _broken(before: str, after: str) -> str | None:
    """Return how calls of one declaration break with another one; None if they do not."""
    old, returned = _parsed(before)
    new, returns = _parsed(after)
    breaks = chain(_breaks_by_place(old, new), _breaks_by_name(old, new), _breaks_without(old, new))
    said = next(breaks, None)
    return said if said is not None or accepts(returned, returns) else "It returns another type."


def _breaks_by_place(old: list[_Parameter], new: list[_Parameter]) -> Iterator[str]:
    """Yield why arguments that were passed by position are not taken."""
    places, others = (_of_kind(some, "place", "either") for some in (old, new))
    takes_more = bool(_of_kind(new, "places"))
    for at, one in enumerate(places):
        if at >= len(others):
            if one.kind == "either" or not takes_more:
                yield f"It does not take {one.name} by position."
        elif one.kind == "either" and (others[at].kind == "place" or others[at].name != one.name):
            yield f"Its argument {one.name} is now {others[at].name}, or is elsewhere."
        else:
            yield from _argument(one, others[at])
    if _of_kind(old, "places") and not takes_more:
        yield "It does not take any more arguments."


def _breaks_by_name(old: list[_Parameter], new: list[_Parameter]) -> Iterator[str]:
    """Yield why arguments that were passed by name are not taken."""
    others = {one.name: one for one in _of_kind(new, "either", "named")}
    takes_more = bool(_of_kind(new, "names"))
    for one in _of_kind(old, "named"):
        if one.name in others:
            yield from _argument(one, others[one.name])
        elif not takes_more:
            yield f"It does not take {one.name} any more."
    if _of_kind(old, "names") and not takes_more:
        yield "It does not take any more options."


def _breaks_without(old: list[_Parameter], new: list[_Parameter]) -> Iterator[str]:
    """Yield which arguments are needed that were not there."""
    places = len(_of_kind(old, "place", "either"))
    names = {one.name for one in _of_kind(old, "either", "named")}
    added = [one for one in _of_kind(new, "place", "either")[places:] if one.name not in names]
    added += [one for one in _of_kind(new, "named") if one.name not in names]
    yield from (f"It needs {one.name}." for one in added if one.default is None)


def _of_kind(parameters: list[_Parameter], *kinds: str) -> list[_Parameter]:
    return [one for one in parameters if one.kind in kinds]


def _argument(old: _Parameter, new: _Parameter) -> Iterator[str]:
    if old.default is not None and new.default is None:
        yield f"It needs {old.name}."
    elif old.default is not None and old.default != new.default:
        yield f"The default of {old.name} is {new.default} instead of {old.default}."
    if not accepts(new.annotation, old.annotation):
        yield f"Its argument {old.name} takes other types."


def _parsed(declaration: str) -> tuple[list[_Parameter], str]:
    try:
        (function,) = ast.parse(f"{declaration.replace('…', '...')}: ...").body
    except (SyntaxError, ValueError) as error:
        raise NotComparable(f"The agreed surface contains `{declaration}`, which is not a declaration.") from error
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        raise NotComparable(f"The agreed surface contains `{declaration}`, which is not a declaration.")
    given = function.args
    found: list[_Parameter] = []
    placed = [("place", one) for one in given.posonlyargs] + [("either", one) for one in given.args]
    defaults: list[ast.expr | None] = [*[None] * (len(placed) - len(given.defaults)), *given.defaults]
    named = [("named", one) for one in given.kwonlyargs]
    for (kind, one), default in zip([*placed, *named], [*defaults, *given.kw_defaults], strict=True):
        value = None if default is None else ast.unparse(default)
        found.append(_Parameter(one.arg, kind, value, _annotation(one.annotation)))
    for kind, more in (("places", given.vararg), ("names", given.kwarg)):
        found += [_Parameter(more.arg, kind, None, _annotation(more.annotation))] if more else []
    return found, _annotation(function.returns)


def _annotation(node: ast.expr | None) -> str:
    return ast.unparse(node) if node else ""


def _separated(text: str) -> list[str]:
    """Return the parts of a list of bases, whose brackets may hold commas."""
    parts = [""]
    depth = 0
    for sign in text:
        depth += (sign in "[(") - (sign in "])")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]
