"""The hooks that schemathesis loads, in the process of a run and in that of the tests.

The environment variable NANONETS_CONTRACT_WORLD holds the world of the run. NANONETS_CONTRACT_READ_ONLY is set if the
run must not change anything.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

import schemathesis
from schemathesis import HookContext, Response
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.openapi.checks import AllowHeaderMismatch, RejectedPositiveData, UnsupportedMethodResponse

from nanonets_sdk._net import is_loopback_url
from nanonets_sdk.contract.description.spec import base_path, spec_operation
from nanonets_sdk.contract.proving.trials import REVIEWING
from nanonets_sdk.contract.proving.world import World
from nanonets_sdk.contract.searching.repair import Repairs
from nanonets_sdk.contract.searching.wire import (
    AnyCase,
    is_valid_but_for_unknown_parameters,
    is_valid_form,
    operation_id_of,
)

WORLD_VARIABLE: Final = "NANONETS_CONTRACT_WORLD"
SHARED_ROUTES: Final = {
    # Two public clients send POST, as the mock tolerates.
    "/Inferences/Model/{model_id}/ValidationUrl/{request_file_id}",
}
READ_ONLY_VARIABLE: Final = "NANONETS_CONTRACT_READ_ONLY"

_hook: Callable[[Callable[..., Any]], Callable[..., Any]] = vars(schemathesis)["hook"]
_repairs = Repairs(World.from_json(os.environ.get(WORLD_VARIABLE, "{}")))


def work_in(world: World) -> None:
    """Use this world in the runs that follow."""
    global _repairs  # noqa: PLW0603 - hooks are found by name in a module, and keep their state there
    _repairs = Repairs(world)


@_hook
def before_call(context: HookContext, case: AnyCase, kwargs: dict[str, Any]) -> None:  # noqa: ARG001 - given by schemathesis
    """Repair a request, or raise if it could change something during a read-only run."""
    if os.environ.get(READ_ONLY_VARIABLE) and case.method != "GET":
        raise PermissionError(f"{case.method} {case.path} is not sent in a read-only run")
    _send_to_its_host(case)
    _repairs.mend(case)


def _send_to_its_host(case: AnyCase) -> None:
    # Given a base URL, schemathesis sends everything there. The mock plays the other host beside its base path.
    operation: Any = case.operation
    base_url = operation.base_url or ""
    if spec_operation(operation_id_of(case)).is_on_another_host and is_loopback_url(base_url):
        operation.base_url = base_url.removesuffix(base_path())


@_hook
def after_call(context: HookContext, case: AnyCase, response: Response) -> None:  # noqa: ARG001 - given by schemathesis
    """Learn which ids exist from a reply."""
    try:
        reply = response.json()
    except ValueError:
        return
    _repairs.learn(response.status_code, reply)


@_hook
def filter_failure(context: HookContext, failure: Failure, case: AnyCase, response: Response) -> bool:  # noqa: ARG001 - given by schemathesis
    """Return whether a complaint is justified.

    An invalid request may be valid as sent, two routes share their methods, and whether a file can be reviewed depends
    on what other requests did to it.
    """
    if isinstance(failure, RejectedPositiveData):
        return not (operation_id_of(case) in REVIEWING and response.status_code == HTTPStatus.BAD_REQUEST)
    if isinstance(failure, AllowHeaderMismatch | UnsupportedMethodResponse):
        return case.path not in SHARED_ROUTES
    if not isinstance(failure, AcceptedNegativeData):
        return True
    return not (is_valid_form(case, response) or is_valid_but_for_unknown_parameters(case))
