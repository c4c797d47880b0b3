"""Mutation tests: every row of `mutations.yaml` is applied, and the gates report exactly what it lists."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import attrs
import pytest
import yaml
from typer.testing import CliRunner

import nanonets_api
from nanonets_sdk import Exchange, Nanonets
from nanonets_sdk._openapi import DEVIATIONS, GENERATOR_CONFIG, LOCK, SPEC, locate
from nanonets_sdk.cli.commands.drift import app
from nanonets_sdk.drift.facts.json_types import is_list, is_tree
from nanonets_sdk.drift.facts.lock import dumped, lock_of, read_lock
from nanonets_sdk.drift.facts.skeleton import skeleton
from nanonets_sdk.drift.gates import generated as generated_gate
from nanonets_sdk.drift.recording import TrafficRecorder
from nanonets_sdk.mock import MockServer
from patches import add, remove
from samples import INVOICE, from_yaml

Row = dict[str, Any]

# Ten times faster, but not in every build of PyYAML.
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

TABLE: list[Row] = from_yaml(Path(__file__).with_name("mutations.yaml"))


def rows(*kinds: str, every: int = 1) -> list[Any]:
    """The changes of some kinds; all but a few of them are slow if `every` is more than one."""
    chosen = (row for row in TABLE if row["of"] in kinds)
    slow: list[Any] = [pytest.mark.slow]
    return [pytest.param(row, id=row["id"], marks=slow if n % every else []) for n, row in enumerate(chosen)]


def nanonets(*arguments: object) -> tuple[int, list[str]]:
    """The exit status of `nanonets drift …`, and its findings as `kind rule`, each once."""
    result = CliRunner().invoke(app, [*map(str, arguments), "--format", "json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    findings = json.loads(result.stdout).get("findings", [])
    return result.exit_code, sorted({f"{finding['kind']} {finding['rule']}" for finding in findings})


def expected(row: Row) -> tuple[int, list[str]]:
    return row["exit"], sorted(row["finds"])


def patched(document: Any, row: Row) -> Any:
    changed = deepcopy(document)
    for step in row["do"]:
        if step["op"] == "move":
            add(changed, step["path"], remove(changed, step["from"]))
        elif step["op"] == "remove":
            remove(changed, step["path"])
        elif step["op"] == "reverse":
            add(changed, step["path"], reversed_(remove(changed, step["path"])))
        else:
            if step["op"] == "replace":
                remove(changed, step["path"])
            add(changed, step["path"], step["value"])
    return changed


def reversed_(value: Any) -> Any:
    return value[::-1] if is_list(value) else dict(reversed(value.items()))


def below(step: Row) -> Row:
    """Wrap the document in an empty name, so that a patch can replace the whole of it."""
    return {**step, "path": f"/{step['path']}"}


def as_yaml(document: Any) -> str:
    return yaml.dump(document, Dumper=_DUMPER, sort_keys=False)


def as_flow(document: Any) -> str:
    return yaml.dump(document, Dumper=_DUMPER, sort_keys=True, default_flow_style=True, width=60)


def as_json(document: Any) -> str:
    return json.dumps(document, indent=4)


def with_comments(document: Any) -> str:
    return "# A comment.\n" + as_yaml(document).replace("\npaths:\n", "\n\n# Another.\npaths: # a third\n")


def with_anchors(document: Any) -> str:
    """The replies of two operations that are equal, written once and aliased."""
    paths = document["paths"]
    shared = paths["/OCR/Model/{model_id}/LabelFile"]["post"]["responses"]["200"]
    assert paths["/OCR/Model/{model_id}/LabelUrls"]["post"]["responses"]["200"] == shared
    paths["/OCR/Model/{model_id}/LabelUrls"]["post"]["responses"]["200"] = shared
    text = as_yaml(document)
    assert "&id001" in text
    return text


def with_component(document: Any) -> str:
    """Move a parameter into the components, and refer to it."""
    parameters = document["paths"]["/ImageCategorization/Train"]["post"]["parameters"]
    document["components"]["parameters"] = {"Moved": parameters[0]}
    parameters[0] = {"$ref": "#/components/parameters/Moved"}
    return as_yaml(document)


def with_windows_line_ends(document: Any) -> str:
    return "\ufeff" + as_yaml(document).replace("\n", "\r\n")


WRITERS: dict[str, Callable[[Any], str]] = {
    "yaml": as_yaml,
    "flow": as_flow,
    "json": as_json,
    "comments": with_comments,
    "anchors": with_anchors,
    "component": with_component,
    "windows": with_windows_line_ends,
}


@pytest.fixture(scope="module")
def published() -> Any:
    """A stand-in for the published document: it has the facts of the committed lock."""
    return skeleton(read_lock(locate(LOCK)).facts)


@pytest.fixture(scope="module")
def lock(published: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lock of that document; the committed lock has hashes of prose that is not stored."""
    path = tmp_path_factory.mktemp("lock") / "upstream.lock.yaml"
    path.write_text(dumped(lock_of(as_yaml(published).encode(), "published.yaml")), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def spec() -> Any:
    return from_yaml(locate(SPEC))


@pytest.fixture(scope="module")
def exchanges() -> dict[str, Exchange]:
    """Exchanges with the mock: a new model, and a listing of a predicted file; rows name them with `from`."""
    seen: list[Exchange] = []
    with MockServer() as server, Nanonets("key", base_url=server.base_url) as client:
        recorded = client.with_options(recorder=seen.append).ocr
        recorded.create_model(["total"])
        client.ocr.predict_file(server.model_id, INVOICE)
        recorded.list_predictions(server.model_id)
    return dict(zip(["model", "listing"], seen, strict=True))


def test_the_stand_in_has_every_fact_of_the_lock_but_its_texts(lock: Path) -> None:
    def without_texts(node: Any) -> Any:
        if is_tree(node):
            return {
                key: without_texts(value) for key, value in node.items() if key not in ("prose", "extensions", "info")
            }
        return node

    assert without_texts(read_lock(lock).facts) == without_texts(read_lock(locate(LOCK)).facts)


@pytest.mark.parametrize("row", rows("published", "harmless"))
def test_a_change_of_the_published_document(row: Row, published: Any, lock: Path, tmp_path: Path) -> None:
    document = tmp_path / "published.yaml"
    text = WRITERS[row.get("write", "json")](patched(published, row))
    document.write_text(text, encoding="utf-8", newline="")

    assert nanonets("upstream", document, "--lock", lock) == expected(row)


@pytest.mark.parametrize("row", rows("spec", every=2))
def test_a_change_of_our_description(row: Row, spec: Any, tmp_path: Path) -> None:
    document = tmp_path / "nanonets.yaml"
    document.write_text(as_json(patched(spec, row)), encoding="utf-8")

    assert nanonets(row["gate"], "--spec", document) == expected(row)


@pytest.mark.parametrize("row", rows("lock"))
def test_a_change_of_what_is_published(row: Row, tmp_path: Path) -> None:
    lock, committed = tmp_path / "upstream.lock.yaml", read_lock(locate(LOCK))
    facts = patched({"facts": committed.facts}, row)["facts"]
    lock.write_text(dumped(attrs.evolve(committed, facts=facts)), encoding="utf-8")

    assert nanonets("deviations", "--lock", lock) == expected(row)


@pytest.mark.parametrize("row", rows("edited"))
@pytest.mark.parametrize("gate", ["deviations", "upstream"])
def test_a_change_of_the_lock_by_hand(row: Row, gate: str, tmp_path: Path, published: Any) -> None:
    lock, document = tmp_path / "upstream.lock.yaml", tmp_path / "published.yaml"
    committed = from_yaml(locate(LOCK))
    lock.write_text(as_yaml(patched(committed, row)), encoding="utf-8")
    document.write_text(as_yaml(published), encoding="utf-8")

    assert nanonets(gate, *([document] if gate == "upstream" else []), "--lock", lock) == expected(row)


@pytest.mark.parametrize("row", rows("deviations", every=2))
def test_a_change_of_the_deviations(row: Row, tmp_path: Path) -> None:
    declared = tmp_path / "deviations.yaml"
    committed = from_yaml(locate(DEVIATIONS))["deviations"]
    changed = patched({"": {entry["id"]: entry for entry in committed}}, {"do": [below(step) for step in row["do"]]})
    entries = [{"id": name, **entry} for name, entry in changed[""].items()]
    declared.write_text(as_yaml({"deviations": entries}), encoding="utf-8")

    assert nanonets("deviations", "--deviations", declared) == expected(row)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the generators make of the spec, made once, as each run of them takes seconds."""
    package = tmp_path_factory.mktemp("generated") / "nanonets_api"
    assert CliRunner().invoke(app, ["generated", "--write", "--package", str(package)]).exit_code == 0
    return package


@pytest.fixture
def generators(generated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the gate take that for what it generates."""

    def regenerate(spec: Path, config: Path, package: Path) -> None:
        assert (spec, config) == (locate(SPEC), locate(GENERATOR_CONFIG))
        shutil.copytree(generated, package)

    monkeypatch.setattr(generated_gate, "regenerate", regenerate)


@pytest.mark.usefixtures("generators")
@pytest.mark.parametrize("row", rows("package"))
def test_a_change_of_generated_files(row: Row, tmp_path: Path) -> None:
    package = tmp_path / "nanonets_api"
    shutil.copytree(Path(nanonets_api.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    (step,) = row["do"]
    file = package / step["path"]
    if step["op"] == "delete":
        file.unlink()
    elif step["op"] == "create":
        file.write_text(step["text"], encoding="utf-8")
    else:
        text = file.read_text(encoding="utf-8")
        assert step["old"] in text
        file.write_text(text.replace(step["old"], step["new"], 1), encoding="utf-8")

    assert nanonets("generated", "--package", package) == expected(row)


@pytest.mark.parametrize("row", rows("reply"))
def test_a_change_of_a_reply(row: Row, exchanges: dict[str, Exchange], tmp_path: Path) -> None:
    exchange = exchanges[row.get("from", "model")]
    body = json.dumps(patched(json.loads(exchange.content), row)).encode()
    content_type, status = row.get("content_type", exchange.content_type), row.get("status", exchange.status)
    with TrafficRecorder(tmp_path / "traffic.jsonl") as recorder:
        recorder(attrs.evolve(exchange, content=body, content_type=content_type, status=status))

    assert nanonets("traffic", tmp_path / "traffic.jsonl") == expected(row)


@pytest.mark.usefixtures("generators")
def test_nothing_is_found_where_nothing_was_changed(
    published: Any, lock: Path, exchanges: dict[str, Exchange], tmp_path: Path
) -> None:
    (tmp_path / "published.yaml").write_text(as_json(published), encoding="utf-8")
    with TrafficRecorder(tmp_path / "traffic.jsonl") as recorder:
        for exchange in exchanges.values():
            recorder(exchange)

    assert nanonets("upstream", tmp_path / "published.yaml", "--lock", lock) == (0, [])
    assert nanonets("traffic", tmp_path / "traffic.jsonl") == (0, [])
    assert nanonets("deviations") == (0, [])
    assert nanonets("generated") == (0, [])


def test_the_table_is_as_large_as_promised() -> None:
    changes = Counter(row["of"] for row in TABLE if row["exit"])
    harmless = [row for row in TABLE if not row["exit"]]

    assert changes["published"] >= 20
    assert changes["spec"] + changes["lock"] >= 10
    assert changes["edited"] + changes["deviations"] >= 10
    assert changes["package"] >= 5
    assert changes["reply"] >= 5
    assert len(harmless) >= 10
    assert len({row["id"] for row in TABLE}) == len(TABLE)
