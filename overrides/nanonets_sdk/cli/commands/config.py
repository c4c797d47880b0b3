"""`nanonets config`: the settings in force, and where each one comes from."""

import os
from importlib.util import find_spec
from typing import Final

import typer

from nanonets_sdk.cli.output.terminal import print_json, print_rows
from nanonets_sdk.cli.running.options import JsonOption
from nanonets_sdk.cli.running.state import state_of

_PROXIES: Final = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def config(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """Show the settings in force and where each one comes from. The API key is never shown."""
    from nanonets_sdk import ConfigurationError, __version__
    from nanonets_sdk.transport.settings import SERVICE, checked_base_url, review_url_from

    state, environment = state_of(context), os.environ
    has_key = bool(environment.get("NANONETS_API_KEY", "").strip())
    key = ("set", "NANONETS_API_KEY") if has_key else ("not set", "")
    base_url = state.base_url or environment.get("NANONETS_BASE_URL")
    source = "--base-url" if state.base_url else "NANONETS_BASE_URL" if base_url else "default"
    review_source = "NANONETS_REVIEW_URL" if environment.get("NANONETS_REVIEW_URL") else "base URL"
    try:
        base_url = checked_base_url(base_url or SERVICE)
    except ConfigurationError as error:
        base_url = f"unusable: {error}"
    try:
        review = (review_url_from(None, base_url) or "not set", review_source)
    except ConfigurationError as error:
        review = (f"unusable: {error}", review_source)
    model_id = environment.get("NANONETS_MODEL_ID")
    model = (model_id, "NANONETS_MODEL_ID") if model_id else ("not set", "")
    timeout = ("60 s", "default") if state.timeout is None else (f"{state.timeout:g} s", "--timeout")
    # The variable's name and not its value: the address of a proxy may contain a password.
    variable = next((name for name in _PROXIES if environment.get(name)), None)
    proxy = ("set", variable) if variable else ("none", "")
    has_aiohttp = find_spec("httpx_aiohttp") is not None
    transport = ("aiohttp", "installed") if has_aiohttp else ("httpx", "the extra `aiohttp` is not installed")
    rows = [
        ("version", __version__, "installed"),
        ("API key", *key),
        ("base URL", base_url, source),
        ("review URL", *review),
        ("model", *model),
        ("timeout", *timeout),
        ("proxy", *proxy),
        ("transport of batches", *transport),
    ]
    if as_json:
        print_json([{"setting": setting, "value": value, "from": origin} for setting, value, origin in rows])
    else:
        print_rows(("setting", "value", "from"), rows, whole=("value",))
