"""The hooks that schemathesis loads, in the process of `contract_run` and in that of the tests.

The environment variable NANONETS_CONTRACT_WORLD holds the world of the run. NANONETS_CONTRACT_READ_ONLY is set if the
run must not change anything.
"""

import os
from collections.abc import Callable
from typing import Any, Final

import schemathesis
from schemathesis import HookContext, Response
from schemathesis.core.failures import AcceptedNegativeData, Failure

from harness.repair import Repairs
from harness.wire import AnyCase, is_valid_form
from harness.world import World

WORLD_VARIABLE: Final = "NANONETS_CONTRACT_WORLD"
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
    _repairs.mend(case)


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
    """Ignore the complaint that an invalid form was accepted if the form is valid once it is encoded."""
    return not (isinstance(failure, AcceptedNegativeData) and is_valid_form(case, response))
