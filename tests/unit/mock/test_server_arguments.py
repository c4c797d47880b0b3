"""What `MockServer` does with arguments of the wrong kind."""

from __future__ import annotations

from typing import Any

import pytest

from nanonets_sdk.mock import MockServer


@pytest.mark.parametrize("wrong", [b"x", 1.5, [], object()])
@pytest.mark.parametrize(
    "name",
    [
        *("api_key", "state", "port", "host", "allow_remote", "seed", "behaviour", "jobs", "trainings", "limits"),
        *("control_token", "allow_remote_webhooks"),
    ],
)
def test_an_argument_of_the_wrong_kind_is_named(name: str, wrong: Any) -> None:
    with pytest.raises(TypeError, match=f"{name} must be"):
        MockServer(**{name: wrong})


@pytest.mark.parametrize("name", ["api_key", "control_token"])
def test_a_secret_of_the_wrong_kind_is_not_repeated(name: str) -> None:
    arguments: dict[str, Any] = {name: b"secret-7"}
    with pytest.raises(TypeError) as caught:
        MockServer(**arguments)

    assert "secret-7" not in str(caught.value)


@pytest.mark.parametrize("port", [-1, 65536, 10**30])
def test_a_port_that_cannot_be_is_refused(port: int) -> None:
    with pytest.raises(ValueError, match="port must be from 0 to 65535"):
        MockServer(port=port)
