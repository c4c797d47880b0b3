"""Gate on the public Python surface: what people import, call and read, against what was agreed.

The surface is read from the source with griffe, without importing it: the names that the public packages export, and
the classes and types in their annotations. It is recorded in `surface.json`, beside this module.
"""

from __future__ import annotations

import ast
import json
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from nanonets_sdk.drift.changes.annotations import in_one_spelling
from nanonets_sdk.drift.changes.declarations import judged
from nanonets_sdk.drift.facts.json_types import is_tree
from nanonets_sdk.drift.report.outcome import Finding, NotComparable, Outcome, Severity

Surface = dict[str, str]

PACKAGE: Final = "nanonets_sdk"
EXPORTERS: Final = (
    PACKAGE,
    *(
        f"{PACKAGE}.{name}"
        for name in (
            "batch",
            "documents",
            "evaluation",
            "exports",
            "pictures",
            "ray",
            "review",
            "webhooks",
            "mock",
            "drift.recording",
        )
    ),
)
AGREED: Final = Path(__file__).with_name("surface.json")
_SPECIAL: Final = frozenset(
    {
        *("__init__", "__call__", "__enter__", "__exit__", "__aenter__", "__aexit__", "__iter__", "__aiter__"),
        *("__len__", "__getitem__", "__contains__", "__bool__", "__float__", "__str__", "__eq__", "__await__"),
    }
)
# Decorators that write a constructor from annotations.
_MAKERS: Final = frozenset({"frozen", "define", "mutable", "dataclass", "attrs", "s"})
_FIELD: Final = re.compile(r"(?:attrs?\.|dataclasses\.)?(?:field|ib|attrib)\(")
_ALIAS: Final = re.compile(r"alias=['\"](\w+)['\"]")
# A constant may be another one's value; not for ever.
_MAX_CONSTANTS: Final = 10
_ADVICE: Final = (
    "Not intended: revert the change. Intended: note it in CHANGELOG.md, a breaking one with its replacement, and "
    "record it with `nox -s drift -- surface --update`."
)


def surface_of(root: Path) -> Surface:
    """Return the public surface of a package's source, as declarations by dotted name.

    Raises:
        NotComparable: griffe is not installed, there is no package, or one of its modules
            has an error of syntax.
    """
    _griffe()
    # Reading with griffe needs griffe from the start, which is not installed everywhere.
    from nanonets_sdk.drift.facts.python_source import SourceModules

    return dict(sorted(_Reader(SourceModules(root), root.name).read()))


def read_surface(path: Path = AGREED) -> Surface:
    """Return the recorded surface.

    Raises:
        NotComparable: The file cannot be read.
    """
    try:
        surface: Any = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise NotComparable(f"The agreed surface {path} cannot be read: {error}.") from error
    if not is_tree(surface) or not all(isinstance(declaration, str) for declaration in surface.values()):
        raise NotComparable(f"The agreed surface {path} contains something else than declarations by name.")
    return surface


