"""An unusable description is reported, and never treated as an empty one."""

from __future__ import annotations

import json
import socket
from collections.abc import Generator
from contextlib import contextmanager
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from nanonets_sdk._openapi import LOCK, locate
from nanonets_sdk.cli.commands.drift import app
from nanonets_sdk.drift.facts import source
from nanonets_sdk.drift.facts.extract import facts_of
from nanonets_sdk.drift.facts.json_types import is_list, is_tree
from nanonets_sdk.drift.facts.lock import dumped, lock_of, read_lock
from nanonets_sdk.drift.facts.parsing import parse
from nanonets_sdk.drift.facts.skeleton import skeleton
from nanonets_sdk.drift.facts.yaml12 import load_yaml
from nanonets_sdk.drift.gates.traffic import read_traffic
from nanonets_sdk.drift.report.outcome import NotComparable

SMALL = """\
openapi: 3.1.0
info:
  title: Small
  version: "1"
paths:
  # The only one.
  /things:
    get:
      operationId: things
      responses:
        "200":
          description: All.
"""


def bomb() -> str:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]" for at in range(1, 12)]
    return SMALL + "\n".join(f"x-{line}" for line in levels)


REFUSED = {
    "nothing": ("", "is empty"),
    "only comments": ("# one\n# two\n", "empty but for comments"),
    "a page in HTML": ("<!doctype html><html></html>", "a page in HTML"),
    "a text": ("Not Found", "it is a text, not a mapping"),
    "a list": ("- 1\n- 2\n", "it is a list, not a mapping"),
    "another YAML file": ("name: CI\non: push\n", "no key `openapi`, but `name`"),
    "an error in JSON": ('{"message": "Not Found", "code": 404}', "no key `openapi`, but `message`, `code`"),
    "OpenAPI 2": (SMALL.replace("openapi: 3.1.0", "swagger: '2.0'"), "is Swagger (OpenAPI 2.0)"),
    "a later OpenAPI": (SMALL.replace("3.1.0", "4.0.0"), "says that it is OpenAPI 4.0.0"),
    "no paths": (SMALL.partition("paths:")[0], "describes no path"),
    "empty paths": (SMALL.partition("  # The")[0].rstrip() + " {}\n", "describes no path"),
    "lost indentation": ("\n".join(map(str.lstrip, SMALL.splitlines())), "whose indentation was lost"),
    "a bomb": (bomb(), "a YAML bomb"),
    "an alias of itself": (SMALL + "x-loop: &loop [*loop]\n", "an alias of itself"),
    "nesting": (SMALL + "x-deep: " + "[" * 200 + "]" * 200, "levels deep"),
    "nesting in JSON": ('{"a":' * 200_000 + "1" + "}" * 200_000, "nested too deeply"),
    "a second document": (SMALL + "---\na: 1\n", "not valid YAML"),
    "garbage at the end": (SMALL + "</body>\n</html>\n", "not valid YAML"),
    "garbage after JSON": ('{"openapi": "3.1.0"} <html>', "something after the end of its JSON, at line 1"),
    "half of a JSON file": ('{"openapi": "3.1.0", "paths": {', "broken JSON"),
    "a path twice": (SMALL + SMALL[SMALL.index("  /things") :], "says '/things' twice in one place, at line 13"),
    "a key twice in JSON": ('{"openapi": "3.1.0", "openapi": "3.0.0"}', "says 'openapi' twice"),
    "a date of Python": (SMALL + "x-day: !!timestamp 2024-01-31\n", "not valid YAML"),
    "bytes": (SMALL + "x-file: !!binary aGVsbG8=\n", "not valid YAML"),
    "a Python object": (SMALL + "x-run: !!python/object/apply:os.getcwd []\n", "not valid YAML"),
    "a number without end": ('{"openapi": ' + "9" * 5000 + "}", "contains JSON that cannot be read"),
    "tabs": (SMALL.replace("  /things", "\t/things"), "not valid YAML"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_document_that_is_not_a_description_is_named(name: str) -> None:
    text, said = REFUSED[name]

    with pytest.raises(NotComparable, match=r"published\.yaml") as refused:
        parse(text.encode(), "published.yaml")

    assert said in str(refused.value)


def test_bytes_that_are_not_text_are_named() -> None:
    with pytest.raises(NotComparable, match="not UTF-8 text"):
        parse(b"\x89PNG\r\n\x1a\n", "published.yaml")


@pytest.mark.parametrize(
    "text",
    [
        SMALL,
        SMALL.replace("\n", "\r\n"),
        "\ufeff" + SMALL,
        json.dumps(parse(SMALL.encode(), "x")),
        SMALL.replace("3.1", "3.0"),
    ],
    ids=["YAML", "line ends of Windows", "byte order mark", "JSON", "OpenAPI 3.0"],
)
def test_a_description_is_read_however_it_is_written(text: str) -> None:
    assert list(parse(text.encode(), "published")["paths"]) == ["/things"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_files_are_read_in_the_encodings_of_editors(encoding: str, tmp_path: Path) -> None:
    text = parse(SMALL.encode(encoding), "published")
    assert list(text["paths"]) == ["/things"]
    lock = tmp_path / "lock.yaml"
    lock.write_bytes(dumped(lock_of(SMALL.encode(), "published")).encode(encoding))
    assert read_lock(lock).name == "published"
    traffic = tmp_path / "traffic.har"
    traffic.write_bytes(json.dumps({"log": {"entries": []}}).encode(encoding))
    with pytest.raises(NotComparable, match="contains no exchange"):
        read_traffic(traffic, "https://app.nanonets.com/api/v2")


@pytest.mark.parametrize("name", ["on", "no", "y", "null", "true", "404", "2024-01-31", "12:30", "="])
def test_a_field_may_have_any_name(name: str) -> None:
    schema = (
        f"{{type: object, properties: {{{name}: {{type: string}}, other: {{default: {name}}}}}, required: [other]}}"
    )
    parameter = f"      parameters: [{{name: q, in: query, schema: {schema}}}]\n"
    facts = facts_of(parse(SMALL.replace("      responses:", f"{parameter}      responses:").encode(), "published"))

    assert set(facts["operations"]["GET /things"]["parameters"]["query:q"]["schema"]["properties"]) == {name, "other"}
    assert set(load_yaml(dumped(lock_of(SMALL.encode(), name)), "lock")) == {"lock", "seal", "document", "facts"}


def test_dates_times_and_yes_are_strings_in_yaml() -> None:
    assert load_yaml("[2024-01-31, 12:30, on, no, '1', =, 1.5, 1, true, ~]", "list") == [
        *("2024-01-31", "12:30", "on", "no", "1", "=", 1.5, 1, True, None)
    ]


def test_merged_keys_are_read_as_names_too() -> None:
    assert load_yaml("a: &a {on: 1, 200: 2}\nb: {<<: *a, no: 3}\n", "map")["b"] == {"on": 1, "200": 2, "no": 3}


def described(schema: Any, components: dict[str, Any]) -> bytes:
    content = {"application/json": {"schema": schema}}
    return json.dumps(
        {
            **parse(SMALL.encode(), "small"),
            "paths": {"/things": {"post": {"requestBody": {"content": content}, "responses": {}}}},
            "components": {"schemas": components},
        }
    ).encode()


def test_references_that_multiply_are_not_expanded() -> None:
    def twice(level: int) -> dict[str, Any]:
        next_one = {"$ref": f"#/components/schemas/B{level + 1}"}
        return {"properties": {"a": next_one, "b": next_one}}

    bomb = described({"$ref": "#/components/schemas/B0"}, {**{f"B{at}": twice(at) for at in range(40)}, "B40": {}})

    with pytest.raises(NotComparable, match="through its references"):
        lock_of(bomb, "published.json")


def test_schemas_nested_too_deeply_are_refused() -> None:
    schema: dict[str, Any] = {}
    for _ in range(700):
        schema = {"items": schema}

    with pytest.raises(NotComparable, match="nested too deeply"):
        lock_of(described(schema, {}), "published.json")


def test_a_mapping_key_that_is_not_a_string_is_refused() -> None:
    with pytest.raises(NotComparable, match="is malformed"):
        lock_of(described({"properties": {"\ud800": {}}}, {}), "published.json")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "      responses:",
            "      parameters: [{$ref: '#/components/parameters/No'}]\n      responses:",
            "is not there",
        ),
        ("      responses:", "      parameters: [{$ref: other.yaml}]\n      responses:", "outside of it"),
        ("description: All.", "$ref: '#/paths/~1things/get/responses/200'", "leads back to itself"),
        ("    get:\n", "    get: 5\n    x-get:\n", "an object was expected"),
        ("    get:\n", "    fetch:\n", "describes no operation"),
    ],
    ids=["missing reference", "reference elsewhere", "circle", "no object", "no operation"],
)
def test_a_malformed_description_is_not_comparable(old: str, new: str, said: str, tmp_path: Path) -> None:
    document = tmp_path / "published.yaml"
    document.write_text(SMALL.replace(old, new), encoding="utf-8")

    result = CliRunner().invoke(app, ["upstream", str(document), "--format", "json"])

    assert result.exit_code == 20
    assert said in json.loads(result.stdout)["reason"]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.yaml").open("wb") as file:
        file.truncate(100 * 1024 * 1024)

    with pytest.raises(NotComparable, match="larger than 10 MiB"):
        source.fetch(str(tmp_path / "huge.yaml"))


