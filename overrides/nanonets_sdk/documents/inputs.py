"""Matches the parts of a reply to the files or URLs that were sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def by_input(answers: Iterable[T], inputs: Sequence[str], name_of: Callable[[T], str]) -> list[T | None]:
    """Put answers in the order of what was sent.

    Args:
        answers: The answers in the order of the reply.
        inputs: The names or URLs that were sent.
        name_of: Returns the name that an answer gives its input.

    Returns:
        An answer for each input; None for an input without one.
    """
    placed: list[T | None] = [None] * len(inputs)
    strays: list[T] = []
    for answer in answers:
        name = name_of(answer)
        position = next((at for at, wanted in enumerate(inputs) if wanted == name and placed[at] is None), None)
        if position is None:
            strays.append(answer)
        else:
            placed[position] = answer
    # The service may write a name in another way than it was sent, so what is left is matched by order.
    remaining = iter(strays)
    return [next(remaining, None) if answer is None else answer for answer in placed]
