"""What all requests to a mock share."""

from typing import Final

from anyio import CapacityLimiter
from attrs import field, frozen
from starlette.requests import Request

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.account.behaviour import Behaviour
from nanonets_sdk.mock.faults import Faults
from nanonets_sdk.mock.http.alarms import Alarms
from nanonets_sdk.mock.http.connections import Connections
from nanonets_sdk.mock.http.contract import Operation
from nanonets_sdk.mock.http.eras import Eras
from nanonets_sdk.mock.http.guard import Guard
from nanonets_sdk.mock.http.request_log import RequestLog
from nanonets_sdk.mock.http.validation import Validator
from nanonets_sdk.mock.state.progressions import Progression
from nanonets_sdk.mock.webhooks.export import WebhookExport
from nanonets_sdk.mock.webhooks.sending import Webhooks

UPLOAD_THREADS: Final = 40


@frozen
class Settings:
    """The settings that the mock was started with, and returns to on reset."""

    behaviour: Behaviour
    jobs: Progression
    trainings: Progression
    webhooks: tuple[WebhookExport, ...] = ()


@frozen
class Service:
    """The account, and everything around it that a request needs."""

    account: Account
    validator: Validator
    log: RequestLog
    alarms: Alarms
    faults: Faults
    connections: Connections
    api_key: str | None
    operations: tuple[Operation, ...]
    settings: Settings
    guard: Guard
    webhooks: Webhooks
    eras: Eras = field(factory=Eras)
    # Calls that may wait for a file to be read have threads of their own, so that reads never wait behind uploads.
    upload_threads: CapacityLimiter = field(factory=lambda: CapacityLimiter(UPLOAD_THREADS))


def service_of(request: Request) -> Service:
    """Return the service that a request came to: all mocks of a process share their routes."""
    service: Service = request.app.state.service
    return service
