"""The shape of the source: functions that fit on a screen, steps that earn their name, comments that give reasons."""

import ast
import io
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

import nanonets_sdk

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

FILES: Final = sorted(Path(str(nanonets_sdk.__file__)).parent.rglob("*.py"))
LONGEST_FUNCTION: Final = 60
USED_ONCE: Final = 0.18
COMMENTS: Final = (0.02, 0.04)


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function of a module, methods and inner functions too."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def private_functions_used(source: str) -> tuple[int, int]:
    """How many private functions a module names exactly once, and how many functions it has."""
    names: Counter[str] = Counter()
    defined: list[str] = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                names[name] += 1
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                defined.append(name)
            case _:
                pass
    private = [name for name in defined if name.startswith("_") and not name.startswith(("__", "_repr_"))]
    return sum(names[name] == 1 for name in private), len(defined)


def share_used_once(sources: list[str]) -> float:
    """The private functions that are used once, as a share of all functions."""
    counts = [private_functions_used(source) for source in sources]
    return sum(once for once, _ in counts) / sum(defined for _, defined in counts)


def share_of_comments(sources: list[str]) -> float:
    """Lines that are comments and nothing else, for each line that is not blank."""
    comments = sum(
        token.type == tokenize.COMMENT and token.line.strip().startswith("#")
        for source in sources
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
    )
    return comments / sum(bool(line.strip()) for source in sources for line in source.splitlines())


def sources() -> list[str]:
    """The text of every module."""
    return [path.read_text("utf-8") for path in FILES]


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{path.stem}.{node.name}": length
        for path in FILES
        for node in functions(ast.parse(path.read_text("utf-8")))
        if (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_few_private_functions_are_used_once() -> None:
    assert share_used_once(sources()) <= USED_ONCE


def test_a_function_that_is_used_once_counts() -> None:
    once = "def _a(): pass\ndef _b(): pass\ndef c(): return _a(), _b(), _b()\n"
    assert share_used_once([once]) == 1 / 3


def test_two_to_four_lines_in_a_hundred_are_comments() -> None:
    low, high = COMMENTS
    assert low <= share_of_comments(sources()) <= high


def test_a_comment_behind_code_is_no_line_of_comment() -> None:
    assert share_of_comments(["# why\na = 1  # what\n\nb = 2\nc = 3\n"]) == 1 / 4
