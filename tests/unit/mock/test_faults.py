"""A fault is one class, and costs little to import."""

import subprocess
import sys

from attrs import frozen

from nanonets_sdk.mock.faults import Fault, FaultSpec, Latency, RawResponse, Reset, Truncated, parse_fault

RESPONSE = RawResponse(200, b'{"result": []}', {})


def test_every_fault_has_its_kind_in_lower_case() -> None:
    # Other tests have faults of their own.
    kinds = [kind for kind, fault in Fault.kinds.items() if fault.__module__ == Fault.__module__]
    assert kinds == [
        *("latency", "answer", "reset", "truncated", "slow", "nested", "other_status", "extra_field", "wrong_type"),
    ]


def test_a_new_class_needs_no_other_place() -> None:
    try:

        @frozen
        class EmptyBody(Fault):
            status: int = 200

            def after(self, response: RawResponse) -> RawResponse:
                return RawResponse(self.status, b"", response.headers)

        fault = FaultSpec.from_data({"kind": "empty_body", "status": 503}).fault
        assert isinstance(fault, EmptyBody)
        assert fault.after(RESPONSE) == RawResponse(503, b"", {})
        assert (fault.delay(), fault.before(), fault.pieces(b"body")) == (0, None, None)
    finally:
        Fault.kinds.pop("empty_body", None)


def test_a_fault_that_comes_later_lets_the_work_be_done() -> None:
    for fault in (Latency(1), Reset(after_work=True), Truncated(3)):
        assert fault.before() is None


def test_a_value_on_the_command_line_is_json_or_else_a_string() -> None:
    spec = parse_fault("*:answer,status=503,body=down,after_work=true,times=2")
    assert (spec.operation_id, spec.when.times) == ("*", 2)
    assert repr(spec.fault) == "Answer(status=503, body='down', headers={}, after_work=True)"


def test_importing_a_fault_loads_no_server() -> None:
    program = """
import sys
from nanonets_sdk.mock import Latency
print(sorted({"anyio", "msgspec", "starlette"} & set(sys.modules)))
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout == "[]\n"
