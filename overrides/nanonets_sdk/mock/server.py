"""The mock on a socket of its own."""

import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType, UnionType
from typing import Final, Self

import anyio.to_thread
from attrs import frozen

from nanonets_sdk._net import is_loopback
from nanonets_sdk._net.lingering import Lingering
from nanonets_sdk._openapi import SPEC, locate
from nanonets_sdk.mock.account.behaviour import Behaviour
from nanonets_sdk.mock.app import BASE_PATH, service_app
from nanonets_sdk.mock.faults import Faults
from nanonets_sdk.mock.http.alarms import Alarms
from nanonets_sdk.mock.http.connections import Connections
from nanonets_sdk.mock.http.contract import EVIDENCE, Operation, load_description, operations
from nanonets_sdk.mock.http.controls import Controls
from nanonets_sdk.mock.http.guard import TOKEN_VARIABLE, Guard
from nanonets_sdk.mock.http.request_log import RequestLog
from nanonets_sdk.mock.http.service import Service, Settings
from nanonets_sdk.mock.http.serving import ServingThread, listening_socket
from nanonets_sdk.mock.http.setup import builtin_model, open_account
from nanonets_sdk.mock.http.validation import Validator
from nanonets_sdk.mock.reading import Limits
from nanonets_sdk.mock.state.progressions import Progression
from nanonets_sdk.mock.webhooks.export import WebhookExport
from nanonets_sdk.mock.webhooks.sending import Webhooks

_LAST_PORT: Final = 65535


@frozen
class _Running:
    """What exists only while the server runs."""

    service: Service
    base_url: str
    model_id: str
    resources: ExitStack


def _check_types(**arguments: tuple[object, type | UnionType]) -> None:
    for name, (given, kind) in arguments.items():
        if given is not None and not isinstance(given, kind):
            raise TypeError(f"{name} must be {getattr(kind, '__name__', kind)}, got {type(given).__name__}")


def _check_values(api_key: str | None, host: str, port: int, *, allow_remote: bool) -> None:
    if not 0 <= port <= _LAST_PORT:
        raise ValueError(f"port must be from 0 to {_LAST_PORT}, got {port}")
    if not is_loopback(host) and not allow_remote:
        raise ValueError(f"{host} can be reached from other machines; pass allow_remote=True to allow that")
    if api_key == "":
        raise ValueError("The API key is empty; pass None to accept any key")


@cache
def _contract() -> tuple[Validator, tuple[Operation, ...]]:
    """Return what every mock of the process checks and serves; neither has a state that a call can change."""
    description = load_description(locate(SPEC))
    return Validator(description), tuple(operations(description))


