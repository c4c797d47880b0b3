"""JSON as the standard has it, from strangers."""

from typing import Any

import msgspec


def parsed(text: bytes | str) -> Any:
    """Return the value of a JSON text; raises ValueError, also for what Python alone would take for JSON.

    Examples:
        >>> parsed('{"total": 12}')
        {'total': 12}
        >>> parsed("NaN")
        Traceback (most recent call last):
        ValueError: JSON is malformed: invalid character (byte 0)
    """
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
