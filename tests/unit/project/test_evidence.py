"""Everything that the spec says is marked with how well it is known, and from where."""

import copy
import re
from collections.abc import Iterator
from typing import Any, Final

import samples
from nanonets_sdk.drift.facts.json_types import is_list, is_tree

SPEC: Final = samples.spec()
LEVELS: Final = ("captured", "documented", "assumed")
MARKED: Final = ("schemas", "parameters", "responses")
"""The components that are marked each; what is below them, and below an operation, inherits its mark."""
DOUBT: Final = re.compile(
    r"\b(not (known|documented|confirmed|said)|undocumented|assumption|seen as null only)\b", re.IGNORECASE
)


def nodes(value: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object below a value, itself included, with its pointer."""
    if is_tree(value):
        yield pointer, value
        for name, member in value.items():
            yield from nodes(member, f"{pointer}/{name}")
    elif is_list(value):
        for index, item in enumerate(value):
            yield from nodes(item, f"{pointer}/{index}")


def statements(spec: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield everything that is marked by itself: operations and components."""
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation
    for kind in MARKED:
        for name, component in spec["components"][kind].items():
            yield f"{kind}/{name}", component


def problems(spec: dict[str, Any]) -> list[str]:
    """Return where a mark is missing or says nothing."""
    found = [place for place, statement in statements(spec) if "x-evidence" not in statement]
    for place, statement in statements(spec):
        for pointer, node in nodes(statement, place):
            found += mistakes(pointer, node)
            # A doubt needs a mark of its own: the mark of what is around it does not speak of it.
            if pointer != place and DOUBT.search(str(node.get("description", ""))) and "x-evidence" not in node:
                found.append(f"{pointer}: a doubt without evidence of its own")
    return found


def mistakes(pointer: str, node: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the mark of one object."""
    if ("x-evidence" in node) != ("x-evidence-source" in node):
        yield f"{pointer}: a level without a source, or a source without a level"
    if node.get("x-evidence", LEVELS[0]) not in LEVELS:
        yield f"{pointer}: no level of evidence"
    if len(str(node.get("x-evidence-source", "a source")).strip()) < 8:
        yield f"{pointer}: an empty source"


def required_without_capture(spec: dict[str, Any]) -> list[str]:
    """Return the members that every reply is said to have although nobody has seen them."""
    found: list[str] = []
    for name, schema in spec["components"]["schemas"].items():
        if name.endswith(("Form", "Request")) or name in REQUESTS:
            continue
        for member in schema.get("required", []):
            level = schema["properties"][member].get("x-evidence", schema["x-evidence"])
            found += [f"{name}.{member}"] if level != "captured" else []
    return found


REQUESTS: Final = {"RetryFiles", "AssignFiles", "PageUpdate", "TrainingFile", "MlTrainingFile"}


def test_everything_is_marked_with_its_evidence() -> None:
    assert problems(SPEC) == []


def test_a_reply_requires_only_what_was_seen() -> None:
    assert required_without_capture(SPEC) == []


def test_every_level_occurs_so_that_the_marks_tell_something() -> None:
    levels = {
        node["x-evidence"] for place, one in statements(SPEC) for _, node in nodes(one, place) if "x-evidence" in node
    }
    assert levels == {*LEVELS}


def test_an_operation_without_evidence_is_noticed() -> None:
    broken = copy.deepcopy(SPEC)
    del broken["paths"]["/OCR/FullText"]["post"]["x-evidence"]
    assert "POST /OCR/FullText" in problems(broken)


def test_a_component_without_evidence_is_noticed() -> None:
    broken = copy.deepcopy(SPEC)
    del (
        broken["components"]["schemas"]["Box"]["x-evidence"],
        broken["components"]["schemas"]["Box"]["x-evidence-source"],
    )
    assert problems(broken) == ["schemas/Box"]


def test_a_doubt_without_evidence_of_its_own_is_noticed() -> None:
    broken = copy.deepcopy(SPEC)
    broken["components"]["schemas"]["Box"]["properties"]["label"]["description"] = "Its form is not known."
    assert problems(broken) == ["schemas/Box/properties/label: a doubt without evidence of its own"]


def test_a_level_of_its_own_invention_is_noticed() -> None:
    broken = copy.deepcopy(SPEC)
    broken["components"]["schemas"]["Box"]["x-evidence"] = "certain"
    assert problems(broken) == ["schemas/Box: no level of evidence"]


def test_a_source_that_says_nothing_is_noticed() -> None:
    broken = copy.deepcopy(SPEC)
    broken["components"]["schemas"]["Box"]["x-evidence-source"] = " "
    assert problems(broken) == ["schemas/Box: an empty source"]


def test_a_member_that_is_required_and_only_documented_is_noticed() -> None:
    broken = copy.deepcopy(SPEC)
    broken["components"]["schemas"]["Box"]["properties"]["label"]["x-evidence"] = "documented"
    assert required_without_capture(broken) == ["Box.label"]