class MockServer(Controls):
    """An offline mock of the Nanonets service, as a sync or async context manager.

    It reads the files that it receives and answers as the service would, on the loopback interface. It does not have
    the service's model: it finds values by simple rules.

    Examples:
        >>> with MockServer(api_key="test-key") as server:
        ...     server.base_url.endswith("/api/v2")
        True
    """

    def __init__(  # noqa: PLR0913  # settings, each a keyword of its own
        self,
        api_key: str | None = None,
        *,
        state: str | Path | None = None,
        port: int = 0,
        host: str = "127.0.0.1",
        allow_remote: bool = False,
        seed: str | int | None = None,
        behaviour: Behaviour | None = None,
        jobs: Progression | None = None,
        trainings: Progression | None = None,
        limits: Limits | None = None,
        control_token: str | None = None,
        webhooks: Sequence[WebhookExport] = (),
        allow_remote_webhooks: bool = False,
    ) -> None:
        """Prepare a server. It listens once `start` is called.

        Args:
            api_key: The one key that is accepted; None for any key that is not empty.
            state: A file that keeps everything; None or ":memory:" to forget it at the end.
            port: TCP port; 0 for a free one.
            host: Address to listen on.
            allow_remote: Must be true for an address that other machines can reach.
            seed: Makes ids and random faults reproducible.
            behaviour: Switches for what is not known of the service.
            jobs: How asynchronous predictions proceed; one pending read by default.
            trainings: How trainings proceed; two pending reads by default.
            limits: What reading one file may cost; by default 10 seconds a page, 60 seconds a file and 512 MiB.
            control_token: What changes through the control API must present; by default the variable
                NANONETS_MOCK_TOKEN, else nothing on loopback and a random token on any other address.
            webhooks: What is sent where, and when.
            allow_remote_webhooks: Must be true for webhooks and callbacks to other machines.

        Raises:
            ValueError: The address is not loopback and `allow_remote` is false, the key is empty, or the port is not
                one.
            TypeError: A value has the wrong type.
        """
        _check_types(
            api_key=(api_key, str), state=(state, str | Path), port=(port, int), host=(host, str),
            allow_remote=(allow_remote, bool), seed=(seed, str | int), behaviour=(behaviour, Behaviour),
            jobs=(jobs, Progression), trainings=(trainings, Progression), limits=(limits, Limits),
            control_token=(control_token, str), webhooks=(webhooks, Sequence),
            allow_remote_webhooks=(allow_remote_webhooks, bool),
        )  # fmt: skip
        _check_values(api_key, host, port, allow_remote=allow_remote)
        self._api_key = api_key
        self._state = None if state in {None, ":memory:"} else Path(str(state))
        self._address = (host, port)
        self._seed = None if seed is None else str(seed)
        jobs, trainings = jobs or Progression.after_polls(1), trainings or Progression.after_polls(2)
        self._settings = Settings(behaviour or Behaviour(), jobs, trainings, tuple(webhooks))
        self._allow_remote_webhooks = allow_remote_webhooks
        self._limits = limits or Limits()
        token = control_token or os.environ.get(TOKEN_VARIABLE) or None
        self._token = token or (None if is_loopback(host) else secrets.token_urlsafe(24))
        self._running: _Running | None = None

    def start(self) -> Self:
        """Start to listen, and return the server itself.

        Raises:
            OSError: The port is taken, or the state file cannot be opened.
            ValueError: A webhook goes to another machine, and that is not allowed.
            RuntimeError: The server is running already.
        """
        if self._running is not None:
            raise RuntimeError("The mock is running already")
        with ExitStack() as resources:
            listener = listening_socket(*self._address)
            resources.callback(listener.close)
            host, bound_port = listener.getsockname()[:2]
            root_url = f"http://{f'[{host}]' if ':' in host else host}:{bound_port}"
            service = self._open_service(resources, root_url)
            model_id = builtin_model(service.account)
            serving = ServingThread(Lingering(service_app(service)), listener, service.connections)
            resources.callback(serving.stop)
            self._running = _Running(service, f"{root_url}{BASE_PATH}", model_id, resources.pop_all())
        return self

    def _open_service(self, resources: ExitStack, root_url: str) -> Service:
        validator, described = _contract()
        if self._state is None:
            uploads = Path(resources.enter_context(TemporaryDirectory(prefix="nanonets-mock-")))
        else:
            uploads = self._state.with_name(f"{self._state.name}.uploads")
        account = open_account(self._state, uploads, seed=self._seed, settings=self._settings, limits=self._limits)
        resources.callback(account.close)
        alarms = Alarms()
        webhooks = Webhooks(
            account,
            root_url,
            self._settings.webhooks,
            allow_remote=self._allow_remote_webhooks,
            alarm=lambda message, error: alarms.sound(message, error=error),
        )
        resources.callback(webhooks.close)
        account.exports = webhooks
        return Service(
            account=account,
            validator=validator,
            log=RequestLog(),
            alarms=alarms,
            faults=Faults(self._seed),
            connections=Connections(),
            api_key=self._api_key,
            operations=described,
            settings=self._settings,
            guard=Guard(self._address[0], self._token),
            webhooks=webhooks,
        )

    def stop(self) -> None:
        """Stop listening, and forget what is not kept in a state file.

        Raises:
            MockAlarm: The mock itself made a mistake.
        """
        alarms = self._close()
        if alarms is not None:
            alarms.check()

    def _close(self) -> Alarms | None:
        running, self._running = self._running, None
        if running is None:
            return None
        running.resources.close()
        return running.service.alarms

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # An alarm must not hide the error that the test fails with.
        if error is None:
            self.stop()
        else:
            self._close()

    async def __aenter__(self) -> Self:
        return await anyio.to_thread.run_sync(self.start)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await anyio.to_thread.run_sync(self.__exit__, kind, error, trace)

    @property
    def _now_running(self) -> _Running:
        if self._running is None:
            raise RuntimeError("The mock is not running")
        return self._running

    @property
    def _service(self) -> Service:
        return self._now_running.service

    @property
    def base_url(self) -> str:
        """The base URL for a client, which ends in /api/v2."""
        return self._now_running.base_url

    @property
    def control_token(self) -> str | None:
        """What changes through the control API must present as `Authorization: Bearer …`; None if they need nothing."""
        return self._token

    @property
    def review_url(self) -> str:
        """The base URL of review links, which another host of the service gives; without /api/v2."""
        return self.base_url.removesuffix(BASE_PATH)

    @property
    def evidence(self) -> Mapping[str, tuple[str, ...]]:
        """The operations by how well they are known: captured, documented or assumed, as the description says."""
        by_level: dict[str, tuple[str, ...]] = dict.fromkeys(EVIDENCE, ())
        for operation in self._service.operations:
            by_level[operation.evidence] += (operation.operation_id,)
        return by_level

    @property
    def undocumented_replies(self) -> tuple[str, ...]:
        """The operations whose replies no source shows; they answer as `Behaviour.undocumented_reply` says."""
        return tuple(one.operation_id for one in self._service.operations if not one.is_reply_documented)

    @property
    def model_id(self) -> str:
        """The id of a hosted OCR model that reads any document."""
        return self._now_running.model_id
