"""Importing the package loads nothing heavy; its names come on first use."""

import ast
import importlib
import json
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

import nanonets_sdk

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


def loaded_after(code: str) -> set[str]:
    """Return the modules that a new interpreter has loaded after running code."""
    program = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return set(json.loads(done.stdout.splitlines()[-1]))


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