def test_a_file_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(NotComparable, match="cannot be read: No such file") as refused:
        source.fetch(str(tmp_path / "none.yaml"))

    assert refused.value.unreachable


@contextmanager
def serving(
    status: int, body: bytes, length: int | None = None, location: str = "", *, is_ended: bool = True
) -> Generator[str]:
    """The address of a server that answers everything alike; an answer that is not `is_ended` breaks off after 20 s."""
    is_over = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body) if length is None else length))
            if location:
                self.send_header("location", location)
            self.end_headers()
            self.wfile.write(body)
            if not is_ended:
                is_over.wait(20)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/published.yaml"
        finally:
            is_over.set()
            server.shutdown()
            thread.join()


def test_an_address_is_read() -> None:
    with serving(200, SMALL.encode()) as address:
        assert source.fetch(address) == SMALL.encode()


def test_an_error_status_is_unreachable() -> None:
    with serving(404, b"Not Found") as address, pytest.raises(NotComparable, match="answered 404") as refused:
        source.fetch(address)

    assert refused.value.unreachable


def test_a_206_response_is_not_taken_for_a_document() -> None:
    with serving(206, SMALL.encode()) as address, pytest.raises(NotComparable, match="answered 206") as refused:
        source.fetch(address)

    assert refused.value.unreachable


