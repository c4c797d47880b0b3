"""Every other command, in pipes and on a terminal."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from command_line import KEY, environment, run, run_in_pipes, run_on_terminal, started
from nanonets_sdk import Nanonets, __version__
from nanonets_sdk.cli.running.interrupts import STOPPING
from nanonets_sdk.mock import Answer, Latency, MockServer, Progression, WrongType
from samples import INVOICE
from scans import write_scans


@pytest.fixture
def read_id(server: MockServer, client: Nanonets) -> str:
    """The id of an invoice that was submitted and read."""
    job = client.ocr.submit_file(server.model_id, INVOICE)
    return job.request_file_id


@pytest.mark.parametrize("arguments", [("--version",), ("predict", "--help")])
def test_help_and_version_need_no_settings(arguments: tuple[str, ...]) -> None:
    ended = run_in_pipes(*arguments)
    assert (ended.status, ended.err) == (0, "")
    assert __version__ in ended.out if arguments == ("--version",) else "Usage: nanonets" in ended.out
    assert "╭" not in ended.out


def test_help_on_a_terminal_has_frames() -> None:
    assert "╭─ Commands" in run_on_terminal("--help", width=80).screen


def test_every_group_of_commands_is_there() -> None:
    helped = run("--help").out
    reading = ("predict", "text", "classify", "tag", "detect", "upload", "train", "export")
    afterwards = ("edit", "approve", "unapprove", "flag", "assign", "review-link", "retry", "delete")
    groups = (*reading, *afterwards, "config", "models", "results", "job", "mock", "drift")
    assert [name for name in groups if not re.search(rf"^  {name} ", helped, re.MULTILINE)] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_complete_commands(shell: str) -> None:
    ended = run(
        _NANONETS_COMPLETE=f"complete_{shell}",
        _TYPER_COMPLETE_ARGS="nanonets pre",
        _TYPER_COMPLETE_FISH_ACTION="get-args",
        COMP_WORDS="nanonets pre",
        COMP_CWORD="1",
    )
    assert ended.status == 0
    assert "predict" in ended.out
    assert "mock" not in ended.out


def test_models_are_made_shown_and_listed(server: MockServer) -> None:
    made = json.loads(run("models", "create", "total", "date", "--json", server=server).out)
    shown = run("models", "show", made["model_id"], server=server)
    listed = run("models", "list", server=server)
    assert made["state_name"] == "created"
    assert "state\tcreated\nlabel total\t0\nlabel date\t0\n" in shown.out
    assert f"{made['model_id']}\tocr\tcreated\ttotal, date\n" in listed.out
    assert {model["model_id"] for model in json.loads(run("models", "list", "--json", server=server).out)} == {
        made["model_id"],
        server.model_id,
    }


def test_models_on_a_terminal_are_a_table_whose_ids_can_be_copied(server: MockServer) -> None:
    screen = run_on_terminal("models", "list", server=server, width=80).screen
    assert re.search(rf"^{server.model_id} +ocr +hosted +invoice_number", screen, re.MULTILINE)


def test_a_picture_model_is_trained_and_classifies(server: MockServer, tmp_path: Path) -> None:
    create = ("models", "create", "cat", "dog", "--type", "classification", "--json")
    model = json.loads(run(*create, server=server).out)["model_id"]
    pictures = write_scans(tmp_path, 6)
    for category, files in (("cat", pictures[:3]), ("dog", pictures[3:])):
        uploaded = run("upload", *files, "--model", model, "--category", category, server=server)
        assert (uploaded.status, sorted(uploaded.out.splitlines())) == (0, [str(path) for path in files])
    server.trainings = Progression.immediate()
    assert "state\thosted" in run("train", "--model", model, "--wait", server=server).out
    lines = run("classify", tmp_path, "--model", model, "--format", "jsonl", server=server).out.splitlines()
    rows = list(
        csv.DictReader(run("classify", tmp_path, "--model", model, "-f", "csv", server=server).out.splitlines())
    )
    table = run("classify", *pictures, "--model", model, server=server).out.splitlines()
    assert {json.loads(line)["file"] for line in lines} == {str(path) for path in pictures}
    assert len(rows) == 12
    assert table[0] == "file\tclass\tprobability\tnext"
    assert [line.split("\t")[0] for line in table[1:]] == [str(path) for path in pictures]


def test_one_picture_that_fails_does_not_keep_back_the_others(server: MockServer, tmp_path: Path) -> None:
    model = server.create_model(["cat", "dog"], model_type="classification")
    write_scans(tmp_path, 3)
    (tmp_path / "text.png").write_text("no picture")
    ended = run("classify", tmp_path, "--model", model, server=server)
    assert ended.status == 1
    assert len(ended.out.splitlines()) == 4
    assert "text.png\tit is not PNG" in ended.err
    assert "4 files: 3 done, 1 failed." in ended.err


def test_classes_of_another_picture_are_not_listed_under_the_one_that_was_sent(
    server: MockServer, tmp_path: Path
) -> None:
    model = server.create_model(["cat", "dog"], model_type="classification")
    write_scans(tmp_path, 1)
    server.fail("ic_predict_file", WrongType("/result/0/file", "another.png"), times=1)
    ended = run("classify", tmp_path, "--model", model, server=server)
    assert (ended.status, len(ended.out.splitlines())) == (1, 1)
    assert "was sent, but the reply is about 'another.png'" in ended.err


def test_a_wrong_key_ends_many_calls_at_once(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 50)
    ended = run("classify", tmp_path, "--model", "any", "--jobs", "2", server=server, NANONETS_API_KEY="another-key")
    assert ended.status == 3
    assert len(server.requests) <= 4
    assert "another-key" not in ended.err


def test_pictures_that_were_classified_are_shown_whatever_ends_the_rest(server: MockServer, tmp_path: Path) -> None:
    model = server.create_model(["cat", "dog"], model_type="classification")
    write_scans(tmp_path, 5)
    server.fail("ic_predict_file", Answer(402, {}), every=3)
    ended = run("classify", tmp_path, "--model", model, "--jobs", "1", server=server)
    assert ended.status == 3
    assert [Path(line.split("\t")[0]).name for line in ended.out.splitlines()[1:]] == [
        "scan-00000.png",
        "scan-00001.png",
    ]
    assert "5 files: 2 done, 1 failed, 2 not done." in ended.err


def test_ctrl_c_ends_many_calls_in_good_order(server: MockServer, tmp_path: Path) -> None:
    model = server.create_model(["cat", "dog"], model_type="classification")
    write_scans(tmp_path, 50)
    server.fail("ic_predict_file", Latency(1))
    command = ("classify", tmp_path, "--model", model, "--format", "jsonl", "--jobs", "2")
    with started(*command, server=server) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        lines = [first, *process.stdout.read().splitlines()]
        said = process.stderr.read().splitlines()
        assert process.wait(30) == 130
    done = len(server.requests)
    assert len(lines) == done < 50
    assert said == [
        STOPPING,
        f"50 files: {done} done, 0 failed, {50 - done} not done.",
        f"Go on with: run the command with the names of the {50 - done} files without a result in its output.",
    ]


def test_a_reader_of_classes_that_goes_away_ends_it_quietly(server: MockServer, tmp_path: Path) -> None:
    model = server.create_model(["cat", "dog"], model_type="classification")
    write_scans(tmp_path, 20)
    with started("classify", tmp_path, "--model", model, "--format", "jsonl", server=server) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(30) == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_training_files_go_up_with_their_annotations(
    server: MockServer, client: Nanonets, tmp_path: Path, encoding: str
) -> None:
    model = client.ocr.create_model(["total"]).model_id
    box = {"xmin": 401, "ymin": 655, "xmax": 480, "ymax": 671}
    annotated = [{"filename": "invoice.pdf", "object": [{"name": "total", "ocr_text": "9,245.22", "bndbox": box}]}]
    (tmp_path / "annotations.json").write_text(json.dumps(annotated), encoding)
    command = ("upload", INVOICE, "--model", model, "--annotations", tmp_path / "annotations.json")
    ended = run(*command, server=server)
    assert (ended.status, ended.out) == (0, f"{INVOICE}\n")
    assert [(label.name, label.count) for label in client.ocr.get_model(model).categories] == [("total", 1)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "is not a file of annotations"),
        ('[{"filename": "a.pdf", "object": [{"name": "total"}]}]', "bndbox"),
        ('[{"filename": "a.pdf"}, {"filename": "a.pdf"}]', "several entries for a.pdf"),
        ('[{"filename": "other.pdf"}]', "not sent: other.pdf"),
    ],
)
def test_annotations_that_cannot_be_meant_are_not_sent(
    server: MockServer, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "annotations.json").write_text(text)
    ended = run("upload", INVOICE, "--annotations", tmp_path / "annotations.json", server=server)
    assert ended.status == 2
    assert said in ended.err
    assert server.requests == []


def test_a_model_without_data_cannot_be_trained(server: MockServer, client: Nanonets) -> None:
    ended = run("train", "--model", client.ocr.create_model(["total"]).model_id, server=server)
    assert ended.status == 5
    assert ended.err.startswith("nanonets: 409 Conflict")


def test_results_are_listed_and_read(server: MockServer, read_id: str) -> None:
    listed = run("results", "list", "--since", "7d", server=server)
    (record,) = json.loads(run("results", "list", "--json", server=server).out)
    (document,) = json.loads(run("results", "get", read_id, "--format", "json", server=server).out)
    assert re.search(rf"^{read_id}\tinvoice.pdf\t2\tsuccess\t20\d\d-\d\d-\d\d$", listed.out, re.MULTILINE)
    assert record["is_moderated"] is False
    assert datetime.fromisoformat(record["uploaded_at"]).utcoffset() == timedelta(0)
    assert record["request_file_id"] == document["request_file_id"] == read_id
    assert "INV-2026-00417" in run("results", "get", read_id, server=server).out


def test_results_on_a_terminal_are_a_table(server: MockServer, read_id: str) -> None:
    server.approve(read_id)
    ended = run_on_terminal("results", "list", server=server, width=80)
    assert re.search(rf"^{read_id} +invoice.pdf +2 +approved +20\d\d-\d\d-\d\d *$", ended.screen, re.MULTILINE)


def test_results_say_who_handled_a_file(server: MockServer, read_id: str, client: Nanonets) -> None:
    client.ocr.job(server.model_id, read_id).result()
    client.ocr.assign(server.model_id, "ann@example.org", read_id)
    client.ocr.approve(server.model_id, read_id)
    listed = next(
        one
        for one in json.loads(run("results", "list", "--json", server=server).out)
        if one["request_file_id"] == read_id
    )
    assert (listed["assigned_members"], listed["approval_status"]) == (["ann@example.org"], "approved")
    assert listed["verified_at"].endswith("+00:00")
    screen = run_on_terminal("results", "get", read_id, server=server, width=100).screen
    day = listed["verified_at"][:10]
    assert f"approved by {listed['verified_by']} on {day} · assigned to ann@example.org\n" in screen


def test_a_terminal_that_is_too_narrow_for_a_table_is_shown_everything(server: MockServer, read_id: str) -> None:
    lines = run_on_terminal("results", "list", server=server, width=50).screen.splitlines()
    assert [line.split() for line in lines[:4]] == [
        ["invoice.pdf"], ["id", read_id], ["pages", "2"], ["status", "success"],
    ]  # fmt: skip
    words = run_on_terminal("results", "get", read_id, server=server, width=40).screen.split()
    assert {"Description", "Calibration", "1,389.00"} <= {*words}


def test_one_id_that_is_unknown_does_not_keep_back_the_others(server: MockServer, read_id: str, tmp_path: Path) -> None:
    ended = run("results", "get", "unknown-id", read_id, "--output", tmp_path, server=server)
    assert ended.status == 1
    assert "unknown-id: 404 Not Found" in ended.err
    assert [path.name for path in tmp_path.iterdir()] == [f"{read_id}.json"]


@pytest.mark.parametrize("status", [401, 402, 403])
def test_an_error_that_would_meet_every_id_ends_it_at_once(server: MockServer, read_id: str, status: int) -> None:
    server.fail("ocr_get_file", Answer(status, {}))
    server.clear_requests()
    ended = run("results", "get", read_id, read_id, server=server)
    assert (ended.status, len(server.requests)) == (3, 1)


@pytest.mark.parametrize("day", ["soon", "7", "2024-13-01"])
def test_an_invalid_day_is_reported(server: MockServer, day: str) -> None:
    ended = run("results", "list", "--since", day, server=server)
    assert ended.status == 2
    assert f"'{day}' is not a day" in ended.err


def test_a_job_is_waited_for(server: MockServer, client: Nanonets) -> None:
    server.jobs = Progression.after_polls(2)
    job = client.ocr.submit_file(server.model_id, INVOICE)
    server.clear_requests()
    ended = run("job", "wait", job.request_file_id, server=server)
    assert ended.status == 0
    assert "INV-2026-00417" in ended.out
    assert {request.method for request in server.requests} == {"GET"}


def test_a_job_that_takes_too_long_can_be_waited_for_again(server: MockServer, client: Nanonets) -> None:
    server.jobs = Progression.after_seconds(1000)
    job = client.ocr.submit_file(server.model_id, INVOICE)
    ended = run("job", "wait", job.request_file_id, "--wait-timeout", "1", server=server)
    assert ended.status == 1
    assert "was not done after 1 s" in ended.err


def test_a_job_that_failed_shows_what_there_is(server: MockServer, client: Nanonets) -> None:
    server.jobs = Progression.immediate().failing(1)
    job = client.ocr.submit_file(server.model_id, INVOICE)
    ended = run("job", "wait", job.request_file_id, server=server)
    assert ended.status == 1
    assert "INV-2026-00417" in ended.out
    assert "failed" in ended.err


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "jsonl", "md", "parquet"])
def test_results_are_exported_to_one_file(server: MockServer, read_id: str, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"week.{form}"
    ended = run("export", path, "--since", "7d", server=server)
    assert (ended.status, ended.err) == (0, f"1 of 1 documents written to {path}.\n")
    begins = {"xlsx": b"PK", "parquet": b"PAR1"}.get(form)
    content = path.read_bytes()
    assert content.startswith(begins) if begins else b"INV-2026-00417" in content and read_id


def test_an_export_has_a_row_for_each_document_on_request(server: MockServer, read_id: str, tmp_path: Path) -> None:
    run("export", tmp_path / "week.csv", "--shape", "wide", server=server)
    with (tmp_path / "week.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["invoice_number"] == "INV-2026-00417"
    assert row["request_file_id"] == read_id


def test_an_export_of_what_was_approved_leaves_out_the_rest(server: MockServer, read_id: str, tmp_path: Path) -> None:
    assert "0 of 1" in run("export", tmp_path / "week.json", "--approved", server=server).err
    server.approve(read_id)
    assert "1 of 1" in run("export", tmp_path / "week.json", "--approved", server=server).err


def test_an_unknown_file_ending_is_reported(server: MockServer, tmp_path: Path) -> None:
    ended = run("export", tmp_path / "week.doc", server=server)
    assert ended.status == 2
    assert "--format" in ended.err


def test_settings_are_shown_with_their_sources_and_without_the_key(server: MockServer) -> None:
    rows = json.loads(run("--timeout", "5", "config", "--json", server=server).out)
    shown = {row["setting"]: (row["value"], row["from"]) for row in rows}
    assert shown["API key"] == ("set", "NANONETS_API_KEY")
    assert shown["base URL"] == (server.base_url, "NANONETS_BASE_URL")
    assert shown["model"] == (server.model_id, "NANONETS_MODEL_ID")
    assert shown["timeout"] == ("5 s", "--timeout")
    assert KEY not in json.dumps(rows)


def test_without_settings_the_defaults_are_shown() -> None:
    ended = run("config")
    assert "API key\tnot set\t\n" in ended.out
    assert "base URL\thttps://app.nanonets.com/api/v2\tdefault\n" in ended.out


def test_a_base_url_with_a_key_in_it_is_not_shown() -> None:
    ended = run("config", NANONETS_BASE_URL=f"https://{KEY}@example.com")
    assert "contains credentials" in ended.out
    assert KEY not in ended.out


def test_an_invalid_port_is_reported() -> None:
    ended = run("mock", "serve", "--port", "99999")
    assert ended.status == 2
    assert "99999 is not in the range 0<=x<=65535" in ended.err


def test_without_a_key_the_message_says_where_to_put_one(server: MockServer) -> None:
    ended = run("models", "list", server=server, NANONETS_API_KEY="")
    assert ended.status == 2
    assert ended.err.startswith("nanonets: no API key")


@pytest.mark.parametrize(("status", "ends_with"), [(401, 3), (403, 3), (402, 3), (429, 4), (500, 5), (404, 5)])
def test_the_exit_status_says_what_kind_of_error_it_was(server: MockServer, status: int, ends_with: int) -> None:
    server.fail("ic_list_models", Answer(status, {}))
    ended = run("--timeout", "1", "models", "list", server=server)
    assert (ended.status, ended.out) == (ends_with, "")
    assert len(ended.err.splitlines()) == 1


def test_the_origin_of_an_error_is_shown_on_request_without_the_key(server: MockServer) -> None:
    server.fail("ic_list_models", Answer(404, {"message": f"no model for {KEY}"}))
    plain, debugged = run("models", "list", server=server), run("--debug", "models", "list", server=server)
    assert "Traceback" not in plain.err
    assert "Traceback" in debugged.err
    assert KEY not in plain.err + debugged.err


def test_without_the_extra_the_message_says_what_to_install() -> None:
    program = "import sys; sys.modules['typer'] = None; from nanonets_sdk.cli import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment(None), timeout=60, check=False
    )
    assert "pip install 'nanonets-sdk[cli]'" in ended.stderr


def test_ctrl_c_while_the_command_is_being_loaded_ends_it_quietly() -> None:
    program = (
        "import os, signal, sys; from nanonets_sdk.cli import main\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, path=None, target=None): os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting()); main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment(None), timeout=60, check=False
    )
    assert (ended.returncode, ended.stderr) == (130, "nanonets: stopped by Ctrl-C\n")


@pytest.mark.parametrize(
    "code",
    ["import nanonets_sdk.cli.app", "from nanonets_sdk.cli import main; sys.argv[1:] = ['predict', '--help']; main()"],
    ids=["import", "help"],
)
def test_commands_and_their_help_load_nothing_that_they_work_with(code: str) -> None:
    program = f"import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); {code}"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment(None), timeout=60, check=True
    )
    heavy = {"httpx", "aiohttp", "msgspec", "starlette", "attrs", "yaml"}
    packages = ("nanonets_sdk.client", "nanonets_sdk.batch", "nanonets_sdk.drift", "nanonets_sdk.mock", "nanonets_api")
    loaded = set(ended.stderr.split())
    assert "nanonets_sdk.cli.app" in loaded
    assert {name for name in loaded if name in heavy or name.startswith(packages)} == set()


def test_gates_are_listed_and_suggested_although_they_are_loaded_late() -> None:
    assert re.search(r"surface +Compare", run_on_terminal("drift", "--help", width=80).screen)
    ended = run("drift", "surfaces")
    assert ended.status == 2
    assert "Did you mean 'surface'?" in ended.err


COMMANDS = [
    ("models", "list"), ("models", "show"), ("results", "list"), ("config",), ("models", "create", "total"),
    ("drift", "--help"),
]  # fmt: skip


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_no_command_writes_control_sequences_into_a_pipe(server: MockServer, arguments: tuple[str, ...]) -> None:
    ended = run(*arguments, server=server)
    assert ended.status == 0
    assert "\x1b" not in ended.out + ended.err
    assert not set("─│╭") & set(ended.out)


@pytest.mark.parametrize("arguments", [("models", "show"), ("config",)], ids=" ".join)
@pytest.mark.parametrize("width", [60, pytest.param(80, marks=pytest.mark.slow)])
def test_no_line_is_wider_than_the_terminal(server: MockServer, arguments: tuple[str, ...], width: int) -> None:
    ended = run_on_terminal(*arguments, server=server, width=width)
    assert ended.status == 0
    assert max(map(len, ended.screen.splitlines())) <= width
