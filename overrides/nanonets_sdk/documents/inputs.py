"""Which part of a reply answers which of the files or URLs that were sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def by_input(answers: Iterable[T], inputs: Sequence[str], name_of: Callable[[T], str]) -> list[T | None]:
    """Put answers in the order of what was sent.

    An answer goes to the first input of its name that has none yet. What is left over goes to the inputs that are left
    over, in order, for the service may write a name in another way than it was sent.

    Args:
        answers: In the order of the reply.
        inputs: The names or URLs that were sent.
        name_of: What an answer calls its input.

    Returns:
        An answer for each input, None where there is none.
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
    remaining = iter(strays)
    return [next(remaining, None) if answer is None else answer for answer in placed]
