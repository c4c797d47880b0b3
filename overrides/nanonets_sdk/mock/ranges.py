"""The numbers that settings may have, checked wherever they are made."""

from collections.abc import Callable
from typing import Any, Final

from attrs.validators import and_, ge, le, optional

Validator = Callable[[Any, Any, Any], Any]

AT_LEAST_0: Final[Validator] = ge(0)
AT_LEAST_10: Final[Validator] = ge(10)
STATUS: Final[Validator] = and_(ge(200), le(599))
"""Of an answer; those below are no answers yet, and servers send none above."""
NONE_OR_AT_LEAST_0: Final[Validator] = optional(AT_LEAST_0)
NONE_OR_AT_LEAST_1: Final[Validator] = optional(ge(1))
NONE_OR_SHARE: Final[Validator] = optional(and_(ge(0), le(1)))
