"""What a class says about its attributes in `Annotated`, beside their types."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen


@frozen(init=False)
class Label:
    """The labels or column headers that an attribute is read from, in `typing.Annotated`.

    Without it, an attribute is read from the label of its own name, and from its alias in msgspec or pydantic.

    Attributes:
        names: The labels. They mean the same: all of them that a document has are read.

    Examples:
        >>> Label("Invoice No", "invoice_number")
        Label(names=('Invoice No', 'invoice_number'))
    """

    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        if not names or not all(map(str.strip, names)):
            raise ValueError(f"Label needs one name or more, and no empty one; got {names!r}")
        object.__setattr__(self, "names", names)


@frozen
class MinScore:
    """The lowest score that an attribute should have, in `typing.Annotated`; it precedes the option `min_score`.

    Attributes:
        score: From 0 to 1.

    Examples:
        >>> MinScore(0.9)
        MinScore(score=0.9)
    """

    score: float = field(validator=lambda _, __, score: checked_score("MinScore", score))


def checked_score(name: str, score: Any) -> float | None:
    """Return a score that was asked for.

    Raises:
        ValueError: It is not a number between 0 and 1.
    """
    if score is None or (isinstance(score, int | float) and not isinstance(score, bool) and 0 <= score <= 1):
        return score
    raise ValueError(f"{name} must be between 0 and 1, got {score!r}")
