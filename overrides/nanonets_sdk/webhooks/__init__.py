"""Webhooks of the service: what a body says, and an ASGI application that takes bodies without losing one.

The modules are loaded on first use. `parse` and `Spool` need no extra, `receiver` needs the extra `webhooks`.

```python
from nanonets_sdk.webhooks import Webhook, receiver


async def book(webhook: Webhook) -> None:
    for document in webhook.documents:
        print(webhook.name, document.request_file_id, document.fields["total"].as_decimal())


app = receiver(book, token="a-long-random-secret", spool="webhooks.sqlite")
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nanonets_sdk._lazy import lazy_names

if TYPE_CHECKING:
    from nanonets_sdk.documents.loading import WebhookShape
    from nanonets_sdk.webhooks.body import Webhook, parse
    from nanonets_sdk.webhooks.options import ReceiverOptions
    from nanonets_sdk.webhooks.receiving import Metrics, Receiver, receiver
    from nanonets_sdk.webhooks.spool import DeadLetter, Spool, SpoolCounts
    from nanonets_sdk.webhooks.worker import Handler

_HOMES: Final = {
    "body": "Webhook WebhookShape parse",
    "options": "ReceiverOptions",
    "receiving": "Metrics Receiver receiver",
    "spool": "DeadLetter Spool SpoolCounts",
    "worker": "Handler",
}
__all__ = [
    "DeadLetter",
    "Handler",
    "Metrics",
    "Receiver",
    "ReceiverOptions",
    "Spool",
    "SpoolCounts",
    "Webhook",
    "WebhookShape",
    "parse",
    "receiver",
]

__getattr__, __dir__ = lazy_names(__name__, _HOMES, extra="webhooks")
