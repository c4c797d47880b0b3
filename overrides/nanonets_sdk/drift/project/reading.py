"""Documents as people name them: files, addresses, standard input (`-`) and git revisions (`main:openapi.yaml`)."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from attrs import field, frozen

from nanonets_sdk.drift.facts.lock import Lock, lock_of, read_lock
from nanonets_sdk.drift.facts.source import LARGEST, fetch
from nanonets_sdk.drift.report.outcome import NotComparable

_REVISION: Final = re.compile(r"(?P<revision>[^:]*):(?P<path>[^:]+)")
# A letter before the colon is a drive of Windows.
_DRIVE: Final = re.compile(r"[A-Za-z]:[\\/]")
_OTHER_ADDRESS: Final = re.compile(r"https?:|[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_SECONDS: Final = 60


@frozen
class Given:
    """A document as it was named.

    Attributes:
        name: What it is called in reports.
        content: Its bytes.
        file: The file in the repository that it is, or was at the revision; None if there is none.
    """

    name: str
    content: bytes = field(repr=False)
    file: Path | None = None


def read(place: str) -> Given:
    """Return the document at a place.

    Args:
        place: A path, an address, `-` for standard input, or `REVISION:PATH` as git takes it, with the path from the
            root of the repository, or after `./` from the current folder. A file of that name comes first.

    Raises:
        NotComparable: It cannot be read, or is larger than 10 MiB.
    """
    if place == "-":
        content = sys.stdin.buffer.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise NotComparable(f"Standard input is larger than {LARGEST >> 20} MiB.")
        return Given("standard input", content)
    if place.lower().startswith(("http://", "https://")):
        content = fetch(place)  # first, because it refuses what is no address
        return Given(PurePosixPath(urlsplit(place).path).name or place, content)
    if _OTHER_ADDRESS.match(place) and not Path(place).exists():
        raise NotComparable(f"{place} is no address that can be read; use https://HOST/PATH.")
    revision = _REVISION.fullmatch(place)
    if revision is None or Path(place).exists() or _DRIVE.match(place):
        return Given(Path(place).name, fetch(place), Path(place))
    return Given(place, _blob(place), Path(revision["path"]))


def read_facts(place: str) -> tuple[Lock, Given]:
    """Return the facts of the document or the lock at a place, and the document itself.

    Raises:
        NotComparable: It cannot be read, or is neither.
    """
    if place.endswith(".lock.yaml") and Path(place).is_file():
        return read_lock(Path(place)), Given(Path(place).name, Path(place).read_bytes(), Path(place))
    given = read(place)
    return lock_of(given.content, given.name), given


def _blob(place: str) -> bytes:
    if place.startswith("-"):
        raise NotComparable(f"{place} is not a revision: names of revisions do not begin with a hyphen.")
    command = ["git", "cat-file", "blob", place]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603 - no shell
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotComparable(f"{place} names a git revision, and git cannot be run: {error}.") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise NotComparable(
            f"{place} is neither a file nor a git revision with such a file: {said}. In CI, a shallow clone has no "
            "other branch: fetch it first (git fetch origin main), and name it origin/main.",
            unreachable=True,
        )
    if len(done.stdout) > LARGEST:
        raise NotComparable(f"{place} is larger than {LARGEST >> 20} MiB; no description of this API is that large.")
    return done.stdout
