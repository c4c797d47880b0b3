"""Plain data, as JSON brings them, made into the program's own types."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

import attrs
import msgspec

T = TypeVar("T", bound=attrs.AttrsInstance)


def converted(data: Any, kind: type[T]) -> T:
    """Return data as a type of attrs; raises ValueError where they do not fit, or have a name that it does not have."""
    given, known = require_object(data), names_of(kind)
    unknown = sorted(given.keys() - known)
    if unknown:
        raise ValueError(f"There is no {', '.join(unknown)} here; there is {', '.join(known)}")
    try:
        return msgspec.convert(given, kind, str_keys=True)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


def require_object(data: Any) -> dict[str, Any]:
    """Return a copy of data that are a JSON object; raises ValueError for any other."""
    if not isinstance(data, Mapping):
        raise ValueError(f"{data!r} is no JSON object")  # noqa: TRY004  # a request has it, not the program
    return dict(cast("Mapping[str, Any]", data))


def names_of(kind: type[attrs.AttrsInstance]) -> list[str]:
    """Return the names of the fields of a type of attrs."""
    return [attribute.name for attribute in attrs.fields(kind)]
