"""`nanonets config`: which settings are in force, and where each comes from."""

import os
from typing import TYPE_CHECKING, Final

import typer

from nanonets_sdk.cli.running.options import JsonOption
from nanonets_sdk.cli.running.state import state_of

if TYPE_CHECKING:
    from nanonets_sdk.cli.running.state import State

_PROXIES: Final = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def config(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """Show which settings are in force and where each comes from; never the API key."""
    from nanonets_sdk.cli.output.terminal import print_json, print_rows

    rows = _settings(state_of(context))
    if as_json:
        print_json([{"setting": setting, "value": value, "from": source} for setting, value, source in rows])
        return
    print_rows(("setting", "value", "from"), rows, whole=("value",))


def _settings(state: "State") -> list[tuple[str, str, str]]:
    from nanonets_sdk import __version__

    return [
        ("version", __version__, "installed"),
        ("API key", *_api_key()),
        ("base URL", *_base_url(state.base_url)),
        ("model", *_from_environment("NANONETS_MODEL_ID")),
        ("timeout", *_timeout(state.timeout)),
        ("proxy", *_proxy()),
        ("transport of batches", *_transport()),
    ]


def _api_key() -> tuple[str, str]:
    is_set = bool(os.environ.get("NANONETS_API_KEY", "").strip())
    return ("set", "NANONETS_API_KEY") if is_set else ("not set", "")


def _base_url(option: str | None) -> tuple[str, str]:
    from nanonets_sdk import ConfigurationError
    from nanonets_sdk.transport.settings import SERVICE, checked_base_url

    environment = os.environ.get("NANONETS_BASE_URL")
    source = "--base-url" if option else "NANONETS_BASE_URL" if environment else "default"
    try:
        return checked_base_url(option or environment or SERVICE), source
    except ConfigurationError as error:
        return f"unusable: {error}", source


def _timeout(option: float | None) -> tuple[str, str]:
    return ("60 s", "default") if option is None else (f"{option:g} s", "--timeout")


def _from_environment(name: str) -> tuple[str, str]:
    value = os.environ.get(name, "")
    return (value, name) if value else ("not set", "")


def _proxy() -> tuple[str, str]:
    """Which variable names a proxy; its value may hold a password."""
    name = next((name for name in _PROXIES if os.environ.get(name)), None)
    return ("set", name) if name else ("none", "")


def _transport() -> tuple[str, str]:
    from importlib.util import find_spec

    return ("aiohttp", "installed") if find_spec("httpx_aiohttp") else ("httpx", "the extra `aiohttp` is not installed")
