"""A service that breaks the contract in one way fails the proofs in that way and no other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

import pytest

import lying_mock
from lying_mock import KEY, Lie, lying
from nanonets_sdk.contract.proving.file_host import served_files
from nanonets_sdk.contract.proving.proofs import Mode, Tally, announce, prove
from nanonets_sdk.contract.proving.service import Service
from nanonets_sdk.mock import LoggedRequest, MockServer


def proofs(base_url: str, key: str, *only: str) -> Tally:
    """What the proofs of some operations found; of all without a name."""
    with served_files() as urls, Service(base_url, key) as service:
        return prove(service, Mode(only=only), urls)[0]


def findings(tally: Tally) -> set[str]:
    """The operations that failed, the rules that they broke, and by which request if that is what counts."""
    return {
        f"{one.trial.operation_id}: {problem.rule}" + f" ({one.trial.what})" * (problem.rule == "expected status")
        for one in tally.wrong
        for problem in one.problems
    }


ANOTHER_MODEL: Final = "another model's id"
FOUND: Final[dict[Lie, set[str]]] = {
    lying_mock.a_page_that_does_not_exist_is_found: {"ocr_get_page: expected status (unknown id)"},
    lying_mock.a_page_of_another_model_is_found: {
        f"ocr_get_page: expected status ({ANOTHER_MODEL})",
        "ocr_get_page: expected status (another kind)",
        "ocr_get_page: of that model",
    },
    lying_mock.one_route_has_no_slash: {"od_list_annotations: spelling"},
    lying_mock.boxes_are_read_with_page_no: {"ocr_get_page: page of a read", "ocr_get_file: page of a read"},
    lying_mock.classes_are_not_sorted: {"ic_predict_file: class order"},
    lying_mock.coordinates_are_fractions: {"ocr_predict_file: integers on the wire"},
    lying_mock.pages_are_in_disorder: {"ocr_submit_file: page order"},
    lying_mock.a_member_is_missing: {"ml_get_model: schema"},
}
"""What each lie is caught for; the operations are those that the proofs below call."""
CALLED: Final = (
    *("ocr_get_page", "ocr_get_file", "od_list_annotations", "ic_predict_file", "ocr_predict_file", "ocr_submit_file"),
    "ml_get_model",
)


@pytest.fixture(scope="module")
def of_every_lie() -> Tally:
    """The proofs against a fake that tells every lie at once."""
    with lying(*FOUND) as base_url:
        return proofs(base_url, KEY, *CALLED)


@pytest.fixture(scope="module")
def of_the_mock() -> Iterator[tuple[Tally, list[LoggedRequest]]]:
    """The proofs of every operation of the mock, and the requests that the mock received."""
    with MockServer("right") as mock:
        tally = proofs(mock.base_url, "right")
        yield tally, mock.requests


@pytest.mark.parametrize("lie", FOUND, ids=lambda lie: lie.__name__)
def test_a_lie_is_caught_for_what_it_is(lie: Lie, of_every_lie: Tally) -> None:
    assert FOUND[lie] <= findings(of_every_lie)


def test_nothing_is_reported_but_the_lies(of_every_lie: Tally) -> None:
    assert findings(of_every_lie) == set().union(*FOUND.values())


def test_one_lie_is_not_taken_for_another() -> None:
    lie = lying_mock.classes_are_not_sorted
    with lying(lie) as base_url:
        assert findings(proofs(base_url, KEY, "ic_predict_file", "ml_get_model")) == FOUND[lie]


def test_the_mock_proves_every_operation_in_both_spellings_and_with_each_id_unknown(
    of_the_mock: tuple[Tally, list[LoggedRequest]],
) -> None:
    tally, _ = of_the_mock
    assert findings(tally) == set()
    assert (len(tally.proven), tally.left_out) == (45, {})
    trials = {(one.trial.operation_id, one.trial.what) for one in tally.results}
    assert {name for name, what in trials if what == "other spelling"} == {*tally.proven}
    documented = {one.trial.operation_id for one in tally.results if 404 in one.trial.expected}
    assert {name for name, what in trials if what == "unknown id"} == documented
    stored = {name for name in documented if re.match("ocr_(get_(page|file|rev)|appr|unappr|del|upd|ret|ass)", name)}
    assert {name for name, what in trials if what == ANOTHER_MODEL} == stored
    assert {"402", "403", "413", "429", "500"} < {*tally.never_reached()}


def test_what_is_announced_is_no_less_than_what_is_changed(of_the_mock: tuple[Tally, list[LoggedRequest]]) -> None:
    changes = [one for one in of_the_mock[1] if one.method != "GET" and one.status in {200, 202, 206}]
    models = [one for one in changes if (one.operation_id or "").endswith("create_model")]
    announced = announce(Mode())
    assert 0 < len(changes) <= announced.writes
    assert 0 < len(models) <= announced.models


def test_a_stand_in_that_takes_any_key_is_told_from_a_service_that_does_not_check_it() -> None:
    with MockServer() as mock:
        tally = proofs(mock.base_url, "anything", "ml_get_model")
    assert (tally.wrong, tally.proven) == ([], ["ml_get_model"])
    assert "takes any key" in tally.notes[0]


def test_problems_hold_no_values(of_every_lie: Tally) -> None:
    told = json.dumps([str(problem) for one in of_every_lie.wrong for problem in one.problems])
    assert KEY not in told
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}|CT-1001|\d\.\d", told)
