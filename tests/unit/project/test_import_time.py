"""Importing the package loads nothing heavy; its names come on first use."""

import ast
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

import nanonets_sdk
from command_line import environment
from nanonets_sdk.mock import MockServer
from samples import INVOICE

HEAVY = (
    "anyio",
    "attr",
    "attrs",
    "httpx",
    "httpx_aiohttp",
    "aiohttp",
    "msgspec",
    "nanonets_api",
    "starlette",
)


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    """A mock that takes any key."""
    with MockServer() as running:
        yield running


def loaded_after(code: str, server: MockServer | None = None) -> set[str]:
    """Return the modules that a new interpreter has loaded after running code."""
    # A command ends the interpreter, and may write to standard output.
    at_exit = "import atexit, json, sys; atexit.register(lambda: print('\\n' + json.dumps(sorted(sys.modules))))"
    program = f"{at_exit}\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(server),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def loaded_by(*words: str | Path, server: MockServer | None = None) -> set[str]:
    """Return the modules that the command has loaded at its end."""
    arguments = [str(word) for word in words]
    return loaded_after(f"from nanonets_sdk.cli import main; sys.argv[1:] = {arguments!r}; main()", server)


def heavy_after(code: str) -> list[str]:
    """Return the modules that are slow to import."""
    return sorted(loaded_after(code) & set(HEAVY))


@pytest.mark.parametrize(
    "code",
    [
        "import nanonets_sdk",
        "import nanonets_sdk; dir(nanonets_sdk); nanonets_sdk.__all__; nanonets_sdk.__version__",
        "import nanonets_sdk; repr(nanonets_sdk); hasattr(nanonets_sdk, 'no_such_name')",
    ],
    ids=["import", "look", "miss"],
)
def test_importing_the_package_loads_nothing_heavy(code: str) -> None:
    assert heavy_after(code) == []


def test_importing_the_package_loads_only_two_leaves_of_it() -> None:
    loaded = loaded_after("import nanonets_sdk")
    assert {name for name in loaded if name.startswith("nanonets")} == {
        "nanonets_sdk",
        "nanonets_sdk._lazy",
        "nanonets_sdk._version",
    }


def test_an_error_is_taken_without_the_transport() -> None:
    assert not set(heavy_after("from nanonets_sdk import NanonetsError")) & {
        "httpx",
        "msgspec",
        "anyio",
        "nanonets_api",
    }


def test_importing_the_client_loads_heavy_modules() -> None:
    assert {"httpx", "msgspec", "attr", "nanonets_api"} <= set(heavy_after("from nanonets_sdk import Nanonets"))


def test_neither_client_nor_package_loads_the_mock() -> None:
    loaded = loaded_after("from nanonets_sdk import *")
    assert [name for name in loaded if name.startswith(("nanonets_sdk.mock", "starlette", "uvicorn"))] == []


@pytest.mark.parametrize("name", nanonets_sdk.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(nanonets_sdk, name) is not None


def test_a_star_import_brings_every_public_name() -> None:
    names: dict[str, object] = {}
    exec("from nanonets_sdk import *", names)
    assert names.keys() - {"__builtins__"} == set(nanonets_sdk.__all__)


def test_dir_lists_the_public_names_before_any_was_used() -> None:
    code = "import nanonets_sdk; assert set(nanonets_sdk.__all__) <= set(dir(nanonets_sdk)); import json"
    assert "nanonets_sdk" in loaded_after(code)


def test_an_unknown_name_raises_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nanonet'"):
        nanonets_sdk.Nanonet  # noqa: B018 - the lookup is the test


def test_public_names_are_sorted_and_unique() -> None:
    assert nanonets_sdk.__all__ == sorted(set(nanonets_sdk.__all__), key=lambda name: (not name[0].isupper(), name))


def declared_for_type_checkers() -> dict[str, str]:
    """The names that the package imports for type checkers alone, with their modules."""
    tree = ast.parse(Path(nanonets_sdk.__file__).read_text("utf-8"))
    guarded = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [node for block in guarded for node in block.body if isinstance(node, ast.ImportFrom)]
    return {
        alias.name: node.module
        for node in imports
        for alias in node.names
        if node.module is not None and node.module.startswith("nanonets_sdk.")
    }


def test_type_checkers_see_the_names_that_are_loaded() -> None:
    assert declared_for_type_checkers().keys() == set(nanonets_sdk.__all__) - {"__version__"}


def test_type_checkers_see_each_name_where_it_is_loaded_from() -> None:
    for name, module in declared_for_type_checkers().items():
        assert getattr(importlib.import_module(module), name) is getattr(nanonets_sdk, name)


def test_the_version_is_that_of_the_distribution() -> None:
    try:
        installed = version("nanonets-sdk")
    except PackageNotFoundError:
        pytest.skip("the package is on the path here, not installed; `nox -s tests` installs the wheel")
    assert nanonets_sdk.__version__ == installed


def test_reading_webhooks_needs_no_web_framework() -> None:
    assert heavy_after("import nanonets_sdk.webhooks as webhooks; dir(webhooks)") == []
    assert "starlette" not in heavy_after("from nanonets_sdk.webhooks import Spool, Webhook, parse")


def test_nobody_imports_ray_before_it_is_used() -> None:
    assert heavy_after("import nanonets_sdk.ray as batches; dir(batches)") == []
    assert not {"ray", "pyarrow", "fsspec"} & loaded_after(
        "import nanonets_sdk.batch; from nanonets_sdk.ray import RayOptions"
    )


def test_the_client_loads_no_form_before_it_is_sent_and_no_pattern_before_a_text_is_read() -> None:
    loaded = loaded_after("from nanonets_sdk import Nanonets")
    assert [name for name in loaded if name.startswith(("nanonets_api.models.", "dateutil"))] == []


@pytest.mark.parametrize(
    ("words", "commands"),
    [(["--version"], set[str]()), (["models", "--help"], {"models"}), (["drift", "-h"], {"drift", "drift_group"})],
)
def test_the_command_loads_only_the_commands_that_are_named(words: list[str], commands: set[str]) -> None:
    loaded, package = loaded_by(*words), "nanonets_sdk.cli.commands."
    assert {name.removeprefix(package) for name in loaded if name.startswith(package)} == commands
    assert "asyncio" not in loaded


def test_listing_models_loads_what_one_blocking_call_needs(server: MockServer) -> None:
    loaded = loaded_by("models", "list", server=server)
    assert {name for name in loaded if name.startswith("nanonets_api.models.")} == {
        "nanonets_api.models.error",
        "nanonets_api.models.model",
    }
    assert not {"aiohttp", "nanonets_sdk.batch"} & loaded


def test_predicting_one_file_loads_neither_aiohttp_nor_forms_of_other_calls(server: MockServer) -> None:
    loaded = loaded_by("predict", "--sync", INVOICE, server=server)
    assert "nanonets_api.models.ocr_predict_file_form" in loaded
    others = ("ic_", "ml_", "od_", "ocr_training_", "ocr_submit_", "full_text_")
    assert [name for name in loaded if name.startswith(tuple(f"nanonets_api.models.{other}" for other in others))] == []
    assert "aiohttp" not in loaded


def test_predicting_several_files_goes_through_aiohttp(server: MockServer, tmp_path: Path) -> None:
    pytest.importorskip("httpx_aiohttp")
    other = tmp_path / "other.pdf"
    other.write_bytes(INVOICE.read_bytes() + b"\n")
    assert "aiohttp" in loaded_by("predict", "--sync", INVOICE, other, server=server)
