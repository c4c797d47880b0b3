"""Faults written as plain data, for the control API and the command line."""

from typing import Any

import msgspec
from attrs import frozen

from nanonets_sdk.mock.faults import KINDS, Fault, When
from nanonets_sdk.mock.plain_data import converted, names_of, require_object


@frozen
class FaultSpec:
    """A fault, where it strikes and when."""

    operation_id: str
    fault: Fault
    when: When


def fault_spec(data: Any) -> FaultSpec:
    """Return the fault that data describe; raises ValueError.

    Examples:
        >>> fault_spec({"operation_id": "*", "kind": "latency", "seconds": 0.5, "times": 2}).fault
        Latency(seconds=0.5)
    """
    rest = require_object(data)
    operation_id, kind = rest.pop("operation_id", "*"), rest.pop("kind", "")
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of fault; there are {', '.join(KINDS)}")
    when = {name: rest.pop(name) for name in names_of(When) if name in rest}
    return FaultSpec(str(operation_id), converted(rest, KINDS[kind]), converted(when, When))


def parse_fault(text: str) -> FaultSpec:
    """Return the fault that a text describes, `OPERATION:KIND[,NAME=VALUE…]`; raises ValueError.

    Examples:
        >>> parse_fault("ocr_predict_file:answer,status=429,every=7").when.every
        7
    """
    operation_id, _, rest = text.partition(":")
    kind, *settings = rest.split(",")
    pairs = (setting.partition("=")[::2] for setting in settings)
    return fault_spec({"operation_id": operation_id, "kind": kind} | {name: _value(value) for name, value in pairs})


def _value(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
