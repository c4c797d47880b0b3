"""A type checker rejects wrong types; without that the other files here would prove nothing."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nanonets_api
import nanonets_sdk

WRONG = """
import asyncio
from typing import assert_type

from nanonets_sdk import ApiError, AsyncNanonets, Document, Field, Job, Nanonets

class Invoice:
    total: str

client = Nanonets()
other = AsyncNanonets()

Nanonets(timeout="5")  # arg-type
Nanonets("key", "https://x")  # call-arg
Nanonets(api_keys="key")  # call-arg
client.ocr.predict_fil("m", "a.pdf")  # attr-defined
client.ocr.predict_file("m")  # call-arg
client.ocr.predict_file("m", 7)  # arg-type
client.ocr.predict_file("m", "a.pdf", "en")  # call-arg
client.ocr.list_predictions("m", "2021-05-04")  # arg-type
client.ocr.job("m", "f").result().fields["total"].text = "1"  # misc
client.ocr.get_file("m", "f").fields["total"].box.xmin  # union-attr
assert_type(client.ocr.submit_file("m", "a.pdf"), Document)  # assert-type
assert_type(client.ocr.predict_file("m", "a.pdf").fields.get("total"), Field)  # assert-type
job: Job = other.ocr.job("m", "f")  # assignment
document: Document = other.ocr.predict_file("m", "a.pdf")  # assignment
ApiError("message")  # call-arg
client.ocr.read_text()  # call-overload
client.ocr.read_text(7)  # call-overload
client.ocr.approve("m", ["f"])  # arg-type
client.ocr.review_link("m", "f")  # call-arg
client.ocr.review_link("m", "f", expires=3600)  # arg-type
client.ocr.edit("m", "f").save(route="fields")  # arg-type
client.ocr.edit("m", "f").set("total", 1)  # arg-type
client.multi_label.upload_files("m", ["a.png"])  # list-item
assert_type(client.ocr.get_file("m", "f").read_as(Invoice), Field)  # assert-type
client.ocr.get_file("m", "f").read_as(Invoice()).total  # arg-type
client.ocr.get_file("m", "f").read_as(Invoice).totals  # attr-defined
client.ocr.get_file("m", "f").read_as(Invoice, repeats="first")  # arg-type
client.ocr.get_file("m", "f").read_as(Invoice, decimal_mark=";")  # arg-type
"""


@pytest.fixture(scope="module")
def refusals(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[int, str]]:
    """The lines and codes of mypy's errors in a file of mistakes."""
    folder = tmp_path_factory.mktemp("wrong")
    wrong = folder / "wrong.py"
    wrong.write_text(WRONG, "utf-8")
    # None of the mistakes is about the types of other packages, and analysing those takes most of the time.
    config = folder / "mypy.ini"
    config.write_text(
        "[mypy]\n[mypy-PIL.*,aiohttp.*,anyio.*,numpy.*,pandas.*,pikepdf.*,polars.*,pyarrow.*,rich.*,typer.*,yaml.*]\n"
        "follow_imports = skip\n",
        "utf-8",
    )
    paths = {str(Path(package.__file__).parents[1]) for package in (nanonets_sdk, nanonets_api) if package.__file__}
    sources = {path for path in paths if "site-packages" not in path}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--config-file",
            str(config),
            "--cache-dir",
            str(folder),
            "wrong.py",
        ],
        cwd=folder,
        env={**os.environ, "MYPYPATH": os.pathsep.join(sorted(sources))},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return {
        (int(found[1]), found[2])
        for line in done.stdout.splitlines()
        if (found := re.match(r"wrong\.py:(\d+): error: .*\[([\w-]+)\]$", line))
    }


EXPECTED = {(number, line.rpartition("  # ")[2]) for number, line in enumerate(WRONG.splitlines(), 1) if "  # " in line}


@pytest.mark.parametrize("mistake", sorted(EXPECTED), ids=str)
def test_each_wrong_call_is_a_type_error(refusals: set[tuple[int, str]], mistake: tuple[int, str]) -> None:
    assert mistake in refusals


def test_no_correct_call_is_a_type_error(refusals: set[tuple[int, str]]) -> None:
    assert refusals - EXPECTED == set()
