"""The settings of a client: their sources, what is refused, and that the key stays secret."""

import copy
import pickle
import traceback
from base64 import b64encode
from typing import Any

import attrs
import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nanonets_sdk import ConfigurationError
from nanonets_sdk.transport.settings import (
    SERVICE,
    Secret,
    Settings,
    api_key_from,
    checked_api_key,
    checked_base_url,
    checked_max_retries,
    checked_timeout,
    settings_from,
)

KEY = "k3y-0f-the-account"
ENCODED = b64encode(f"{KEY}:".encode()).decode()


def settings(api_key: str | None = None, base_url: str | None = None) -> Settings:
    """Settings as a client makes them."""
    return settings_from(api_key_from(api_key), base_url, 60.0, 4, 1 << 20, None, None)


def key_of(made: Settings) -> str:
    """Return the key that the settings would send."""
    return made.api_key.authorization()


def test_key_and_base_url_come_from_the_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NANONETS_API_KEY", "another")
    monkeypatch.setenv("NANONETS_BASE_URL", "https://another.example.org")
    made = settings(KEY, "https://service.example.org/api/v2")
    assert (key_of(made), made.base_url) == (f"Basic {ENCODED}", "https://service.example.org/api/v2")


def test_key_and_base_url_come_from_the_environment_where_there_is_no_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NANONETS_API_KEY", KEY)
    monkeypatch.setenv("NANONETS_BASE_URL", "https://service.example.org/api/v2")
    made = settings()
    assert (key_of(made), made.base_url) == (f"Basic {ENCODED}", "https://service.example.org/api/v2")


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_base_url_the_service_is_used(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is not None:
        monkeypatch.setenv("NANONETS_BASE_URL", value)
    assert settings(KEY).base_url == SERVICE == "https://app.nanonets.com/api/v2"


@pytest.mark.parametrize("key", ["", " ", "\n"])
def test_an_empty_key_is_refused_and_not_replaced_by_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("NANONETS_API_KEY", KEY)
    with pytest.raises(ConfigurationError, match="no API key"):
        settings(key)


def test_no_key_anywhere_is_refused_with_the_way_out() -> None:
    with pytest.raises(ConfigurationError, match="NANONETS_API_KEY"):
        settings()


@pytest.mark.parametrize("key", ["a", "0f3c", "Zm9v-_.~", "clé", "a:b"])
def test_any_non_empty_key_is_accepted(key: str) -> None:
    assert checked_api_key(key).authorization() == f"Basic {b64encode(f'{key}:'.encode()).decode()}"


def test_whitespace_around_a_key_is_removed() -> None:
    assert checked_api_key(f" {KEY}\n").authorization() == f"Basic {ENCODED}"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://app.nanonets.com/api/v2", "https://app.nanonets.com/api/v2"),
        ("https://app.nanonets.com/api/v2/", "https://app.nanonets.com/api/v2"),
        (" https://app.nanonets.com/api/v2 \n", "https://app.nanonets.com/api/v2"),
        ("https://proxy.example.org:8443", "https://proxy.example.org:8443"),
        ("HTTPS://proxy.example.org", "HTTPS://proxy.example.org"),
        ("http://127.0.0.1:8000/api/v2", "http://127.0.0.1:8000/api/v2"),
        ("http://127.8.9.10", "http://127.8.9.10"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_https_is_taken_everywhere_and_http_on_this_machine(url: str, kept: str) -> None:
    assert checked_base_url(url) == kept


@pytest.mark.parametrize(
    "url",
    [
        "http://app.nanonets.com/api/v2",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "http://example.org#localhost",
        "http://[::2]",
        "http://2130706433",
    ],
)
def test_http_that_leaves_this_machine_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError):
        checked_base_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "app.nanonets.com",
        "//app.nanonets.com",
        "ftp://app.nanonets.com",
        "file:///etc/passwd",
        "https://",
        "https:///api/v2",
        "https://app.nanonets.com:port",
        "https://app.nanonets.com:0",
        "https://app.nanonets.com:65536",
        "https://[::1",
        "https://app.nanonets.com?x=1",
        "https://app.nanonets.com/#x",
        "https://ex ample.org",
        "https://ex\nample.org",
        "https://example.org/\x00",
        "https://localhost\\.example.org",
        "https://dömäin.example.org",
    ],
)
def test_an_invalid_base_url_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="base URL"):
        checked_base_url(url)


@pytest.mark.parametrize("url", [f"https://{KEY}:@app.nanonets.com", f"https://user:{KEY}@app.nanonets.com"])
def test_a_base_url_with_credentials_is_refused_without_repeating_them(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        checked_base_url(url)
    assert KEY not in "".join(traceback.format_exception(caught.value))


@given(url=st.text() | st.builds("https://{}".format, st.text(max_size=12)))
@example(url="https://exa\tmple.org")
@example(url="https://a" + "." * 300)
def test_any_base_url_is_refused_or_can_be_used(url: str) -> None:
    try:
        kept = checked_base_url(url)
    except ConfigurationError:
        return
    assert httpx.URL(kept).host


@pytest.mark.parametrize("timeout", [0.001, 1, 60.0, 86_400])
def test_a_timeout_is_a_number_of_seconds(timeout: float) -> None:
    assert checked_timeout(timeout) == timeout


@pytest.mark.parametrize("timeout", [0, -1, -0.0, float("inf"), float("nan")])
def test_a_timeout_that_never_comes_or_has_passed_is_refused(timeout: float) -> None:
    with pytest.raises(ConfigurationError, match="timeout"):
        checked_timeout(timeout)


@pytest.mark.parametrize("max_retries", [0, 1, 1_000])
def test_zero_retries_are_allowed(max_retries: int) -> None:
    assert checked_max_retries(max_retries) == max_retries


def test_negative_retries_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="max_retries"):
        checked_max_retries(-1)


def test_no_repr_shows_the_key() -> None:
    made = settings(KEY)
    assert KEY not in f"{made} {made!r} {made.api_key} {made.api_key!r} {attrs.asdict(made)}"


@pytest.mark.parametrize("keep", [pickle.dumps, copy.deepcopy])
def test_a_key_is_not_written_down(keep: Any) -> None:
    with pytest.raises(TypeError, match="cannot be pickled"):
        keep(settings(KEY))


def test_an_echoed_key_is_redacted() -> None:
    secret = Secret(KEY)
    assert secret.redact(f"no {KEY}, no {ENCODED}") == "no [API key], no [API key]"
    assert secret.redact_bytes(f"no {KEY}, no {ENCODED}".encode()) == b"no [API key], no [API key]"


def test_a_very_short_key_is_not_redacted_from_text() -> None:
    assert Secret("a").redact("a banana") == "a banana"
