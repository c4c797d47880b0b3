"""Proxies and certificates of the environment: used, or refused by the names of their variables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import certifi
import httpx
import pytest

from nanonets_sdk import AsyncNanonets, ConfigurationError, Nanonets
from nanonets_sdk.transport.environment import network_of_the_environment
from nanonets_sdk.transport.settings import REVIEW_SERVICE, SERVICE

both = pytest.mark.parametrize("kind", [Nanonets, AsyncNanonets])
PASSWORD = "pAsSwOrD-of-the-proxy"
MOCK = "http://127.0.0.1:8000/api/v2"


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@both
@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("HTTPS_PROXY", "ftp://127.0.0.1:1", "unknown kind, ftp"),
        ("HTTPS_PROXY", "http://127.0.0.1:notaport", "port"),
        ("https_proxy", "127.0.0.1:65536", "port"),
        ("HTTP_PROXY", "http://127.0.0.1:0", "port"),
        ("ALL_PROXY", "http://", "not the URL of a proxy"),
        ("ALL_PROXY", f"http://user:{PASSWORD}@[::1:80", "ALL_PROXY"),
        ("ALL_PROXY", f"http://user:{PASSWORD}@host:port", "port"),
        ("HTTPS_PROXY", f"http://user:{PASSWORD}", "port"),
        ("SSL_CERT_FILE", "/no/such/file.pem", "/no/such/file.pem"),
        ("SSL_CERT_FILE", "/", "directory"),
        ("SSL_CERT_DIR", "/no/such/folder", "/no/such/folder"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(
    kind: Any, name: str, value: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=why) as caught:
        kind("key")

    assert str(caught.value).startswith(name)
    assert PASSWORD not in f"{caught.value}"


def test_files_and_folders_without_certificates_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("not a certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(broken))
    with pytest.raises(ConfigurationError, match="no certificates in PEM form"):
        Nanonets("key")
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    with pytest.raises(ConfigurationError, match="openssl rehash"):
        Nanonets("key")


def test_certificates_are_read_once_and_those_of_the_environment_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = network_of_the_environment([SERVICE]).certificates

    assert network_of_the_environment([MOCK]).certificates is usual
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    assert network_of_the_environment([SERVICE]).certificates is not usual


def test_certificates_are_needed_for_https_and_where_a_variable_names_some(monkeypatch: pytest.MonkeyPatch) -> None:
    assert network_of_the_environment([MOCK]).needed_certificates is None
    for urls in ([SERVICE], [MOCK, REVIEW_SERVICE]):
        network = network_of_the_environment(urls)
        assert network.needed_certificates is network.certificates
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    assert network_of_the_environment([MOCK]).needed_certificates is not None
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file.pem")
    with pytest.raises(ConfigurationError, match="SSL_CERT_FILE"):
        network_of_the_environment([MOCK])


@pytest.mark.parametrize("entry", ["fe11::/16", "a b:c", ":", "host:port", "http://[", "xn--\u00e9"])
def test_an_entry_of_no_proxy_that_cannot_be_used_is_ignored(entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", f"{entry},[::1],direct.example")

    proxies = network_of_the_environment([SERVICE]).proxies

    assert {pattern for pattern, proxy in proxies.items() if proxy is None} >= {"all://[::1]", "all://*direct.example"}
    httpx.Client(mounts=dict.fromkeys(proxies), trust_env=False).close()


def test_a_star_in_no_proxy_and_a_service_on_this_machine_need_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "ftp://nowhere")
    assert network_of_the_environment([MOCK]).proxies == {}
    monkeypatch.setenv("NO_PROXY", "*")
    assert network_of_the_environment([SERVICE]).proxies == {}


@pytest.mark.parametrize("url", [MOCK, "https://localhost", "http://[::1]:1"])
def test_a_mock_is_reached_directly_and_the_review_host_by_the_proxy(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")

    proxies = network_of_the_environment([url, REVIEW_SERVICE]).proxies

    assert proxies[f"all://{httpx.URL(url).netloc.decode()}"] is None
    assert proxies["https://"] is not None


@both
@pytest.mark.parametrize(
    "settings",
    [
        {"timeout": "5"},
        {"timeout": None},
        {"timeout": httpx.Timeout(5)},
        {"timeout": True},
        {"timeout": 10**400},
        {"max_retries": None},
        {"max_retries": 1.5},
        {"max_retries": True},
        {"base_url": httpx.URL("https://a.example")},
        {"base_url": b"https://a.example"},
        {"on_retry": 5},
        {"on_drift": "print"},
        {"http_client": object()},
    ],
)
def test_a_setting_of_a_wrong_type_is_named(kind: Any, settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(settings))):
        kind("key", **settings)


def test_a_callback_that_would_have_to_be_awaited_is_refused() -> None:
    async def note(_event: object) -> None: ...

    with pytest.raises(ConfigurationError, match="on_retry must be a plain function"):
        Nanonets("key", on_retry=note)


def test_half_a_surrogate_pair_in_a_key_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigurationError, match="surrogate") as caught:
        Nanonets("secret\ud83d")

    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None
