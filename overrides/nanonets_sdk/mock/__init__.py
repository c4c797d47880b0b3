"""An offline mock of the Nanonets service, for development and tests.

The modules are loaded on first use, so that pytest loads the plugin at no cost.

Examples:
    >>> from nanonets_sdk.mock import MockServer
    >>> with MockServer(api_key="test-key") as server:
    ...     server.base_url.startswith("http://127.0.0.1:")
    True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nanonets_sdk._lazy import lazy_names

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
    from nanonets_sdk.mock.http.examples import Furnished
    from nanonets_sdk.mock.http.request_log import LoggedRequest, Part
    from nanonets_sdk.mock.reading.files.limits import Limits
    from nanonets_sdk.mock.server import MockServer
    from nanonets_sdk.mock.state.clock import Clock
    from nanonets_sdk.mock.state.progressions import Progression
    from nanonets_sdk.mock.webhooks.export import WebhookExport
    from nanonets_sdk.mock.webhooks.sending import WebhookDelivery

_HOMES: Final = {
    "http.alarms": "MockAlarm",
    "http.examples": "Furnished",
    "account.behaviour": "Behaviour",
    "state.clock": "Clock",
    "faults": "Answer ExtraField Fault Latency Nested OtherStatus Reset Slow Truncated WrongType rate_limited",
    "state.progressions": "Progression",
    "http.request_log": "LoggedRequest Part",
    "reading.files.limits": "Limits",
    "server": "MockServer",
    "webhooks.export": "WebhookExport",
    "webhooks.sending": "WebhookDelivery",
}
__all__ = [
    "Answer",
    "Behaviour",
    "Clock",
    "ExtraField",
    "Fault",
    "Furnished",
    "Latency",
    "Limits",
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
    "WebhookDelivery",
    "WebhookExport",
    "WrongType",
    "rate_limited",
]

__getattr__, __dir__ = lazy_names(__name__, _HOMES, extra="mock")
