"""The receiver inside Django, as the guide shows it, under uvicorn."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Final

import httpx
import pytest

from nanonets_sdk.webhooks import Spool
from samples import ROOT
from waiting import wait_until

TOKEN: Final = "a-token-that-must-not-show"
BODY: Final = b'{"result": {"id": "1", "request_file_id": "%s", "prediction": [], "moderated_boxes": []}}'
SETTINGS: Final = """
SECRET_KEY = "a key"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "project.urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "booked.sqlite"}}
"""
URLS: Final = """
from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("", lambda request: HttpResponse("the site"))]
"""
HANDLER: Final = """
from django.db import close_old_connections, connection


def book(webhook):
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute("create table if not exists booked (name, file)")
        cursor.execute("insert into booked values (%s, %s)", [webhook.name, webhook.documents[0].request_file_id])
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A Django project whose `asgi.py` is the one of the guide."""
    guide = (ROOT / "docs" / "guides" / "webhooks.md").read_text(encoding="utf-8")
    (asgi,) = re.findall(r"```py\n(.*?get_asgi_application.*?)```", guide, re.DOTALL)
    files = {"project/asgi.py": asgi, "project/settings.py": SETTINGS, "project/urls.py": URLS}
    for name, content in {**files, "invoices/webhooks.py": HANDLER}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


@pytest.fixture
def url(project: Path) -> Generator[str]:
    """The address of the running project, with a webhook that waits from before."""
    pytest.importorskip("django")
    with Spool(project / "webhooks.sqlite") as spool:
        spool.store(BODY % b"before", "approval")
    command = [sys.executable, "-m", "uvicorn", "--port", "0", "project.asgi:application"]
    with (
        (project / "log").open("wb") as log,
        subprocess.Popen(
            command, cwd=project, stdout=log, stderr=log, env={**os.environ, "NANONETS_WEBHOOK_TOKEN": TOKEN}
        ) as process,
    ):
        try:
            started = re.compile(r"running on (http://127\.0\.0\.1:\d+)")
            assert wait_until(lambda: bool(started.search((project / "log").read_text())) or process.poll() is not None)
            found = started.search((project / "log").read_text())
            assert found is not None, (project / "log").read_text()
            yield found[1]
        finally:
            process.terminate()


def booked(project: Path) -> set[tuple[str, str]]:
    try:
        with closing(sqlite3.connect(project / "booked.sqlite")) as connection:
            return {*connection.execute("select name, file from booked")}
    except sqlite3.OperationalError:
        return set()


def test_the_receiver_of_the_guide_works_inside_django(project: Path, url: str) -> None:
    assert wait_until(lambda: booked(project) == {("approval", "before")})
    with httpx.Client(base_url=url, trust_env=False) as http:
        assert (http.get("/").text, http.get("/missing").status_code) == ("the site", 404)
        assert http.post(f"/hooks/{TOKEN}/approval", content=BODY % b"now").status_code == 200
        assert http.post("/hooks/wrong/approval", content=BODY % b"now").status_code == 404
    assert wait_until(lambda: booked(project) == {("approval", "before"), ("approval", "now")})
    log = (project / "log").read_text()
    assert '"POST /hooks/-/approval HTTP/1.1" 200' in log
    assert TOKEN not in log
