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
        words = [word for one in _chain(context) for word in (one.info_name or "", *_words(one))]
        return cls(tuple(words), tuple(str(one) for name in _NAMED for one in context.params.get(name) or ()))

    @classmethod
    def like(cls, context: typer.Context, *names: str) -> Command:
        """Return another command with those options of a context that it has too, without files.

        Args:
            context: The context of the command that was given.
            names: The other command, such as `"job", "wait"`.
        """
        root, *below = _chain(context)
        other: Any = root.command
        for name in names:
            other = other.get_command(root, name)
        known = {option for parameter in other.params for option in parameter.opts}
        shared = [word for one in below for option, words in _options(one) if option in known for word in words]
        return cls((root.info_name or "", *_words(root), *names, *shared), ())

    def again(self, *more: str, files: Sequence[str] | None = None) -> list[str]:
        """Return the words of the command, with more options, and with other files if they are given."""
        named = self.files if files is None else files
        # A file whose name begins with a dash would be taken for an option.
        mark = ["--"] if any(name.startswith("-") for name in named) else []
        return [*self.words, *(one for one in more if one not in self.words), *mark, *named]


def _chain(context: Any) -> list[Any]:
    return [*(_chain(context.parent) if context.parent is not None else []), context]


def _words(context: Any) -> list[str]:
    return [word for _, words in _options(context) for word in words]


def _options(context: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield each option that was typed, with the words that give it the same value."""
    for parameter in context.command.params:
        name = parameter.name or ""
        # By its name: typer has a click of its own in some versions, and uses the installed one in others.
        source = getattr(context.get_parameter_source(name), "name", "")
        if parameter.param_type_name != "option" or source != "COMMANDLINE":
            continue
        value, option = context.params.get(name), max(parameter.opts, key=len)
        if isinstance(value, bool):
            yield option, [option if value else max(parameter.secondary_opts, key=len, default=option)]
            continue
        values: list[Any] = [*cast("list[Any]", value)] if isinstance(value, list | tuple) else [value]
        yield option, [word for one in values for word in (option, _typed(one))]


def _typed(value: Any) -> str:
    # 3 was typed, and is 3.0 in a context.
    return f"{value:.15g}" if isinstance(value, float) else str(value)
