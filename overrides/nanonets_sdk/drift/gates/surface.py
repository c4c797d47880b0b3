"""The gate on the public Python surface: what people import, call and read, against what was agreed.

The surface is read from the source with griffe, without importing it: the names that the package exports, and the
classes that these name in their annotations. It is kept in `surface.json`, beside this module.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from nanonets_sdk.drift.facts.json_types import is_tree
from nanonets_sdk.drift.report.outcome import (
    Finding,
    Kind,
    NotComparable,
    Outcome,
)

if TYPE_CHECKING:
    import griffe

Surface = dict[str, str]

PACKAGE: Final = "nanonets_sdk"
EXPORTERS: Final = (
    PACKAGE,
    *(f"{PACKAGE}.{name}" for name in ("batch", "documents", "exports", "pictures", "mock", "drift.recording")),
)
AGREED: Final = Path(__file__).with_name("surface.json")
_SPECIAL: Final = frozenset(
    {
        *("__init__", "__call__", "__enter__", "__exit__", "__aenter__", "__aexit__", "__iter__", "__aiter__"),
        *("__len__", "__getitem__", "__contains__", "__bool__", "__float__", "__str__", "__eq__", "__await__"),
    }
)
_ADVICE: Final = (
    "Not meant: take the change back. Meant: note it in CHANGELOG.md, a breaking one with what to write instead, and "
    "record it with `nox -s drift -- surface --update`."
)


def surface_of(root: Path) -> Surface:
    """Return the public surface of a package's source, as declarations by dotted name.

    Args:
        root: The folder of the package `nanonets_sdk`.

    Raises:
        NotComparable: griffe is not installed, or the package is not there.
    """
    loader = _griffe().GriffeLoader(search_paths=[str(root.parent)], allow_inspection=False)
    try:
        loader.load(root.name)
    except (ImportError, OSError) as error:
        raise NotComparable(f"{root} holds no package to read: {error}.") from error
    return dict(sorted(_Reader(loader.modules_collection, root.name).read()))


def read_surface(path: Path = AGREED) -> Surface:
    """Return the surface that was agreed.

    Raises:
        NotComparable: The file cannot be read.
    """
    try:
        surface: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NotComparable(f"The agreed surface {path} cannot be read: {error}.") from error
    if not is_tree(surface) or not all(isinstance(declaration, str) for declaration in surface.values()):
        raise NotComparable(f"The agreed surface {path} holds something else than declarations by name.")
    return surface


def dumped(surface: Surface) -> str:
    """Return the text of a surface's file; equal surfaces give equal bytes."""
    return json.dumps(surface, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def compare(agreed: Surface, present: Surface, fail_on: Kind = Kind.ADDITIVE) -> Outcome:
    """Return what changed in the public surface.

    Args:
        agreed: The surface as recorded.
        present: The surface as it is.
        fail_on: The least kind of finding that fails.
    """
    return Outcome(
        gate="surface",
        subject=f"the public names of {PACKAGE}",
        findings=tuple(_differences(agreed, present)),
        notes=(f"{len(agreed)} public names agreed, {len(present)} present.",),
        advice=_ADVICE,
        fail_on=fail_on,
    )


@frozen
class _Reader:
    """Reads declarations out of loaded modules."""

    modules: Any
    package: str

    def read(self) -> Iterator[tuple[str, str]]:
        owners = [self._own(name) for name in EXPORTERS]
        # What is exported goes by its public name, so that it may move between modules.
        waiting = deque(f"{owner}.{name}" for owner in owners for name in self._exports(owner))
        seen: set[str] = set()
        while waiting:
            path = waiting.popleft()
            target = self._target(path)
            if target is None or target.path in seen:
                continue
            seen.add(target.path)
            yield path, self._declaration(target)
            if target.is_class:
                yield from self._members(path, target)
            waiting.extend(self._named_in(target))

    def _own(self, name: str) -> str:
        return name.replace(PACKAGE, self.package, 1)

    def _exports(self, module: str) -> Iterable[str]:
        try:
            return [str(name) for name in self.modules[module].exports or ()]
        except KeyError:
            return ()

    def _target(self, path: str) -> Any:
        try:
            return _final(self.modules[path])
        except (KeyError, _griffe().AliasResolutionError, _griffe().CyclicAliasError):
            return None

    def _members(self, path: str, owner: Any) -> Iterator[tuple[str, str]]:
        for name, member in owner.all_members.items():
            target = _final(member)
            if _is_public(name) and (target.is_function or target.is_attribute):
                yield f"{path}.{name}", self._declaration(target)

    def _declaration(self, target: Any) -> str:
        if target.is_class:
            return f"class {target.name}({', '.join(map(str, target.bases))}){self._fields(target)}"
        if target.is_function:
            return "\n".join(f"{_awaited(one)}def {one.signature()}" for one in (target.overloads or (target,)))
        annotation = f": {target.annotation}" if target.annotation is not None else ""
        return f"{target.name}{annotation}{_shown_value(target)}"

    def _fields(self, owner: Any) -> str:
        """The arguments of the constructor that attrs writes, in their order."""
        if not any(str(decorator.value).startswith(("frozen", "define", "mutable")) for decorator in owner.decorators):
            return ""
        fields = [member for member in owner.attributes.values() if not member.has_labels("property")]
        return f" of ({', '.join(map(_argument, fields))})"

    def _named_in(self, target: Any) -> list[str]:
        shown = (
            [target, *(member for name, member in target.members.items() if _is_public(name))]
            if target.is_class
            else [target]
        )
        expressions = [expression for one in shown for expression in _expressions(one)]
        names = {str(name.canonical_path) for expression in expressions for name in _names(expression)}
        return sorted(name for name in names if name.startswith(f"{self.package}.") and "._" not in name)


def _griffe() -> Any:
    try:
        import griffe
    except ModuleNotFoundError:
        raise NotComparable("The surface is read with griffe; install it with `nanonets-sdk[drift]`.") from None
    return griffe


def _final(found: Any) -> Any:
    return found.final_target if found.is_alias else found


def _is_public(name: str) -> bool:
    return name in _SPECIAL or not name.startswith("_")


def _awaited(function: Any) -> str:
    return "async " if function.has_labels("async") else ""


def _shown_value(attribute: Any) -> str:
    """The value of an enumeration's member, or what a type is short for; other values are no promise."""
    owner = attribute.parent
    is_enumeration = owner.is_class and any("Enum" in str(base) for base in owner.bases)
    is_type = owner.is_module and (str(attribute.annotation) == "TypeAlias" or _is_expression(attribute.value))
    return f" = {attribute.value}" if (is_enumeration or is_type) and attribute.value is not None else ""


def _argument(attribute: Any) -> str:
    value = str(attribute.value or "")
    is_optional = value and not (value.startswith("field(") and "default" not in value and "factory" not in value)
    return f"{attribute.name.lstrip('_')}{' = …' if is_optional else ''}"


def _expressions(target: Any) -> list[Any]:
    if target.is_alias:
        return []
    if target.is_function:
        return [target.returns, *(parameter.annotation for parameter in target.parameters)]
    return list(target.bases) if target.is_class else [target.annotation]


def _is_expression(value: Any) -> bool:
    return hasattr(value, "iterate")


def _names(expression: Any) -> Iterator[Any]:
    if _is_expression(expression):
        yield from (part for part in expression.iterate(flat=True) if hasattr(part, "canonical_path"))


def _differences(agreed: Surface, present: Surface) -> Iterator[Finding]:
    for name in sorted(agreed.keys() | present.keys()):
        before, after = agreed.get(name), present.get(name)
        if after is None:
            yield Finding(Kind.CALLERS, "name-removed", name, "It is gone.", before=before)
        elif before is None:
            yield Finding(Kind.ADDITIVE, "name-added", name, "It is new.", after=after)
        elif before != after:
            kind, rule, said = _judged(before, after)
            yield Finding(kind, rule, name, said, "", before, after)


def _judged(before: str, after: str) -> tuple[Kind, str, str]:
    if not all(_is_one_function(declaration) for declaration in (before, after)):
        return Kind.CALLERS, "declaration-changed", "It is declared in another way."
    if before.startswith("async ") != after.startswith("async "):
        return Kind.CALLERS, "awaiting-changed", "It has to be awaited now, or not any more."
    old, new = _parsed(before), _parsed(after)
    broken = [str(breakage.kind.value) for breakage in _griffe().find_breaking_changes(old.parent, new.parent)]
    if broken:
        return Kind.CALLERS, "signature-broken", f"{'; '.join(dict.fromkeys(broken))}."
    if any(_takes_less(parameter, new.parameters) for parameter in old.parameters):
        return Kind.CALLERS, "parameter-type-changed", "A parameter takes other types."
    if str(old.returns) != str(new.returns):
        return Kind.CALLERS, "return-type-changed", "It returns another type."
    return Kind.ADDITIVE, "signature-extended", "It takes more than it did."


def _is_one_function(declaration: str) -> bool:
    return declaration.removeprefix("async ").startswith("def ") and "\n" not in declaration


def _parsed(declaration: str) -> Any:
    head, _, rest = declaration.partition("(")
    code = f"{head.replace('__', 'special')}({rest}: ..."
    try:
        module = _griffe().visit("surface", filepath=Path("surface.py"), code=code)
    except SyntaxError as error:
        raise NotComparable(f"The agreed surface holds `{declaration}`, which is no declaration.") from error
    return next(iter(module.functions.values()))


def _takes_less(old: Any, parameters: Any) -> bool:
    if old.name not in parameters:
        return False
    return not _alternatives(old.annotation) <= _alternatives(parameters[old.name].annotation)


def _alternatives(annotation: griffe.Expr | str | None) -> set[str]:
    return {part.strip() for part in str(annotation).split("|")}
