"""The generated package matches the spec byte for byte, and the gate that checks it works."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import attrs
import pytest
from attrs import frozen

import nanonets_sdk
from nanonets_sdk.drift.project.checkout import checkout
from samples import ROOT, SPEC_PATH

GENERATED = ROOT / "generated" / "nanonets_api"
CONFIG = ROOT / "generator-config.yaml"
EQUAL, DRIFT, NOT_COMPARABLE = 0, 10, 20


@frozen
class Ended:
    """The result of a run of the command.

    Attributes:
        status: Its exit status.
        out: What it printed.
        err: What it wrote to standard error.
    """

    status: int
    out: str
    err: str

    @property
    def named(self) -> dict[str, str]:
        """The files that it listed, below the package, with what it said about each."""
        found: dict[str, str] = {}
        rule = ""
        for line in self.out.splitlines():
            if line.startswith("  file-"):
                rule = line.strip().partition(":")[0].removeprefix("file-")
            elif line.startswith("    nanonets_api/"):
                found[line.partition("nanonets_api/")[2]] = rule
        return found


def command(*arguments: str, python: list[str] | None = None, **environment: str) -> Ended:
    """Run the gate in the project's folder."""
    words = [*(python or [sys.executable]), "-m", "nanonets_sdk.cli", "drift", "generated", *arguments]
    done = subprocess.run(
        words, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=120
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def check(spec: Path = SPEC_PATH, package: Path = GENERATED, config: Path = CONFIG) -> Ended:
    """Compare a package with what is generated from a spec."""
    return command("--spec", str(spec), "--package", str(package), "--config", str(config))


def with_line(text: str, old: str, new: str) -> str:
    """A text with one line changed."""
    assert text.count(old) >= 1
    return text.replace(old, new, 1)


def contents(package: Path) -> dict[str, bytes]:
    """The files of a package."""
    files = (path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(package).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def tampered(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """The check of a package with a line changed, a file deleted and a file added, by another spec and other settings.

    All at once, as each run of the generators takes seconds.
    """
    package = tmp_path_factory.mktemp("tampered") / "nanonets_api"
    spec = package.with_name("nanonets.yaml")
    # Links refer to operations by id, so the id changes there too.
    text = SPEC_PATH.read_text("utf-8").replace("operationId: ocr_get_model", "operationId: ocr_read_model")
    spec.write_text(text, "utf-8")
    config = package.with_name("generator-config.yaml")
    config.write_text(CONFIG.read_text("utf-8") + "# a comment\n", "utf-8")
    shutil.copytree(GENERATED, package, ignore=shutil.ignore_patterns("__pycache__"))
    changed = package / "models" / "model.py"
    changed.write_text(changed.read_text("utf-8") + "\n", "utf-8")
    replies = package / "replies.py"
    replies.write_text(replies.read_text("utf-8").replace("score: float", "score: int", 1), "utf-8")
    (package / "models" / "size.py").unlink()
    (package / "api" / "ocr" / "handmade.py").write_text("", "utf-8")
    return check(spec, package, config)


def test_a_package_that_was_edited_is_drift(tampered: Ended) -> None:
    assert tampered.status == DRIFT


def test_every_file_that_differs_is_named_with_what_is_wrong_and_no_other(
    tampered: Ended,
) -> None:
    assert tampered.named == {
        "models/model.py": "changed",
        "models/size.py": "missing",
        "replies.py": "changed",
        "api/ocr/handmade.py": "unexpected",
        # The operation that the spec renamed.
        "api/ocr/ocr_get_model.py": "unexpected",
        "api/ocr/ocr_read_model.py": "missing",
        # The spec and the settings.
        "PROVENANCE.json": "changed",
    }


# The gate does the same in a quiet place, in each run of CI.
@pytest.mark.slow
def test_the_committed_package_is_what_the_spec_gives_whatever_is_around_the_folder_of_work(tmp_path: Path) -> None:
    # All at once again: a project with settings of its own, a folder that git
    # ignores as nox has it, a folder named like a warning, and another order of sets than in the last run.
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        "[tool.black]\nline-length = 40\n[tool.ruff]\nline-length = 40\n"
        "[tool.datamodel-codegen]\nsnake-case-field = true\n",
        "utf-8",
    )
    folder = tmp_path / ".nox" / "warnings"
    folder.mkdir(parents=True)
    (tmp_path / ".nox" / ".gitignore").write_text("*\n", encoding="utf-8")
    ended = command(TMPDIR=str(folder), PYTHONHASHSEED="2")
    assert (ended.status, ended.named, ended.err) == (EQUAL, {}, "")


def test_drift_is_reported_with_the_way_out(tampered: Ended) -> None:
    # The tests run on the built wheel too, whose reader has no checkout.
    assert ("nox -s regenerate" if checkout() else "pip install --force-reinstall") in tampered.out


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with a stale file, written again from a spec with one more member and a comment."""
    package = tmp_path_factory.mktemp("written") / "nanonets_api"
    package.mkdir()
    (package / "stale.py").write_text("", "utf-8")
    spec = package.with_name("nanonets.yaml")
    line = "        hour_of_day:\n"
    added = "        colours: # a comment\n          type: array\n          items: {type: string}\n"
    spec.write_text(with_line(SPEC_PATH.read_text("utf-8"), line, added + line), "utf-8")
    ended = command("--write", "--spec", str(spec), "--package", str(package))
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(f"{package}: written from ")
    return package


@pytest.mark.slow
def test_a_member_added_to_a_reply_in_the_spec_is_a_field_of_its_type(written: Path) -> None:
    before, after = source("replies.py"), (written / "replies.py").read_text("utf-8")
    assert [line for line in after.splitlines() if line not in before.splitlines()] == [
        "    colours: tuple[str, ...] | None = None"
    ]


@pytest.mark.slow
def test_regeneration_removes_stale_files_and_changes_only_what_the_spec_changed(written: Path) -> None:
    before, after = contents(GENERATED), contents(written)
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} == {
        "PROVENANCE.json",
        "models/image.py",
        "replies.py",
    }


def test_a_spec_that_the_generator_warns_of_is_not_compared(tmp_path: Path) -> None:
    spec = tmp_path / "nanonets.yaml"
    # The generator skips a property of a type that it does not know, with a warning.
    text = SPEC_PATH.read_text("utf-8")
    spec.write_text(with_line(text, "$ref: '#/components/schemas/Category'", "$ref: '#/components/schemas/Kategorie'"))
    ended = check(spec=spec)
    assert (ended.status, ended.named) == (NOT_COMPARABLE, {})
    assert "Kategorie" in ended.err


@pytest.mark.parametrize("content", [None, "", "openapi: ["], ids=["missing", "empty", "broken"])
def test_a_spec_that_cannot_be_read_is_not_compared(tmp_path: Path, content: str | None) -> None:
    spec = tmp_path / "nanonets.yaml"
    if content is not None:
        spec.write_text(content, "utf-8")
    ended = check(spec=spec)
    assert ended.status == NOT_COMPARABLE
    assert ended.err


@pytest.fixture
def bare_python(tmp_path: Path) -> Path:
    """A folder to import from that has all of what is installed but the generators and the formatter."""
    for source in Path(attrs.__file__).parents[1].iterdir():
        if not source.name.startswith(("datamodel_code_generator", "openapi_python_client", "ruff")):
            (tmp_path / source.name).symlink_to(source, target_is_directory=source.is_dir())
    return tmp_path


def check_with(folder: Path) -> Ended:
    """The check by an interpreter that finds our package and what is in a folder."""
    ours = str(Path(nanonets_sdk.__file__).parents[1])
    isolated = folder / "ours"
    isolated.mkdir()
    (isolated / "nanonets_sdk").symlink_to(Path(ours, "nanonets_sdk"), target_is_directory=True)
    paths = os.pathsep.join([str(folder), str(isolated)])
    return command("--package", str(GENERATED), python=[sys.executable, "-S"], PYTHONPATH=paths)


def test_without_the_generator_nothing_is_compared_and_it_is_named(bare_python: Path) -> None:
    ended = check_with(bare_python)
    assert (ended.status, ended.out) == (NOT_COMPARABLE, "")
    assert "openapi-python-client is not installed" in ended.err


def pretend_installed(folder: Path, name: str, version: str) -> None:
    """Add the metadata of a distribution to a folder to import from, and nothing of its code."""
    metadata = folder / f"{name.replace('-', '_')}-{version}.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")


def test_without_the_formatter_nothing_is_compared_and_it_is_named(bare_python: Path) -> None:
    pretend_installed(bare_python, "openapi-python-client", "0.29.1")
    ended = check_with(bare_python)
    assert (ended.status, ended.out) == (NOT_COMPARABLE, "")
    assert "ruff is not installed" in ended.err


def test_without_the_generator_of_replies_nothing_is_compared_and_it_is_named(bare_python: Path) -> None:
    pretend_installed(bare_python, "openapi-python-client", "0.29.1")
    pretend_installed(bare_python, "ruff", "0.17.5")
    ended = check_with(bare_python)
    assert (ended.status, ended.out) == (NOT_COMPARABLE, "")
    assert "datamodel-code-generator is not installed" in ended.err


def test_a_generation_that_fails_leaves_the_package_as_it_was(tmp_path: Path) -> None:
    package, spec = tmp_path / "nanonets_api", tmp_path / "nanonets.yaml"
    package.mkdir()
    (package / "kept.py").write_text("", "utf-8")
    spec.write_text("title: no spec", "utf-8")
    ended = command("--write", "--spec", str(spec), "--package", str(package))
    assert (ended.status, list(contents(package))) == (NOT_COMPARABLE, ["kept.py"])
    assert "is not an OpenAPI document" in ended.err


def test_the_check_writes_nothing_into_the_package(tmp_path: Path) -> None:
    package = tmp_path / "nanonets_api"
    ended = check(package=package)
    assert ended.status in {DRIFT, NOT_COMPARABLE}
    assert not package.exists()


PROVENANCE: dict[str, Any] = json.loads((GENERATED / "PROVENANCE.json").read_text("utf-8"))


@pytest.mark.parametrize(("entry", "path"), [("spec_sha256", SPEC_PATH), ("config_sha256", CONFIG)])
def test_the_provenance_names_the_files_that_the_package_is_of(entry: str, path: Path) -> None:
    assert PROVENANCE[entry] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_provenance_names_the_tools_that_are_pinned() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    pinned = sorted(requirement.replace("==", " ") for requirement in groups["generator"])
    assert sorted(PROVENANCE[tool] for tool in ("generator", "formatter", "reply_generator")) == pinned


def source(name: str) -> str:
    """A generated file."""
    return (GENERATED / name).read_text("utf-8")


def test_the_package_is_marked_as_typed() -> None:
    assert (GENERATED / "py.typed").is_file()


@pytest.mark.parametrize("stem", ["file", "urls"])
def test_submitting_goes_to_the_route_with_the_slash_and_predicting_to_the_one_without(stem: str) -> None:
    route = f"/OCR/Model/{{model_id}}/Label{stem.title()}"
    assert f'"url": "{route}/".format(' in source(f"api/ocr/ocr_submit_{stem}.py")
    assert f'"url": "{route}".format(' in source(f"api/ocr/ocr_predict_{stem}.py")


@pytest.mark.parametrize("name", ["submit_file", "submit_urls", "predict_file", "predict_urls"])
def test_the_parameter_named_by_a_keyword_of_python_keeps_its_name_on_the_wire(name: str) -> None:
    text = source(f"api/ocr/ocr_{name}.py")
    assert "async_: bool | Unset = UNSET" in text
    assert 'params["async"] = async_' in text


def test_no_parameter_is_a_header_that_http_libraries_own() -> None:
    text = "".join(path.read_text("utf-8") for path in (GENERATED / "api").rglob("*.py"))
    written = {line.split('"')[1] for line in text.splitlines() if line.strip().startswith('headers["')}
    assert written == {"Content-Type"}


@pytest.mark.parametrize(
    "name", ["ocr_predict_file_form", "ocr_training_file_form", "ic_predict_file_form", "ic_training_file_form"]
)
def test_a_file_is_a_file_to_the_generator(name: str) -> None:
    text = source(f"models/{name}.py")
    assert "    file: File\n" in text
    assert 'files.append(("file", self.file.to_tuple()))' in text


@pytest.mark.parametrize("name", ["ocr_predict_urls_form", "ic_predict_urls_form", "ic_training_urls_form"])
def test_several_urls_are_a_list_to_the_generator(name: str) -> None:
    assert "    urls: list[str]\n" in source(f"models/{name}.py")


def test_unknown_members_survive_the_generated_models() -> None:
    from nanonets_api.models.model import Model

    reply: dict[str, Any] = {"model_id": "m", "model_type": "ocr", "state": 5, "categories": [], "new": {"a": 1}}
    assert Model.from_dict(reply).to_dict() == reply


def test_every_generated_model_comes_from_its_module_on_first_use() -> None:
    from nanonets_api import models

    modules = {path.stem for path in (GENERATED / "models").glob("*.py")} - {"__init__"}
    found = {name: getattr(models, name) for name in models.__all__}
    assert {model.__module__ for model in found.values()} == {f"nanonets_api.models.{module}" for module in modules}
    assert {model.__name__ for model in found.values()} == found.keys()
    assert {*models.__all__} <= {*dir(models)}
    assert models.bounding_box.BoundingBox is found["BoundingBox"]
    with pytest.raises(AttributeError, match=r"'nanonets_api\.models' has no attribute 'Bax'"):
        getattr(models, "Bax")  # noqa: B009 - type checkers know that there is none


def test_an_unknown_model_state_is_accepted_by_the_generated_models() -> None:
    from nanonets_api.models.model import Model

    assert Model.from_dict({"model_id": "m", "model_type": "new kind", "state": 99, "categories": []}).state == 99
