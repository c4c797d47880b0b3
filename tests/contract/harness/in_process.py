"""The mock as an ASGI application that schemathesis calls in this process, without a socket."""

import base64
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from attrs import define
from schemathesis import Response
from starlette.types import Receive, Scope, Send

from harness.contract_mock import CONTRACT_KEY, ContractMock, furnish
from nanonets_sdk.contract.description.spec import SPEC_PATH
from nanonets_sdk.contract.proving.world import World
from nanonets_sdk.contract.searching import hooks


@define
class InProcess:
    """The schema that schemathesis tests, and the mock that answers while `running`."""

    schema: Any
    mock: ContractMock
    world: World

    @classmethod
    def prepared(cls) -> "InProcess":
        """Return an instance whose mock is not running yet, so that tests can be collected from its schema."""
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("NANONETS_API_KEY", CONTRACT_KEY)
            loading: Any = schemathesis.openapi
            prepared = cls(loading.from_path(SPEC_PATH), ContractMock(), World())
        prepared.schema.app = prepared.respond
        return prepared

    async def respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the running mock."""
        await self.mock.app(scope, receive, send)

    @contextmanager
    def running(self) -> Generator["InProcess"]:
        """Run the mock with a furnished world."""
        with self.mock:
            self.world = furnish(self.mock)
            hooks.work_in(self.world)
            yield self

    def call(self, operation_id: str, *, key: str = CONTRACT_KEY, **parts: Any) -> tuple[Any, Response]:
        """Call an operation with the given `path_parameters`, `query`, `body` and `headers`."""
        case: Any = self.schema.find_operation_by_id(operation_id).Case(**parts)
        encoded = base64.b64encode(f"{key}:".encode()).decode()
        return case, case.call(headers={"Authorization": f"Basic {encoded}"})
