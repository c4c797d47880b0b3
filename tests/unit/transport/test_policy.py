"""When a call is sent again, and after what delay."""

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nanonets_sdk import ConnectionFailed, NanonetsError, RateLimited
from nanonets_sdk.flows import Sleep
from nanonets_sdk.transport.attempts import attempts
from nanonets_sdk.transport.body import Sent, TrackedBody
from nanonets_sdk.transport.failures import ErrorReply, Interrupted, error_from_reply
from nanonets_sdk.transport.policy import Effect, parse_retry_after, wait_before
from nanonets_sdk.transport.request import CallOptions
from nanonets_sdk.transport.settings import Secret, Settings

NOW = datetime(2026, 3, 12, 10, 30, tzinfo=UTC)
SETTINGS = Settings("https://nanonets.example/api/v2", Secret("any-key"), timeout=1000.0, max_retries=1)
ANY_EFFECT = frozenset(Effect)
READS_ALONE = frozenset({Effect.READS})
NONE: frozenset[Effect] = frozenset()

TABLE: list[tuple[Sent, int | None, frozenset[Effect]]] = [
    *[(sent, None, ANY_EFFECT) for sent in (Sent.NOTHING, Sent.PART)],
    (Sent.ALL, None, READS_ALONE),
    (Sent.ALL, 429, ANY_EFFECT),
    *[(Sent.ALL, status, READS_ALONE) for status in (408, 425, 499, 500, 502, 503, 504, 520, 522, 524, 529, 599)],
    *[(Sent.ALL, status, NONE) for status in (301, 302, 400, 401, 402, 403, 404, 409, 413, 422, 451)],
]

randoms = st.floats(min_value=0, max_value=1, exclude_max=True)
numbers = st.integers(min_value=1, max_value=5_000)
effects = st.sampled_from(Effect)
statuses = st.none() | st.integers(min_value=300, max_value=999)


def is_repeated(sent: Sent, status: int | None, effect: Effect, wanted: float | None = None) -> bool:
    """Whether a call is sent again after an attempt that sent so much and ended in this status, or in none."""
    body = TrackedBody(httpx.ByteStream(b"a body"), ())
    options = CallOptions(effect).as_extensions()
    flow = attempts(httpx.Request("POST", SETTINGS.base_url, stream=body, extensions=options), SETTINGS)
    next(flow)
    body.sent = sent
    headers = {} if wanted is None else {"retry-after": str(wanted)}
    try:
        step = flow.send(Interrupted(httpx.ReadError("broken")) if status is None else ErrorReply(status, headers, b""))
    except NanonetsError:
        return False
    return isinstance(step, Sleep)


def error(status: int | None) -> NanonetsError:
    """The error of an attempt that ended in a status, or in none."""
    if status is None:
        return ConnectionFailed("broken")
    return error_from_reply("GET", "/", ErrorReply(status, {}, b""), Effect.READS, None, SETTINGS.api_key)


def test_the_table_covers_every_effect_and_every_way_of_having_been_sent() -> None:
    assert {effect for _, _, allowed in TABLE for effect in allowed} == set(Effect)
    assert {sent for sent, _, _ in TABLE} == set(Sent)


@pytest.mark.parametrize("effect", Effect)
@pytest.mark.parametrize(
    ("sent", "status", "allowed"), TABLE, ids=[f"{sent.value}-{status}" for sent, status, _ in TABLE]
)
def test_a_call_is_repeated_where_the_table_allows_it(
    sent: Sent, status: int | None, allowed: frozenset[Effect], effect: Effect
) -> None:
    assert is_repeated(sent, status, effect) is (effect in allowed)


@given(effect=st.sampled_from([Effect.CHANGES, Effect.BILLS]), status=statuses)
def test_a_call_that_bills_or_changes_is_not_retried_once_it_was_sent_except_after_429(
    effect: Effect, status: int | None
) -> None:
    assert is_repeated(Sent.ALL, status, effect) is (status == 429)


@given(status=statuses, sent=st.sampled_from(Sent), wanted=st.none() | st.floats(min_value=0, max_value=600))
def test_a_retry_allowed_for_a_billable_call_is_allowed_for_every_call(
    status: int | None, sent: Sent, wanted: float | None
) -> None:
    allowed = [is_repeated(sent, status, effect, wanted) for effect in (Effect.BILLS, Effect.CHANGES, Effect.READS)]
    assert allowed == sorted(allowed)


@given(attempt=numbers, random=randoms)
@example(attempt=1_100, random=0.5)
def test_a_backoff_lies_between_nothing_and_a_bound_that_doubles_up_to_eight_seconds(
    attempt: int, random: float
) -> None:
    bound = min(0.5 * 2 ** (min(attempt, 10) - 1), 8.0)
    assert 0 <= wait_before(error(503), None, attempt, random) <= bound


