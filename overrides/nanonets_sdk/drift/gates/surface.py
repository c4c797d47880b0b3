"""Gate on the public Python surface: what people import, call and read, against what was agreed.

The surface is read from the source with griffe, without importing it: the names that the public packages export, and
the classes and types in their annotations. It is recorded in `surface.json`, beside this module.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from nanonets_sdk.drift.facts.json_types import is_tree
from nanonets_sdk.drift.report.outcome import Finding, NotComparable, Outcome, Severity

if TYPE_CHECKING:
    import griffe

Surface = dict[str, str]

PACKAGE: Final = "nanonets_sdk"
EXPORTERS: Final = (
    PACKAGE,
    *(
        f"{PACKAGE}.{name}"
        for name in ("batch", "documents", "evaluation", "exports", "pictures", "webhooks", "mock", "drift.recording")
    ),
)
AGREED: Final = Path(__file__).with_name("surface.json")
_SPECIAL: Final = frozenset(
    {
        *("__init__", "__call__", "__enter__", "__exit__", "__aenter__", "__aexit__", "__iter__", "__aiter__"),
        *("__len__", "__getitem__", "__contains__", "__bool__", "__float__", "__str__", "__eq__", "__await__"),
    }
)
_ADVICE: Final = (
    "Not intended: revert the change. Intended: note it in CHANGELOG.md, a breaking one with its replacement, and "
    "record it with `nox -s drift -- surface --update`."
)


def surface_of(root: Path) -> Surface:
    """Return the public surface of a package's source, as declarations by dotted name.

    Raises:
        NotComparable: griffe is not installed, or there is no package.
    """
    loader = _griffe().GriffeLoader(search_paths=[str(root.parent)], allow_inspection=False)
    try:
        loader.load(root.name)
    except (ImportError, OSError) as error:
        raise NotComparable(f"{root} contains no package: {error}.") from error
    return dict(sorted(_Reader(loader.modules_collection, root.name).read()))


def read_surface(path: Path = AGREED) -> Surface:
    """Return the recorded surface.

    Raises:
        NotComparable: The file cannot be read.
    """
    try:
        surface: Any = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
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
    for name in sorted(agreed.keys() | present.keys()):
        before, after = agreed.get(name), present.get(name)
        if after is None:
            findings.append(Finding(Severity.CALLERS, "name-removed", name, "It is gone.", before=before))
        elif before is None:
            findings.append(Finding(Severity.ADDITIVE, "name-added", name, "It is new.", after=after))
        elif before != after:
            severity, rule, said = _judged(before, after)
            findings.append(Finding(severity, rule, name, said, "", before, after))
    return Outcome(
        gate="surface",
        subject=f"the public names of {PACKAGE}",
        findings=tuple(findings),
        notes=(f"{len(agreed)} public names agreed, {len(present)} present.",),
        advice=_ADVICE,
        fail_on=fail_on,
    )


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
            return f"class {target.name}({', '.join(map(str, target.bases))}){_fields(target)}"
        if target.is_function:
            return "\n".join(
                f"{'async ' if one.has_labels('async') else ''}def {one.signature()}"
                for one in (target.overloads or (target,))
            )
        annotation = f": {target.annotation}" if target.annotation is not None else ""
        # The value of an enumeration's member and the meaning of a type alias are promises. Other values are not.
        owner = target.parent
        is_member = owner.is_class and any("Enum" in str(base) for base in owner.bases)
        is_alias = owner.is_module and (str(target.annotation) == "TypeAlias" or _is_expression(target.value))
        value = f" = {target.value}" if (is_member or is_alias) and target.value is not None else ""
        return f"{target.name}{annotation}{value}"

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


def _fields(owner: Any) -> str:
    """Return the arguments of the constructor that attrs writes, in their order."""
    if not any(str(decorator.value).startswith(("frozen", "define", "mutable")) for decorator in owner.decorators):
        return ""
    arguments: list[str] = []
    for attribute in owner.attributes.values():
        # griffe takes ClassVar off the annotation, and leaves this label alone.
        is_of_class = not attribute.has_labels("instance-attribute")
        if attribute.has_labels("property") or attribute.name.startswith("__") or is_of_class:
            continue
        value = str(attribute.value or "")
        has_no_default = value.startswith("field(") and "default" not in value and "factory" not in value
        arguments.append(f"{attribute.name.lstrip('_')}{' = …' if value and not has_no_default else ''}")
    return f" of ({', '.join(arguments)})"


def _judged(before: str, after: str) -> tuple[Severity, str, str]:
    """Return severity, rule and message of a declaration that changed."""
    # Overloads and everything but functions: griffe does not compare them.
    if not all(one.removeprefix("async ").startswith("def ") and "\n" not in one for one in (before, after)):
        return Severity.CALLERS, "declaration-changed", "It is declared in another way."
    if before.startswith("async ") != after.startswith("async "):
        return Severity.CALLERS, "awaiting-changed", "It has to be awaited now, or no longer."
    old, new = _parsed(before), _parsed(after)
    broken = [str(breakage.kind.value) for breakage in _griffe().find_breaking_changes(old.parent, new.parent)]
    if broken:
        return Severity.CALLERS, "signature-broken", f"{'; '.join(dict.fromkeys(broken))}."
    for parameter in old.parameters:
        if parameter.name in new.parameters:
            now = new.parameters[parameter.name]
            if not _alternatives(parameter.annotation) <= _alternatives(now.annotation):
                return Severity.CALLERS, "parameter-type-changed", "A parameter takes other types."
    if str(old.returns) != str(new.returns):
        return Severity.CALLERS, "return-type-changed", "It returns another type."
    return Severity.ADDITIVE, "signature-extended", "It takes more than it did."


def _parsed(declaration: str) -> Any:
    head, _, rest = declaration.partition("(")
    # Only public functions are compared. A name without underscores is public to every version of griffe.
    code = f"{head.replace('__', 'special')}({rest}: ..."
    try:
        module = _griffe().visit("surface", filepath=Path("surface.py"), code=code)
    except SyntaxError as error:
        raise NotComparable(f"The agreed surface contains `{declaration}`, which is not a declaration.") from error
    return next(iter(module.functions.values()))


def _alternatives(annotation: griffe.Expr | str | None) -> set[str]:
    return {part.strip() for part in str(annotation).split("|")}