def test_a_redirect_is_followed() -> None:
    with serving(200, SMALL.encode()) as there, serving(302, b"", location=there) as address:
        assert source.fetch(address) == SMALL.encode()


def test_a_redirect_to_plain_http_is_refused() -> None:
    with (
        serving(302, b"", location="http://example.org/published.yaml") as address,
        pytest.raises(NotComparable, match=r"http://example\.org/published\.yaml is not encrypted"),
    ):
        source.fetch(address)


def test_a_redirect_in_a_circle_is_unreachable() -> None:
    with serving(302, b"", location="/published.yaml") as address, pytest.raises(NotComparable) as refused:
        source.fetch(address)

    assert refused.value.unreachable


@pytest.mark.parametrize("address", ["https://", "https://[::1", "https://example..org", "http://127.0.0.1:99999/"])
def test_an_invalid_address_is_unreachable(address: str) -> None:
    result = CliRunner().invoke(app, ["upstream", address, "--format", "json"])

    assert (result.exit_code, json.loads(result.stdout)["state"]) == (20, "unreachable")


def test_a_document_that_never_ends_is_given_up() -> None:
    with (
        serving(200, SMALL.encode(), length=10_000, is_ended=False) as address,
        pytest.raises(NotComparable, match="takes more than") as refused,
    ):
        source.fetch(address, seconds=0.1)

    assert refused.value.unreachable


def test_a_download_that_breaks_off_is_unreachable() -> None:
    with serving(200, SMALL.encode(), length=10_000) as address, pytest.raises(NotComparable) as refused:
        source.fetch(address)

    assert refused.value.unreachable


def test_a_download_that_is_too_large_is_stopped() -> None:
    with serving(200, b"#" * (source.LARGEST + 2)) as address, pytest.raises(NotComparable, match="larger than 10 MiB"):
        source.fetch(address)


def test_a_refused_connection_is_unreachable_on_the_command_line() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/published.yaml"
    result = CliRunner().invoke(app, ["upstream", address, "--format", "json"])

    assert result.exit_code == 20
    assert json.loads(result.stdout)["state"] == "unreachable"


def test_an_address_that_is_not_encrypted_is_refused() -> None:
    with pytest.raises(NotComparable, match="use https"):
        source.fetch("http://example.org/published.yaml")


@pytest.fixture(scope="module")
def committed() -> dict[str, Any]:
    """A document with the facts of the committed lock."""
    return skeleton(read_lock(locate(LOCK)).facts)


@given(data=st.data())
def test_any_value_at_any_place_is_read_or_refused(committed: dict[str, Any], data: st.DataObject) -> None:
    document = deepcopy(committed)
    place, key = data.draw(st.sampled_from(places(document)))
    place[key] = data.draw(st.sampled_from([None, True, 5, "text", [], [5], {}, {"x": 5}, {"$ref": "#/x"}]))

    assert outcome_of(document) in {"read", "refused"}


def outcome_of(document: Any) -> str:
    try:
        facts_of(parse(json.dumps(document).encode(), "published"), "published")
    except NotComparable:
        return "refused"
    return "read"


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every member of a document, with what holds it."""
    pairs = list(node.items()) if is_tree(node) else list(enumerate(node)) if is_list(node) else []
    return [place for key, value in pairs for place in [(node, key), *places(value)]]
