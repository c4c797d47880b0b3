"""Files appear all at once, or not at all."""

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from nanonets_sdk.documents import Document
from nanonets_sdk.exports import write_jsonl
from nanonets_sdk.formats.atomic import remove_drafts, replacing
from reply_bodies import field_box, predicted

ON_POSIX = pytest.mark.skipif(os.name != "posix", reason="the system has no permission bits")
USER, OTHER_GROUP = 12345, 54321
DOCUMENT = predicted([field_box("a", "1")])


def broken_off() -> Iterator[Document]:
    yield DOCUMENT
    raise RuntimeError("broken off")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    old = tmp_path / "results.jsonl"
    old.write_text("old")
    with pytest.raises(RuntimeError, match="broken off"):
        write_jsonl(broken_off(), old)
    assert old.read_text() == "old"
    assert list(tmp_path.iterdir()) == [old]


@pytest.fixture(params=["without a name", "with a name"])
def drafts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Linux can keep a draft without a name; other systems, and some file systems, cannot."""
    if request.param == "with a name":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    elif not hasattr(os, "O_TMPFILE"):
        pytest.skip("the system has no files without a name")
    return str(request.param)


@pytest.mark.usefixtures("drafts")
def test_the_old_file_is_there_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with replacing(path) as draft:
        draft.write(b"new")
        assert path.read_text() == "old"
        assert list(tmp_path.glob("*.txt")) == [path]
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.usefixtures("drafts")
def test_an_error_leaves_no_draft(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="broken off"):
        write_jsonl(broken_off(), tmp_path / "a.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_drafts_that_were_left_behind_are_removed_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    kept = tmp_path / "inner" / ".mine.part"
    kept.parent.mkdir()
    kept.write_text("mine")
    with suppress(FileNotFoundError), replacing(tmp_path / "inner" / "a.json") as draft:
        draft.write(b"half")
        assert len(list(kept.parent.iterdir())) == 2
        remove_drafts(tmp_path)
        assert list(tmp_path.rglob("*")) == [kept.parent, kept]


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="the system has no files without a name")
def test_a_killed_process_leaves_no_draft(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "from nanonets_sdk.formats.atomic import replacing\n"
        "with replacing(sys.argv[1]) as draft:\n"
        "    draft.write(b'half')\n"
        "    draft.flush()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, tmp_path / "a.json"], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    path.chmod(0o640)
    DOCUMENT.to_csv(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.usefixtures("drafts")
def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    DOCUMENT.to_csv(tmp_path / "a.csv")
    (tmp_path / "plain").write_text("")
    assert (tmp_path / "a.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode


@ON_POSIX
def test_the_umask_of_the_process_is_never_changed(tmp_path: Path) -> None:
    modes: set[int] = set()
    is_over = threading.Event()

    def create_private_files() -> None:
        while not is_over.is_set():
            descriptor = os.open(tmp_path / "private", os.O_CREAT | os.O_WRONLY, 0o666)
            modes.add(stat.S_IMODE(os.fstat(descriptor).st_mode))
            os.close(descriptor)
            (tmp_path / "private").unlink()

    before = os.umask(0o077)
    other = threading.Thread(target=create_private_files)
    try:
        other.start()
        for number in range(300):
            with replacing(tmp_path / str(number)):
                pass
    finally:
        is_over.set()
        other.join()
        assert os.umask(before) == 0o077
    assert modes == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


@ON_POSIX
def test_a_draft_of_a_private_file_is_private_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    path = tmp_path / "a.csv"
    path.write_text("old")
    path.chmod(0o640)
    with replacing(path):
        (draft,) = (found for found in tmp_path.iterdir() if found != path)
        assert stat.S_IMODE(draft.stat().st_mode) == 0o600


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_that_is_replaced_keeps_its_owner_and_group(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    os.chown(path, USER, OTHER_GROUP)
    path.chmod(0o660)
    DOCUMENT.to_csv(path)
    status = path.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (USER, OTHER_GROUP, 0o660)


@pytest.fixture
def as_another_user() -> Iterator[Path]:
    """A folder of another user, who runs the test."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can become another user")
    # The folders of `tmp_path` are closed to others.
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text("old")
        os.chown(path, USER, OTHER_GROUP)
        os.chown(folder, USER, USER)
        os.setegid(USER)
        os.seteuid(USER)
        try:
            yield path
        finally:
            os.seteuid(0)
            os.setegid(0)


def test_a_file_of_another_group_is_not_opened_to_ours(as_another_user: Path) -> None:
    as_another_user.chmod(0o660)
    DOCUMENT.to_csv(as_another_user)
    status = as_another_user.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (USER, USER, 0o600)


def test_a_read_only_file_is_refused(as_another_user: Path) -> None:
    as_another_user.chmod(0o444)
    with pytest.raises(PermissionError, match=r"a\.csv"):
        DOCUMENT.to_csv(as_another_user)
    assert as_another_user.read_text() == "old"
    assert [path.name for path in as_another_user.parent.iterdir()] == ["a.csv"]


def test_a_symbolic_link_goes_on_pointing_to_its_file(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    DOCUMENT.to_csv(tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("file_name")


def test_a_dangling_link_leads_to_the_new_file(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to("real.csv")
    DOCUMENT.to_csv(tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("file_name")


def test_links_in_a_circle_are_an_error_and_stay(tmp_path: Path) -> None:
    (tmp_path / "a.csv").symlink_to("b.csv")
    (tmp_path / "b.csv").symlink_to("a.csv")
    with pytest.raises(OSError, match=r"a\.csv"):
        DOCUMENT.to_csv(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").is_symlink()


def test_another_hard_link_keeps_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    (tmp_path / "b.csv").hardlink_to(path)
    DOCUMENT.to_csv(path)
    assert path.read_text().startswith("file_name")
    assert (tmp_path / "b.csv").read_text() == "old"


def test_the_longest_name_that_the_system_allows_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / f"{'x' * 251}.csv"
    DOCUMENT.to_csv(path)
    assert path.read_text().startswith("file_name")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("missing/a.csv", FileNotFoundError),
        ("", IsADirectoryError),
        ("new folder/", IsADirectoryError),
        ("a.csv/b.csv", NotADirectoryError),
        (f"{'x' * 300}.csv", OSError),
    ],
)
def test_a_place_where_no_file_can_be_is_an_error_that_names_it(
    tmp_path: Path, name: str, error: type[OSError]
) -> None:
    (tmp_path / "a.csv").write_text("old")
    target = f"{tmp_path}/{name}"
    with pytest.raises(error) as raised:
        DOCUMENT.to_csv(target)
    assert raised.value.filename == target
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_an_empty_path_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        DOCUMENT.to_csv("")
