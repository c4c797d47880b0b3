"""Faults written as plain data, for the control API and the command line."""

from collections.abc import Mapping
from typing import Any

import attrs
import msgspec
from attrs import frozen

from nanonets_sdk.mock.faults import KINDS, Fault, When


@frozen
class FaultSpec:
    """A fault, where it strikes and when."""

    operation_id: str
    fault: Fault
    when: When


def fault_spec(data: Mapping[str, Any]) -> FaultSpec:
    """Return the fault that data describe; raises ValueError.

    Examples:
        >>> fault_spec({"operation_id": "*", "kind": "latency", "seconds": 0.5, "times": 2}).fault
        Latency(seconds=0.5)
    """
    rest = dict(data)
    operation_id, kind = rest.pop("operation_id", "*"), rest.pop("kind", "")
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of fault; there are {', '.join(KINDS)}")
    when = {name: rest.pop(name) for name in _names(When) if name in rest}
    unknown = rest.keys() - _names(KINDS[kind])
    if unknown:
        raise ValueError(f"{kind} has no {', '.join(sorted(unknown))}; it has {', '.join(_names(KINDS[kind]))}")
    return FaultSpec(str(operation_id), msgspec.convert(rest, KINDS[kind]), msgspec.convert(when, When))


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


def _names(kind: type[Any]) -> list[str]:
    return [attribute.name for attribute in attrs.fields(kind)]


def _value(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
