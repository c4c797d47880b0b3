"""An offline stand-in for the Nanonets service, for development and tests.

What it is made of is loaded with the first name taken from here, so that pytest can load the plugin for nothing.

Examples:
    >>> from nanonets_sdk.mock import MockServer
    >>> with MockServer(api_key="test-key") as server:
    ...     server.base_url.startswith("http://127.0.0.1:")
    True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from nanonets_sdk.mock.account.behaviour import Behaviour
    from nanonets_sdk.mock.faults import (
        Answer,
        ExtraField,
        Fault,
        Latency,
        Nested,
        OtherStatus,
        Reset,
        Slow,
        Truncated,
        WrongType,
        rate_limited,
    )
    from nanonets_sdk.mock.http.alarms import MockAlarm
    from nanonets_sdk.mock.http.request_log import LoggedRequest, Part
    from nanonets_sdk.mock.server import MockServer
    from nanonets_sdk.mock.state.clock import Clock
    from nanonets_sdk.mock.state.progressions import Progression

_HOMES: Final = {
    "http.alarms": ("MockAlarm",),
    "account.behaviour": ("Behaviour",),
    "state.clock": ("Clock",),
    "faults": (
        "Answer",
        "ExtraField",
        "Fault",
        "Latency",
        "Nested",
        "OtherStatus",
        "Reset",
        "Slow",
        "Truncated",
        "WrongType",
        "rate_limited",
    ),
    "state.progressions": ("Progression",),
    "http.request_log": ("LoggedRequest", "Part"),
    "server": ("MockServer",),
}
_MODULES: Final = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Answer",
    "Behaviour",
    "Clock",
    "ExtraField",
    "Fault",
    "Latency",
    "LoggedRequest",
    "MockAlarm",
    "MockServer",
    "Nested",
    "OtherStatus",
    "Part",
    "Progression",
    "Reset",
    "Slow",
    "Truncated",
    "WrongType",
    "rate_limited",
]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = import_module(f"{__name__}.{_MODULES[name]}")
    except ModuleNotFoundError as error:
        raise ImportError(f"The mock needs {error.name}: pip install 'nanonets-sdk[mock]'") from error
    return getattr(module, name)


def __dir__() -> list[str]:
    return __all__
