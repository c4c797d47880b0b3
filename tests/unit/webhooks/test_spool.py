"""The spool: what was stored is on the disk, claimed by one at a time, and never lost."""

import multiprocessing
import sqlite3
import stat
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nanonets_sdk.errors import SpoolError
from nanonets_sdk.webhooks import Spool
from nanonets_sdk.webhooks.spool import Claim


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.sqlite"


def claimed(spool: Spool, lease: float = 30.0, attempts: int = 3) -> Claim:
    """Claim the delivery that must be due."""
    claim = spool.claim(lease=lease, attempts=attempts)
    assert claim is not None
    return claim


def test_a_body_can_be_read_by_others_once_it_is_stored(path: Path) -> None:
    with Spool(path) as spool:
        assert spool.store(b"{}", "approval") is True
        with sqlite3.connect(path) as other:
            assert other.execute("SELECT name, body FROM deliveries").fetchall() == [("approval", b"{}")]
        other.close()


def test_every_commit_is_synced(path: Path) -> None:
    with Spool(path) as spool, spool._connection() as connection:  # pyright: ignore[reportPrivateUsage] - not public
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_only_the_owner_can_read_the_files(path: Path) -> None:
    with Spool(path) as spool:
        spool.store(b"{}")
        files = [*path.parent.iterdir()]
        assert len(files) == 3
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_the_same_bytes_under_the_same_name_are_a_duplicate(path: Path) -> None:
    with Spool(path) as spool:
        stored = [spool.store(body, name) for body, name in ((b"1", "a"), (b"1", "a"), (b"1", "b"), (b"2", "a"))]
        assert stored == [True, False, True, True]
        counts = spool.counts()
    assert (counts.received, counts.duplicates, counts.waiting) == (4, 1, 3)


def test_a_name_that_is_half_a_character_is_stored(path: Path) -> None:
    with Spool(path) as spool:
        spool.store(b"1", "a\ud800")
        assert claimed(spool).name == "a?"


def test_a_claim_is_due_again_only_when_its_lease_has_ended(path: Path) -> None:
    with Spool(path) as spool:
        spool.store(b"1")
        first = claimed(spool, lease=30)
        assert spool.claim(lease=30, attempts=3) is None
        spool.renew(first, lease=0.05)
        time.sleep(0.1)
        second = claimed(spool)
    assert (first.attempt, second.attempt, second.body) == (1, 2, b"1")


def test_a_lease_that_is_renewed_does_not_end(path: Path) -> None:
    with Spool(path) as spool:
        spool.store(b"1")
        claim = claimed(spool, lease=0.05)
        spool.renew(claim, lease=30)
        time.sleep(0.1)
        assert spool.claim(lease=1, attempts=3) is None


def test_a_process_that_lost_its_lease_cannot_undo_the_next_attempt(path: Path) -> None:
    with Spool(path) as spool:
        spool.store(b"1")
        first = claimed(spool, lease=-1)
        claimed(spool)
        spool.fail(first, "too late", wait=None)
        spool.release(first)
        assert (spool.counts().dead, spool.claim(lease=1, attempts=3)) == (0, None)


def test_a_body_that_kills_its_process_every_time_is_given_up(path: Path) -> None:
    with Spool(path) as spool:
        spool.store(b"1")
        for _ in range(3):
            claimed(spool, lease=-1)
        assert spool.claim(lease=1, attempts=3) is None
        (letter,) = spool.dead_letters()
    assert (letter.attempts, letter.error) == (3, "the process ended during the last attempt")


def test_an_attempt_that_was_given_back_does_not_count(path: Path) -> None:
    with Spool(path) as spool:
        spool.store(b"1")
        for _ in range(5):
            spool.release(claimed(spool))
        assert claimed(spool).attempt == 1


def test_a_duplicate_of_a_dead_letter_is_handled_again(path: Path) -> None:
    with Spool(path) as spool:
        spool.store(b"1")
        spool.fail(claimed(spool), "no", wait=None)
        assert spool.store(b"1") is False
        assert (claimed(spool).attempt, spool.counts().dead) == (1, 0)


def test_a_duplicate_of_a_handled_delivery_is_not_handled_again(path: Path) -> None:
    with Spool(path) as spool:
        spool.store(b"1")
        spool.finish(claimed(spool))
        spool.store(b"1")
        assert spool.claim(lease=1, attempts=3) is None


