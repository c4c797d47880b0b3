"""The command that does something again has every option that was given, also one that is added tomorrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
import typer.main

from nanonets_sdk.cli.app import app
from nanonets_sdk.cli.output.again import Command

ROOT: Final[Any] = typer.main.get_command(app)
BEFORE: Final = ["--base-url", "http://localhost:1/a b", "--timeout", "2.5", "--debug"]
NOT_CUT_SHORT: Final = {"convert", "evaluate", "review", "replay"}
ONLY_FOR_SENDING: Final = {
    *("--overlay", "--sync", "--jobs", "--recursive", "--pages", "--language", "--patience"),
    *("--resend-unknown", "--quiet-minutes", "--resend-failed"),
}
"""Options of `predict` that say nothing about how results that are collected by id are written."""


def commands(group: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the commands that name what they leave behind when they end early."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *path, name)
        elif {"files", "ids"} & {one.name for one in command.params} and name not in {
            "convert",
            "evaluate",
            "review",
            "replay",
        }:
            yield (*path, name), command


def value_for(option: Any) -> list[str]:
    """Return the words that give an option a value that is not its default."""
    name, kind = max(option.opts, key=len), option.type
    if option.is_flag:
        return [name]
    if hasattr(kind, "choices"):
        return [name, str(next(one for one in map(str, kind.choices) if one != str(option.default)))]
    if "float" in kind.name:
        return [name, "0.75" if getattr(kind, "max", None) == 1 else "7"]
    return [name, "9"] if kind.name.startswith("int") else [name, "-a 'value'"]


def options_of(command: Any) -> list[Any]:
    return [one for one in command.params if one.param_type_name == "option" and one.name != "help"]


def context_of(path: tuple[str, ...], command: Any, words: list[str]) -> Any:
    above = ROOT.make_context("nanonets", [*BEFORE, path[0]])
    for name in path[:-1]:
        group = above.command.get_command(above, name)
        above = group.make_context(name, [path[-1]], parent=above)
    return command.make_context(path[-1], words, parent=above)


@pytest.mark.parametrize(
    ("path", "command"), [pytest.param(path, one, id=" ".join(path)) for path, one in commands(ROOT)]
)
def test_a_command_is_repeated_with_every_option_that_was_given(path: tuple[str, ...], command: Any) -> None:
    given = [word for option in options_of(command) for word in value_for(option)]
    context = context_of(path, command, [*given, "--", "-file 1.pdf", "b.pdf"])
    words = Command.of(context).again()
    assert words[: len(BEFORE) + len(path) + 1] == ["nanonets", *BEFORE, *path]
    again = context_of(path, command, words[len(BEFORE) + len(path) + 1 :])
    assert again.params == context.params
    assert {word for word in given if word.startswith("--")} <= set(words)


def test_what_was_submitted_is_collected_with_the_options_for_its_results() -> None:
    predict, wait = ROOT.commands["predict"], ROOT.commands["job"].commands["wait"]
    given = [word for option in options_of(predict) for word in value_for(option)]
    context = context_of(("predict",), predict, [*given, "a.pdf"])
    words = Command.like(context, "job", "wait").again("--model", "-a 'value'", files=["f-1", "f-2"])
    assert words[: len(BEFORE) + 3] == ["nanonets", *BEFORE, "job", "wait"]
    collecting = context_of(("job", "wait"), wait, words[len(BEFORE) + 3 :])
    assert collecting.params.pop("ids") == ("f-1", "f-2")
    assert collecting.params == {name: context.params[name] for name in collecting.params}
    lost = {max(one.opts, key=len) for one in options_of(predict)} - {*words}
    assert lost == ONLY_FOR_SENDING


def test_only_what_was_typed_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NANONETS_MODEL_ID", "m-1")
    context = context_of(("predict",), ROOT.commands["predict"], ["--patience", "3", "-f", "csv", "a.pdf"])
    words = Command.of(context).again(files=["b.pdf"])
    assert words == ["nanonets", *BEFORE, "predict", "--format", "csv", "--patience", "3", "b.pdf"]