def dumped(surface: Surface) -> str:
    """Return the content of a surface file; equal surfaces give equal bytes."""
    return json.dumps(surface, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def compare(agreed: Surface, present: Surface, fail_on: Severity = Severity.ADDITIVE) -> Outcome:
    """Return what changed in the public surface."""
    findings: list[Finding] = []
    moved = _exported_since(agreed, present)
    for name in sorted(agreed.keys() | present.keys()):
        before, after = agreed.get(name), present.get(name)
        if after is None and name in moved:
            continue
        if after is None:
            findings.append(Finding(Severity.CALLERS, "name-removed", name, "It is gone.", before=before))
        elif before is None:
            # Existing implementations of a protocol lack a member that was added to it.
            asks_for_more = "(Protocol" in agreed.get(name.rpartition(".")[0], "")
            severity = Severity.CALLERS if asks_for_more else Severity.ADDITIVE
            findings.append(Finding(severity, "name-added", name, "It is new.", after=after))
        elif before != after:
            severity, rule, said = judged(before, after)
            findings.append(Finding(severity, rule, name, said, "", before, after))
    return Outcome(
        gate="surface",
        subject=f"the public names of {PACKAGE}",
        findings=tuple(findings),
        notes=(f"{len(agreed)} public names agreed, {len(present)} present.",),
        advice=_ADVICE,
        fail_on=fail_on,
    )


def _exported_since(agreed: Surface, present: Surface) -> set[str]:
    """Return the names that only annotations mentioned, and that a package exports now."""
    exported: dict[str, set[str]] = {}
    for name in present.keys() - agreed.keys():
        for at in range(name.count(".") + 1):
            exported.setdefault(name.split(".", at)[-1], set()).add(name)
    gone = agreed.keys() - present.keys()
    return {name for name in gone if ".*." in name and exported.get(name.partition(".*.")[2])}


@frozen
class _Reader:
    """Reads declarations from loaded modules."""

    modules: Any
    package: str

    def read(self) -> Iterator[tuple[str, str]]:
        # Breadth first from the exports, so that an exported name is recorded under its public path. A name that only
        # annotations mention is recorded without its module, as `nanonets_sdk.*.Grid`. Both may move between modules.
        waiting = deque[tuple[str, str]]()
        for exporter in EXPORTERS:
            owner = exporter.replace(PACKAGE, self.package, 1)
            try:
                waiting.extend((f"{owner}.{name}", f"{owner}.{name}") for name in self.modules[owner].exports or ())
            except KeyError:
                continue
        seen: set[str] = set()
        recorded: set[str] = set()
        while waiting:
            path, name = waiting.popleft()
            try:
                target = _final(self.modules[path])
            except (KeyError, _griffe().AliasResolutionError, _griffe().CyclicAliasError):
                continue
            if target.path in seen:
                continue
            seen.add(target.path)
            # Two classes of one name need their modules after all.
            name = path if name in recorded else name
            recorded.add(name)
            yield name, self.declaration(target)
            if target.is_class:
                members = ((key, _final(member)) for key, member in target.all_members.items() if _is_public(key))
                for key, member in members:
                    if member.is_function or member.is_attribute:
                        yield f"{name}.{key}", self.declaration(member)
            waiting.extend((found, f"{self.package}.*.{found.rpartition('.')[2]}") for found in self.annotated(target))

    def declaration(self, target: Any) -> str:
        if target.is_class:
            bases = ", ".join(in_one_spelling(base) for base in target.bases)
            return f"class {target.name}({bases}){_constructor(target)}"
        if target.is_function:
            return "\n".join(self.signature(one) for one in (target.overloads or (target,)))
        annotation = f": {in_one_spelling(target.annotation)}" if target.annotation is not None else ""
        # The value of an enumeration's member and the meaning of a type alias are promises. Other values are not.
        owner = target.parent
        is_member = owner.is_class and any("Enum" in str(base) for base in owner.bases)
        is_alias = owner.is_module and (str(target.annotation) == "TypeAlias" or _is_expression(target.value))
        if not (is_member or is_alias) or target.value is None:
            return f"{target.name}{annotation}"
        return f"{target.name}{annotation} = {in_one_spelling(target.value) if is_alias else target.value}"

    def signature(self, function: Any) -> str:
        """Return a function as a line: annotations and defaults in one spelling, arguments by name alone sorted."""
        given = list(function.parameters)
        if given and given[0].name in ("self", "cls") and function.parent.is_class:
            del given[0]
        kinds = [str(parameter.kind.value) for parameter in given]
        written = [self.argument(at, parameter) for at, parameter in enumerate(given)]
        arguments = [text for text, kind in zip(written, kinds, strict=True) if kind.startswith("positional")]
        by_place = kinds.count("positional-only")
        arguments[by_place:by_place] = ["/"] if by_place else []
        by_name = sorted(text for text, kind in zip(written, kinds, strict=True) if kind == "keyword-only")
        more = [text for text, kind in zip(written, kinds, strict=True) if kind == "variadic positional"]
        arguments += [*(more or ["*"] * bool(by_name)), *by_name]
        arguments += [text for text, kind in zip(written, kinds, strict=True) if kind == "variadic keyword"]
        # A static method is called as one of the class is.
        called = "classmethod " if function.has_labels("classmethod") or function.has_labels("staticmethod") else ""
        awaited = "async " if function.has_labels("async") else ""
        result = f" -> {in_one_spelling(function.returns)}" if function.returns is not None else ""
        return f"{called}{awaited}def {function.name}({', '.join(arguments)}){result}"

    def argument(self, at: int, parameter: Any) -> str:
        kind = str(parameter.kind.value)
        # What can't be passed by name may be called anything.
        name = f"_{at}" if kind == "positional-only" else parameter.name
        text = {"variadic positional": "*", "variadic keyword": "**"}.get(kind, "") + name
        text += f": {in_one_spelling(parameter.annotation)}" if parameter.annotation is not None else ""
        if kind.startswith("variadic") or parameter.default is None:
            return text
        return f"{text} = {self.default(parameter.default)}"

    def default(self, expression: Any) -> str:
        """Return a default value; that of a constant is its value."""
        text = str(expression)
        for _ in range(_MAX_CONSTANTS):
            path = getattr(expression, "canonical_path", "")
            try:
                constant = _final(self.modules[path]) if path else None
            except (KeyError, _griffe().AliasResolutionError, _griffe().CyclicAliasError):
                constant = None
            if constant is None or not constant.is_attribute or constant.value is None or constant.parent.is_class:
                break
            expression = constant.value
            text = str(expression)
        return _as_written(text)

    def annotated(self, target: Any) -> list[str]:
        """Return the names of this package in the annotations of a class or its public members."""
        shown = [target]
        if target.is_class:
            shown += [member for name, member in target.members.items() if _is_public(name) and not member.is_alias]
        expressions: list[Any] = []
        for one in shown:
            if one.is_function:
                expressions += [one.returns, *(parameter.annotation for parameter in one.parameters)]
            else:
                expressions += one.bases if one.is_class else [one.annotation]
        names = {
            str(part.canonical_path)
            for expression in expressions
            if _is_expression(expression)
            for part in expression.iterate(flat=True)
            if hasattr(part, "canonical_path")
        }
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


def _is_expression(value: Any) -> bool:
    return hasattr(value, "iterate")


def _constructor(owner: Any) -> str:
    """Return the arguments of the constructor that attrs or a named tuple writes, and what else the class promises."""
    is_tuple = any(str(base).rpartition(".")[2] == "NamedTuple" for base in owner.bases)
    made = _decorator(owner)
    if made is None and not is_tuple:
        return ""
    head, options = made or ("", "")
    fields = _fields(owner, is_tuple=is_tuple).values()
    # Arguments by name alone have no order.
    named = sorted(field.line for field in fields if field.is_named)
    every = [*(field.line for field in fields if not field.is_named), *(["*", *named] if named else [])]
    promises = {
        "frozen": head == "frozen" or "frozen=True" in options,
        "order": "order=True" in options,
        "eq": "eq=False" not in options and not is_tuple,
        "tuple": is_tuple,
    }
    return f" of ({', '.join(every)}) {', '.join(name for name, is_kept in promises.items() if is_kept)}".rstrip()


def _decorator(owner: Any) -> tuple[str, str] | None:
    """Return the decorator that writes the constructor of a class, by name, and its options without spaces."""
    for decorator in owner.decorators:
        head, _, options = str(decorator.value).partition("(")
        if head.rpartition(".")[2] in _MAKERS:
            return head.rpartition(".")[2], options.replace(" ", "")
    return None


@frozen
class _Field:
    """An argument of a constructor that is written from annotations."""

    line: str
    is_named: bool


def _fields(owner: Any, *, is_tuple: bool = False) -> dict[str, _Field]:
    """Return the arguments for the fields of a class and its bases, by name."""
    found: dict[str, _Field] = {}
    for base in owner.resolved_bases:
        if base.is_class and _decorator(base) is not None:
            found |= _fields(base)
    options = (_decorator(owner) or ("", ""))[1]
    for attribute in owner.attributes.values():
        # griffe takes ClassVar off the annotation, and leaves this label alone.
        is_of_class = not attribute.has_labels("instance-attribute") and not is_tuple
        if attribute.has_labels("property") or attribute.name.startswith("__") or is_of_class:
            continue
        value = str(attribute.value or "")
        text = value.replace(" ", "")
        if "init=False" in text or (attribute.annotation is None and not _FIELD.match(text)):
            continue
        alias = _ALIAS.search(text)
        name = alias[1] if alias else attribute.name.lstrip("_")
        default = _default_of(value)
        annotation = f": {in_one_spelling(attribute.annotation)}" if attribute.annotation is not None else ""
        is_named = "kw_only=True" in text or ("kw_only=True" in options and "kw_only=False" not in text)
        found[name] = _Field(f"{name}{annotation}{f' = {default}' if default else ''}", is_named)
    return found


def _default_of(value: str) -> str:
    """Return the default of an attribute, as an expression; empty if it has none."""
    try:
        node = ast.parse(value, mode="eval").body
    except SyntaxError:
        return ""
    if not isinstance(node, ast.Call) or ast.unparse(node.func).rpartition(".")[2] not in ("field", "ib", "attrib"):
        return ast.unparse(node)
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
    if "factory" in given or "default_factory" in given:
        return f"{given.get('factory', given.get('default_factory', ''))}()"
    return given.get("default", "")


def _as_written(text: str) -> str:
    """Return an expression with quotes and spaces in one spelling."""
    try:
        return ast.unparse(ast.parse(text, mode="eval").body)
    except SyntaxError:
        return text
