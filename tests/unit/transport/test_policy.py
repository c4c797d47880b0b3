"""When a call is sent again, and after what delay."""

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nanonets_sdk.transport.policy import Effect, FailedTry, Sent, may_repeat, retry_after, wait_before

NOW = datetime(2026, 3, 12, 10, 30, tzinfo=UTC)
ANY_EFFECT = frozenset(Effect)
READS_ALONE = frozenset({Effect.READS})
NONE: frozenset[Effect] = frozenset()

TABLE = [
    *[(FailedTry(sent), ANY_EFFECT) for sent in (Sent.NOTHING, Sent.PART)],
    (FailedTry(Sent.ALL), READS_ALONE),
    (FailedTry(Sent.ALL, 429), ANY_EFFECT),
    *[(FailedTry(Sent.ALL, status), READS_ALONE) for status in (408, 500, 502, 503, 504, 520, 522, 524, 529, 599)],
    *[(FailedTry(Sent.ALL, status), NONE) for status in (301, 302, 400, 401, 402, 403, 404, 409, 413, 422, 451, 499)],
]

randoms = st.floats(min_value=0, max_value=1, exclude_max=True)
attempts = st.integers(min_value=1, max_value=5_000)
effects = st.sampled_from(Effect)
statuses = st.none() | st.integers(min_value=100, max_value=999)


def test_the_table_covers_every_effect_and_every_way_of_having_been_sent() -> None:
    assert {effect for _, allowed in TABLE for effect in allowed} == set(Effect)
    assert {failed.sent for failed, _ in TABLE} == set(Sent)


@pytest.mark.parametrize("effect", Effect)
@pytest.mark.parametrize(("failed", "allowed"), TABLE, ids=[f"{o.sent.value}-{o.status}" for o, _ in TABLE])
def test_a_call_is_repeated_where_the_table_allows_it(
    failed: FailedTry, allowed: frozenset[Effect], effect: Effect
) -> None:
    assert may_repeat(failed, effect) is (effect in allowed)


@given(effect=st.sampled_from([Effect.CHANGES, Effect.BILLS]), status=statuses)
def test_what_bills_or_changes_is_never_repeated_once_all_of_it_was_sent_except_after_429(
    effect: Effect, status: int | None
) -> None:
    assert may_repeat(FailedTry(Sent.ALL, status), effect) is (status == 429)


@given(status=statuses, sent=st.sampled_from(Sent), wanted=st.none() | st.floats(min_value=0, max_value=600))
def test_what_a_bill_allows_a_change_allows_and_a_read_too(
    status: int | None, sent: Sent, wanted: float | None
) -> None:
    failed = FailedTry(sent, status, wanted)
    allowed = [may_repeat(failed, effect) for effect in (Effect.BILLS, Effect.CHANGES, Effect.READS)]
    assert allowed == sorted(allowed)


@given(attempt=attempts, random=randoms)
@example(attempt=1_100, random=0.5)
def test_a_backoff_lies_between_nothing_and_a_bound_that_doubles_up_to_eight_seconds(
    attempt: int, random: float
) -> None:
    bound = min(0.5 * 2 ** (min(attempt, 10) - 1), 8.0)
    assert 0 <= wait_before(FailedTry(Sent.ALL, 503), attempt, random) <= bound


@pytest.mark.parametrize(("attempt", "bound"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0), (6, 8.0)])
def test_full_jitter_uses_the_whole_range(attempt: int, bound: float) -> None:
    failed = FailedTry(Sent.NOTHING)
    waits = [wait_before(failed, attempt, random) for random in (0.0, 0.5, 1.0)]
    assert waits == [0.0, bound / 2, bound]


@given(random=randoms)
@pytest.mark.parametrize(("attempt", "advised"), [(1, 30), (2, 60), (3, 120), (4, 120), (99, 120)])
def test_after_429_the_advised_wait_is_spread_upwards_only_and_by_a_quarter_at_most(
    attempt: int, advised: float, random: float
) -> None:
    assert advised <= wait_before(FailedTry(Sent.ALL, 429), attempt, random) <= advised * 1.25


@given(
    wanted=st.floats(min_value=0, max_value=1e9),
    status=st.sampled_from([429, 503]),
    attempt=attempts,
    random=randoms,
)
def test_what_the_service_asks_for_wins_unchanged(wanted: float, status: int, attempt: int, random: float) -> None:
    assert wait_before(FailedTry(Sent.ALL, status, wanted), attempt, random) == wanted


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("30", 30.0),
        ("0", 0.0),
        (" 30 ", 30.0),
        ("1.5", 1.5),
        ("-1", None),
        ("-0.5", None),
        ("nan", None),
        ("inf", None),
        ("-inf", None),
        ("1e999", None),
        ("", None),
        (" ", None),
        ("soon", None),
        ("30 seconds", None),
        ("Thu, 12 Mar 2026 10:31:30 GMT", 90.0),
        ("Thu, 12 Mar 2026 11:30:30 +0100", 30.0),
        ("Thu, 12 Mar 2026 10:30:30", 30.0),
        ("Thursday, 12-Mar-26 10:30:30 GMT", 30.0),
        ("Thu Mar 12 10:30:30 2026", 30.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Thu, 45 Mar 2026 10:31:30 GMT", None),
    ],
)
def test_a_retry_after_header_is_read_in_every_form(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


@given(later=st.integers(min_value=-(10**9), max_value=10**9))
def test_a_date_is_a_wait_until_then_and_no_wait_when_it_has_passed(later: int) -> None:
    header = format_datetime(NOW + timedelta(seconds=later), usegmt=True)
    assert retry_after(header, NOW) == max(0, later)


def test_a_date_is_measured_by_the_clock_that_it_was_made_by() -> None:
    in_a_minute, answered = "Thu, 12 Mar 2026 09:01:00 GMT", "Thu, 12 Mar 2026 09:00:00 GMT"
    assert retry_after(in_a_minute, NOW, answered) == 60
    assert retry_after(in_a_minute, NOW, "no date") == 0


@given(
    header=st.text()
    | st.builds("Mon, {} Jan {} 0{}:00:00 {}".format, st.integers(), st.integers(), st.integers(), st.text())
)
@example(header="Mon, 01 Jan 99999999999999999999 00:00:00 GMT")
@example(header="Mon, 01 Jan 2020 00:00:00 +99999999999999999999")
def test_no_header_breaks_the_reader(header: str) -> None:
    seconds = retry_after(header, NOW, header)
    assert seconds is None or (math.isfinite(seconds) and seconds >= 0)
