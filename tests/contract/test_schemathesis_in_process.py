"""Every phase of schemathesis against the mock in this process, where a failure is quickest to debug.

`test_schemathesis_over_a_socket.py` covers the same operations and phases, so these tests are slow ones.
"""

from collections.abc import Callable
from typing import Any, Final

import hypothesis
import pytest

from harness.in_process import InProcess

BOUNDED: Final = hypothesis.settings(max_examples=5, derandomize=True, deadline=None, database=None)
HERE: Final = InProcess.prepared()
each_operation: Callable[[Callable[[Any], None]], Callable[[Any], None]] = HERE.schema.parametrize()
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("running_mock")]


@each_operation
@BOUNDED
def test_an_operation_keeps_to_the_description(case: Any) -> None:
    case.call_and_validate()


def test_scenarios_along_the_links_keep_to_the_description() -> None:
    machine = HERE.schema.as_state_machine()
    machine.run(
        settings=hypothesis.settings(
            machine.TestCase.settings, max_examples=8, stateful_step_count=6, derandomize=True, database=None
        )
    )
