"""Files appear all at once, or not at all."""

import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from nanonets_sdk.documents import Document
from nanonets_sdk.exports import write_jsonl
from nanonets_sdk.formats.atomic import remove_drafts, replacing
from reply_bodies import field_box, predicted

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


def test_the_old_file_is_there_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with replacing(path) as draft:
        draft.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"


def test_a_draft_file_does_not_look_like_a_result(tmp_path: Path) -> None:
    with replacing(tmp_path / "a.json"):
        assert list(tmp_path.glob("*.json")) == []


def test_drafts_that_were_left_behind_are_removed_and_nothing_else(tmp_path: Path) -> None:
    kept = tmp_path / "inner" / ".mine.part"
    kept.parent.mkdir()
    kept.write_text("mine")
    with suppress(FileNotFoundError), replacing(tmp_path / "inner" / "a.json") as draft:
        draft.write_text("half")
        remove_drafts(tmp_path)
        assert list(tmp_path.rglob("*")) == [kept.parent, kept]


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    path.chmod(0o640)
    DOCUMENT.to_csv(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    DOCUMENT.to_csv(tmp_path / "a.csv")
    (tmp_path / "plain").write_text("")
    assert (tmp_path / "a.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_goes_on_pointing_to_its_file(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    DOCUMENT.to_csv(tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("file_name")


def test_a_folder_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        DOCUMENT.to_csv(tmp_path / "missing" / "a.csv")
    with pytest.raises(IsADirectoryError):
        DOCUMENT.to_csv(tmp_path)
