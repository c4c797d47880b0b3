"""The files of a batch."""

from __future__ import annotations

from pathlib import Path

import pytest

from nanonets_sdk import UploadError
from nanonets_sdk.batch import BatchFile, find_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.PDF", "a.png", "c.jpeg", "note.txt", ".hidden.pdf", "sub/d.jpg", "sub/deep/e.pdf", ".git/f.pdf"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def names(*paths: Path, recursive: bool = False) -> list[str]:
    return [file.name for file in find_files(paths, recursive=recursive)]


def test_a_folder_is_its_pdf_png_and_jpeg_files(folder: Path) -> None:
    assert names(folder) == ["a", "b", "c"]


def test_folders_of_folders_are_read_on_request_and_kept_in_the_names(folder: Path) -> None:
    assert names(folder, recursive=True) == ["a", "b", "c", "sub/d", "sub/deep/e"]


def test_a_file_that_is_named_is_taken_whatever_it_is_called(folder: Path) -> None:
    assert list(find_files([folder / "note.txt"])) == [BatchFile(folder / "note.txt", "note")]


def test_a_missing_file_is_reported_by_its_path(folder: Path) -> None:
    with pytest.raises(UploadError, match="does not exist"):
        list(find_files([folder / "a.png", folder / "nowhere.pdf"]))


def test_a_link_to_a_parent_folder_does_not_loop(folder: Path) -> None:
    (folder / "sub" / "up").symlink_to(folder)
    assert names(folder, recursive=True) == ["a", "b", "c", "sub/d", "sub/deep/e"]