def test_a_clock_that_was_set_back_holds_nothing_up(path: Path) -> None:
    with Spool(path) as spool:
        spool.store(b"1")
        spool.fail(claimed(spool), "no", wait=30 * 86_400)
        assert claimed(spool).attempt == 2


def test_dead_letters_say_what_happened_and_show_no_body(path: Path) -> None:
    with Spool(path) as spool:
        spool.store(b"secret body", "approval")
        spool.fail(claimed(spool), "ValueError: secret", wait=None)
        (letter,) = spool.dead_letters()
        assert (letter.id, letter.name, letter.attempts, letter.size) == (1, "approval", 1, 11)
        assert spool.body(letter.id) == b"secret body"
    assert "secret" not in repr(letter)
    assert abs(letter.received_at.timestamp() - time.time()) < 60


def test_replaying_takes_all_dead_letters_or_the_ones_that_are_named(path: Path) -> None:
    with Spool(path) as spool:
        for body in (b"1", b"2", b"3"):
            spool.store(body)
            spool.fail(claimed(spool), "no", wait=None)
        assert spool.replay(2, 2) == 1
        assert claimed(spool).id == 2
        with pytest.raises(LookupError, match="no delivery 9 "):
            spool.replay(1, 9)
        assert [letter.id for letter in spool.dead_letters()] == [1, 3]
        assert spool.replay() == 2


def test_only_dead_letters_can_be_discarded(path: Path) -> None:
    with Spool(path) as spool:
        spool.store(b"1")
        with pytest.raises(LookupError, match=r"no delivery 1 .* given up"):
            spool.discard(1)
        spool.fail(claimed(spool), "no", wait=None)
        spool.discard(1)
        with pytest.raises(LookupError, match="no delivery 1 "):
            spool.body(1)


def test_handled_bodies_are_deleted_after_their_time_and_others_are_not(path: Path) -> None:
    with Spool(path) as spool:
        for body in (b"handled", b"dead", b"waiting"):
            spool.store(body)
        spool.finish(claimed(spool))
        spool.fail(claimed(spool), "no", wait=None)
        spool.prune(3_600)
        assert spool.body(1) == b"handled"
        spool.prune(-1)
        with pytest.raises(LookupError):
            spool.body(1)
        assert (spool.body(2), spool.body(3), spool.store(b"handled")) == (b"dead", b"waiting", True)


def test_what_was_deleted_is_not_left_in_the_file(path: Path) -> None:
    with Spool(path) as spool:
        spool.store(b"a name that must go" * 100)
        spool.finish(claimed(spool))
        spool.prune(-1)
    assert b"must go" not in path.read_bytes()


def test_two_processes_never_claim_the_same_delivery(path: Path) -> None:
    def claim_all(spool: Spool) -> list[bytes]:
        found: list[bytes] = []
        while (claim := spool.claim(lease=60, attempts=3)) is not None:
            found.append(claim.body)
            spool.finish(claim)
        return found

    with Spool(path) as one, Spool(path) as other:
        for number in range(60):
            one.store(b"%d" % number)
        with ThreadPoolExecutor(4) as threads:
            found = [body for bodies in threads.map(claim_all, (one, other, one, other)) for body in bodies]
        assert Counter(found) == {b"%d" % number: 1 for number in range(60)}
        assert other.counts().handled == 60


def _store_in_child(spool: Spool) -> None:
    spool.store(b"of the child")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_the_child_of_a_fork_opens_a_connection_of_its_own(path: Path) -> None:
    with Spool(path) as spool:
        spool.store(b"of the parent")
        child = multiprocessing.get_context("fork").Process(target=_store_in_child, args=(spool,))
        child.start()
        child.join()
        spool.store(b"of the parent again")
        assert (child.exitcode, spool.counts().received) == (0, 3)


def test_a_database_of_another_program_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = path.read_bytes()
    with Spool(path) as spool, pytest.raises(SpoolError, match=r"spool\.sqlite is not a spool"):
        spool.store(b"1")
    assert path.read_bytes() == before


def test_a_spool_that_cannot_be_opened_says_where_it_is(tmp_path: Path) -> None:
    with Spool(tmp_path / "missing" / "spool") as spool, pytest.raises(SpoolError, match=r"missing/spool"):
        spool.store(b"1")


def test_a_spool_that_was_closed_opens_again(path: Path) -> None:
    spool = Spool(path)
    spool.store(b"1")
    spool.close()
    assert spool.counts().waiting == 1
    spool.close()
