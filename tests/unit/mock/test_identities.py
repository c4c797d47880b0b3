"""Ids have the form of the service's ids, and never repeat."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from nanonets_sdk.mock.state.identities import (
    EPOCH_IN_TICKS,
    TICKS_A_SECOND,
    Identities,
    label_id,
)

MOMENTS = st.floats(min_value=0, max_value=4e9)


@given(st.lists(MOMENTS, max_size=50), st.text())
def test_ids_of_moments_are_version_1_and_unique(moments: list[float], seed: str) -> None:
    identities = Identities(seed)
    ids = [identities.moment_id(moment) for moment in [*moments, *moments]]
    assert len(set(ids)) == len(ids)
    assert {uuid.UUID(identity).version for identity in ids} <= {1}


@given(MOMENTS)
def test_the_moment_can_be_read_from_the_id(moment: float) -> None:
    identity = uuid.UUID(Identities().moment_id(moment))
    assert abs((identity.time - EPOCH_IN_TICKS) / TICKS_A_SECOND - moment) < 1e-6


def test_ids_of_one_moment_rise() -> None:
    identities = Identities()
    times = [uuid.UUID(identities.moment_id(1_000)).time for _ in range(1_000)]
    assert times == sorted(set(times))


def test_a_clock_that_goes_back_is_followed() -> None:
    identities = Identities()
    identities.moment_id(2_000)
    assert (uuid.UUID(identities.moment_id(1_000)).time - EPOCH_IN_TICKS) / TICKS_A_SECOND == 1_000


def test_the_node_says_that_it_is_no_network_card() -> None:
    multicast = 1 << 40
    assert uuid.UUID(Identities().moment_id(0)).node & multicast


def test_random_ids_are_version_4_and_seeded() -> None:
    first, second = ([source.random_id() for _ in range(100)] for source in (Identities("a"), Identities("a")))
    assert first == second
    assert len(set(first)) == 100
    assert {uuid.UUID(identity).version for identity in first} == {4}
    assert Identities().random_id() != Identities().random_id()


def test_a_label_has_the_same_id_each_time_and_another_in_another_model() -> None:
    assert label_id("m", "total") == label_id("m", "total")
    assert len({label_id("m", "total"), label_id("m", "tax"), label_id("n", "total")}) == 3
    assert uuid.UUID(label_id("m", "total")).version == 4
