"""The command line that does something again, as the user would type it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, cast

import typer
from attrs import frozen

_NAMED: Final = ("files", "ids")


@frozen
class Command:
    """A command as it was given, without its files.

    Attributes:
        words: The command with its options; what comes from the environment or a default is left out.
        files: The files that were named.
    """

    words: tuple[str, ...]
    files: tuple[str, ...]

    @classmethod
    def of(cls, context: typer.Context) -> Command:
        """Return the command of a context."""
        words = [word for one in _chain(context) for word in (one.info_name or "", *_options(one))]
        return cls(tuple(words), tuple(str(one) for name in _NAMED for one in context.params.get(name) or ()))

    def again(self, *more: str, files: Sequence[str] | None = None) -> list[str]:
        """Return the words of the command, with more options, and with other files if they are given."""
        named = self.files if files is None else files
        # A file whose name begins with a dash would be taken for an option.
        mark = ["--"] if any(name.startswith("-") for name in named) else []
        return [*self.words, *(one for one in more if one not in self.words), *mark, *named]


def _chain(context: Any) -> list[Any]:
    return [*(_chain(context.parent) if context.parent is not None else []), context]


def _options(context: Any) -> Iterator[str]:
    for parameter in context.command.params:
        name = parameter.name or ""
        # By its name: typer has a click of its own in some versions, and uses the installed one in others.
        source = getattr(context.get_parameter_source(name), "name", "")
        if parameter.param_type_name != "option" or source != "COMMANDLINE":
            continue
        value, option = context.params.get(name), max(parameter.opts, key=len)
        if isinstance(value, bool):
            yield option if value else max(parameter.secondary_opts, key=len, default=option)
            continue
        values: list[Any] = [*cast("list[Any]", value)] if isinstance(value, list | tuple) else [value]
        for one in values:
            yield from (option, str(one))