@pytest.mark.parametrize(("attempt", "bound"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0), (6, 8.0)])
def test_full_jitter_uses_the_whole_range(attempt: int, bound: float) -> None:
    waits = [wait_before(error(None), None, attempt, random) for random in (0.0, 0.5, 1.0)]
    assert waits == [0.0, bound / 2, bound]


@given(random=randoms)
@pytest.mark.parametrize(("attempt", "advised"), [(1, 30), (2, 60), (3, 120), (4, 120), (99, 120)])
def test_after_429_the_advised_wait_is_spread_upwards_only_and_by_a_quarter_at_most(
    attempt: int, advised: float, random: float
) -> None:
    limited = error(429)
    assert isinstance(limited, RateLimited)
    assert advised <= wait_before(limited, None, attempt, random) <= advised * 1.25


@given(wanted=st.floats(min_value=8, max_value=31 * 86400), attempt=numbers, random=randoms)
@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_longer_than_any_backoff_is_used_unchanged(
    wanted: float, status: int, attempt: int, random: float
) -> None:
    assert wait_before(error(status), wanted, attempt, random) == wanted


@given(wanted=st.floats(min_value=1, max_value=8), attempt=numbers, random=randoms)
@pytest.mark.parametrize("status", [429, 503])
def test_the_backoff_is_the_floor_of_a_short_wait(wanted: float, status: int, attempt: int, random: float) -> None:
    backoff = wait_before(error(503), None, attempt, random)
    assert wait_before(error(status), wanted, attempt, random) == max(wanted, backoff)


@given(wanted=st.floats(max_value=1, exclude_max=True) | st.floats(min_value=32 * 86400) | st.just(math.nan))
@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_cannot_be_one_counts_as_not_asked_for(wanted: float, status: int) -> None:
    waits = [wait_before(error(status), asked, attempt, 0.5) for asked in (wanted, None) for attempt in (1, 2, 9)]
    assert waits[:3] == waits[3:]
    assert status == 503 or min(waits) >= 30


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("30", 30.0),
        ("0", None),
        (" 30 ", 30.0),
        ("1", 1.0),
        ("1.5", 1.5),
        ("0.999", None),
        ("1e-9", None),
        ("-1", None),
        ("-0.5", None),
        ("nan", None),
        ("inf", None),
        ("-inf", None),
        ("1e999", None),
        ("1e300", None),
        ("1764363870", None),
        ("2678400", 2678400.0),
        ("2678401", None),
        ("", None),
        (" ", None),
        ("soon", None),
        ("30 seconds", None),
        ("Thu, 12 Mar 2026 10:31:30 GMT", 90.0),
        ("Thu, 12 Mar 2026 11:30:30 +0100", 30.0),
        ("Thu, 12 Mar 2026 10:30:30", 30.0),
        ("Thursday, 12-Mar-26 10:30:30 GMT", 30.0),
        ("Thu Mar 12 10:30:30 2026", 30.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", None),
        ("Thu, 12 Mar 2026 10:30:00 GMT", None),
        ("Thu, 12 Mar 2099 10:30:00 GMT", None),
        ("Thu, 45 Mar 2026 10:31:30 GMT", None),
    ],
)
def test_a_retry_after_header_is_read_in_every_form(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, NOW) == seconds


@given(later=st.integers(min_value=-(10**9), max_value=10**9))
def test_a_date_is_a_wait_until_then_if_it_lies_within_a_month(later: int) -> None:
    header = format_datetime(NOW + timedelta(seconds=later), usegmt=True)
    assert parse_retry_after(header, NOW) == (later if 1 <= later <= 31 * 86400 else None)


def test_a_date_is_measured_by_the_clock_that_it_was_made_by() -> None:
    in_a_minute, answered = "Thu, 12 Mar 2026 09:01:00 GMT", "Thu, 12 Mar 2026 09:00:00 GMT"
    assert parse_retry_after(in_a_minute, NOW, answered) == 60
    assert parse_retry_after(in_a_minute, NOW, "no date") is None


@given(
    header=st.text()
    | st.builds("Mon, {} Jan {} 0{}:00:00 {}".format, st.integers(), st.integers(), st.integers(), st.text())
)
@example(header="Mon, 01 Jan 99999999999999999999 00:00:00 GMT")
@example(header="Mon, 01 Jan 2020 00:00:00 +99999999999999999999")
def test_any_retry_after_header_can_be_read(header: str) -> None:
    seconds = parse_retry_after(header, NOW, header)
    assert seconds is None or 1 <= seconds <= 31 * 86400
