"""The synchronous and asynchronous surfaces are the same except for `await`."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from client_doors import DOORS, Door
from nanonets_sdk import (
    AsyncDraft,
    AsyncJob,
    AsyncNanonets,
    ConfigurationError,
    Draft,
    Job,
    ModelNotReady,
    Nanonets,
    NotFound,
    OutcomeUnknown,
    ServerError,
    Unauthorized,
    UploadError,
)
from nanonets_sdk.mock import Answer, MockServer, Reset
from nanonets_sdk.mock.plugin import API_KEY
from nanonets_sdk.resources.image_classification import AsyncImageClassification, ImageClassification
from nanonets_sdk.resources.multi_label import AsyncMultiLabel, MultiLabel
from nanonets_sdk.resources.object_detection import AsyncObjectDetection, ObjectDetection
from nanonets_sdk.resources.ocr import AsyncOcr, Ocr
from nanonets_sdk.resources.parity import same_docstrings

PAIRS: list[tuple[type[Any], type[Any]]] = [
    (Nanonets, AsyncNanonets),
    (Ocr, AsyncOcr),
    (ImageClassification, AsyncImageClassification),
    (ObjectDetection, AsyncObjectDetection),
    (MultiLabel, AsyncMultiLabel),
    (Job, AsyncJob),
    (Draft, AsyncDraft),
]
TWINS = {"__aenter__": "__enter__", "__aexit__": "__exit__"}
SPECIAL = {"__init__", "__repr__", *TWINS, *TWINS.values()}
# These send nothing, and so are not awaited.
NEVER_AWAITED = {"__init__", "__repr__", "job", "with_options", "add", "add_table", "field", "remove", "set"}

each_pair = pytest.mark.parametrize(("sync", "asynchronous"), PAIRS, ids=[pair[0].__name__ for pair in PAIRS])


def surface(cls: type[Any]) -> dict[str, Any]:
    """The public members of a class, inherited ones too, and the special methods written for it."""
    public = {name: inspect.getattr_static(cls, name) for name in dir(cls) if not name.startswith("_")}
    special = {name: value for name, value in vars(cls).items() if name in SPECIAL}
    return public | {TWINS.get(name, name): value for name, value in special.items()}


def signature(member: Any) -> str | None:
    """Return the signature of a method in synchronous terms; None for anything else."""
    if not inspect.isfunction(member):
        return None
    return re.sub(r"\bAsync(?=[A-Z])", "", str(inspect.signature(member)))


def unlike(sync: type[Any], asynchronous: type[Any]) -> list[str]:
    """Return where two surfaces differ in more than `await`."""
    ours, theirs = surface(sync), surface(asynchronous)
    found = [f"{name}: on one side only" for name in sorted(ours.keys() ^ theirs.keys())]
    for name in sorted(ours.keys() & theirs.keys()):
        one, other = ours[name], theirs[name]
        if type(one) is not type(other) or signature(one) != signature(other):
            found.append(f"{name}: {signature(one)} against {signature(other)}")
        if inspect.iscoroutinefunction(one):
            found.append(f"{name}: to be awaited on the synchronous side")
        if inspect.isfunction(other) and inspect.iscoroutinefunction(other) is (name in NEVER_AWAITED):
            found.append(f"{name}: awaited or not, wrongly")
    return found


@each_pair
def test_both_surfaces_are_the_same(sync: type[Any], asynchronous: type[Any]) -> None:
    assert unlike(sync, asynchronous) == []


@each_pair
def test_every_public_member_is_documented_on_both_sides(sync: type[Any], asynchronous: type[Any]) -> None:
    for cls in (sync, asynchronous):
        undocumented = [name for name in surface(cls) if not inspect.getdoc(getattr(cls, name, cls))]
        assert undocumented == []


@each_pair
def test_methods_have_the_same_documentation_on_both_sides(sync: type[Any], asynchronous: type[Any]) -> None:
    methods = [name for name, member in surface(sync).items() if inspect.isfunction(member) and name[0] != "_"]
    assert {name: getattr(asynchronous, name).__doc__ for name in methods} == {
        name: getattr(sync, name).__doc__ for name in methods
    }


class Waiter:
    """A synchronous class to compare others with."""

    def fetch(self, name: str, *, timeout: float = 1.0) -> str:
        """Fetch."""
        return f"{name} {timeout} {self}"


class SameWaiter:
    """Its faithful twin."""

    async def fetch(self, name: str, *, timeout: float = 1.0) -> str:
        """Fetch."""
        return f"{name} {timeout} {self}"


class WaiterWithoutFetch:
    """One that lacks a method."""


class WaiterThatRenamed:
    """One that has a method under another name."""

    async def get(self, name: str, *, timeout: float = 1.0) -> str:
        """Fetch."""
        return f"{name} {timeout} {self}"


class WaiterWithOtherDefault:
    """One with another default."""

    async def fetch(self, name: str, *, timeout: float = 2.0) -> str:
        """Fetch."""
        return f"{name} {timeout} {self}"


class WaiterWithOtherType:
    """One that returns another type."""

    async def fetch(self, name: str, *, timeout: float = 1.0) -> bytes:
        """Fetch."""
        return f"{name} {timeout} {self}".encode()


class WaiterThatBlocks:
    """One that is not awaited."""

    def fetch(self, name: str, *, timeout: float = 1.0) -> str:
        """Fetch."""
        return f"{name} {timeout} {self}"


def test_a_matching_async_class_passes_the_comparison() -> None:
    assert unlike(Waiter, SameWaiter) == []


@pytest.mark.parametrize(
    "twin", [WaiterWithoutFetch, WaiterThatRenamed, WaiterWithOtherDefault, WaiterWithOtherType, WaiterThatBlocks]
)
def test_a_differing_async_class_fails_the_comparison(twin: type[Any]) -> None:
    assert unlike(Waiter, twin)


def test_a_docstring_written_on_the_async_method_is_kept() -> None:
    class Twin:
        async def fetch(self) -> None:
            """Something else."""

    assert same_docstrings(Waiter)(Twin).fetch.__doc__ == "Something else."


FAILING: dict[str, tuple[Callable[[Any, str], Any], type[Exception]]] = {
    "an unknown model": (lambda client, _: client.ocr.get_model("no-such-model"), NotFound),
    "training without data": (lambda client, _: client.ocr.train(client.untrained), ModelNotReady),
    "a file that is no file": (lambda client, model: client.ocr.predict_file(model, b"plain text"), UploadError),
    "a file that is not there": (lambda client, model: client.ocr.predict_file(model, "gone.pdf"), UploadError),
    "one url for a list": (lambda client, model: client.ocr.predict_urls(model, "https://x"), TypeError),
    "an empty id": (lambda client, _: client.ocr.get_page("", "p"), ValueError),
    "an unknown class": (lambda client, _: client.image_classification.train("no-such-model"), NotFound),
}


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
@pytest.mark.parametrize("name", FAILING)
def test_a_failing_call_raises_the_same_error_on_every_client(nanonets_mock: MockServer, door: Door, name: str) -> None:
    call, error = FAILING[name]
    untrained = nanonets_mock.create_model(["total"], state=0)

    def use(client: Any) -> Any:
        client.untrained = untrained
        return call(client, nanonets_mock.model_id)

    with pytest.raises(error):
        door.use(nanonets_mock.base_url, use, api_key=API_KEY)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
@pytest.mark.parametrize(
    ("fault", "error"),
    [(Answer(401), Unauthorized), (Answer(502, "<html>"), ServerError), (Reset(after_work=True), OutcomeUnknown)],
    ids=["401", "502", "reset"],
)
def test_a_failing_billable_call_raises_the_same_error_on_every_client(
    nanonets_mock: MockServer, door: Door, fault: Any, error: type[Exception]
) -> None:
    def use(client: Any) -> Any:
        return client.ocr.predict_urls(nanonets_mock.model_id, ["https://files.example.org/a.pdf"])

    nanonets_mock.fail("ocr_predict_urls", fault)
    with pytest.raises(error):
        door.use(nanonets_mock.base_url, use, api_key=API_KEY)


@pytest.mark.parametrize("client", [Nanonets, AsyncNanonets])
def test_a_client_without_a_key_is_refused(client: type[Any]) -> None:
    with pytest.raises(ConfigurationError, match="NANONETS_API_KEY"):
        client()


@pytest.mark.parametrize(
    ("client", "other"), [(Nanonets, httpx.AsyncClient), (AsyncNanonets, httpx.Client), (Nanonets, object)]
)
def test_an_http_client_of_the_other_kind_is_refused_by_name(client: type[Any], other: type[Any]) -> None:
    with pytest.raises(ConfigurationError, match=other.__name__):
        client("key", http_client=other())
