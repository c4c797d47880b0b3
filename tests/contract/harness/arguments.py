"""Hypothesis strategies for calls of each operation, with ordinary and hostile arguments."""

import io
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from attrs import frozen
from hypothesis import strategies as st

from client_doors import Use
from nanonets_sdk import Annotation, Box

_NASTY: Final = (
    "../a",
    "a/b",
    "a?b=c#d",
    "a%2Fb",
    "ä\u0301\u202e",
    "a\r\nX: y",
    'a";b="',
    "\x00",
    " ",
    ".",
    "\ud7ff",
    "😀" * 70,
)
_DAY: Final = 40_000

texts: Final = st.one_of(st.text(max_size=20), st.sampled_from(_NASTY))
ids: Final = st.one_of(st.uuids().map(str), texts)
urls: Final = st.lists(st.one_of(st.just("https://files.example.org/a.pdf"), texts), max_size=4)
labels: Final = st.lists(texts, max_size=4)
languages: Final = st.one_of(st.none(), st.just("eng"), texts)
metadata: Final = st.one_of(st.none(), texts)
pages: Final = st.one_of(st.none(), st.lists(st.integers(0, 500), max_size=3), st.sampled_from(["1,2", "", "all"]))
contents: Final = st.tuples(
    st.sampled_from([b"%PDF-1.7\n", b"\n\n%PDF-1.4", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"]),
    st.one_of(st.binary(max_size=60), st.just(b'\r\n--+++\r\nContent-Disposition: form-data; name="data"\r\n\r\nx')),
).map(b"".join)
places: Final = st.builds(Box, *[st.integers(-(2**31), 2**31)] * 4)
annotations: Final = st.lists(st.builds(Annotation, texts, texts, places), max_size=3)
_ZONES: Final[st.SearchStrategy[Any]] = st.sampled_from([UTC, None])
days: Final = st.one_of(
    st.none(),
    st.integers(-_DAY, _DAY),
    st.dates(date(1960, 1, 1), date(2060, 1, 1)),
    st.datetimes(datetime(1960, 1, 1), datetime(2060, 1, 1), timezones=_ZONES),  # noqa: DTZ001 - bounds of naive ones
    st.timedeltas(timedelta(-_DAY), timedelta(_DAY)),
)


@frozen
class Calling:
    """A call, and the content of the file that it sends."""

    use: Use
    file: bytes | None = None


@frozen
class GivenFile:
    """A file in one of the forms that a caller may pass; each call gets a fresh argument."""

    content: bytes
    name: str
    form: str

    def argument(self) -> Any:
        """Return the file as an argument."""
        match self.form:
            case "bytes":
                return self.content
            case "named bytes":
                return self.name, self.content
            case "stream":
                return io.BytesIO(self.content)
            case _:
                stream = io.BytesIO(b"before" + self.content)
                stream.seek(len(b"before"))
                return self.name, stream


files: Final = st.builds(GivenFile, contents, texts, st.sampled_from(["bytes", "named bytes", "stream", "part"]))

Drawing = Callable[[Callable[[st.SearchStrategy[Any]], Any]], Calling]


def _options(draw: Callable[[st.SearchStrategy[Any]], Any]) -> dict[str, Any]:
    given = {"language": draw(languages), "request_metadata": draw(metadata), "pages": draw(pages)}
    return {name: value for name, value in given.items() if value is not None}


def _simple(resource: str, method: str, *arguments: st.SearchStrategy[Any]) -> Drawing:
    def drawing(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Calling:
        given = [draw(argument) for argument in arguments]
        return Calling(lambda client: getattr(getattr(client, resource), method)(*given))

    return drawing


def _optional(method: str) -> Drawing:
    """An OCR prediction by URL."""

    def drawing(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Calling:
        model_id, sent, options = draw(ids), draw(urls), _options(draw)
        return Calling(lambda client: getattr(client.ocr, method)(model_id, sent, **options))

    return drawing


def _ocr_file(method: str) -> Drawing:
    """An OCR prediction of a file."""

    def drawing(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Calling:
        model_id, file, options = draw(ids), draw(files), _options(draw)
        return Calling(lambda client: getattr(client.ocr, method)(model_id, file.argument(), **options), file.content)

    return drawing


def _ocr_training_file(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Calling:
    model_id, file, notes = draw(ids), draw(files), draw(annotations)
    return Calling(lambda client: client.ocr.upload_file(model_id, file.argument(), notes), file.content)


def _ocr_training_urls(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Calling:
    model_id, sent = draw(ids), draw(urls)
    notes = {url: draw(annotations) for url in sent if draw(st.booleans())}
    return Calling(lambda client: client.ocr.upload_urls(model_id, sent, notes))


def _ic_file(method: str, *arguments: st.SearchStrategy[Any]) -> Drawing:
    def drawing(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Calling:
        given, file = [draw(argument) for argument in arguments], draw(files)
        return Calling(
            lambda client: getattr(client.image_classification, method)(*given, file.argument()), file.content
        )

    return drawing


_IC: Final = "image_classification"

DRAWINGS: Final[Mapping[str, Drawing]] = {
    "ocr_create_model": _simple("ocr", "create_model", labels),
    "ocr_get_model": _simple("ocr", "get_model", ids),
    "ocr_upload_file": _ocr_training_file,
    "ocr_upload_urls": _ocr_training_urls,
    "ocr_train": _simple("ocr", "train", ids),
    "ocr_predict_file": _ocr_file("predict_file"),
    "ocr_submit_file": _ocr_file("submit_file"),
    "ocr_predict_urls": _optional("predict_urls"),
    "ocr_submit_urls": _optional("submit_urls"),
    "ocr_list_predictions": _simple("ocr", "list_predictions", ids, days, days),
    "ocr_get_page": _simple("ocr", "get_page", ids, ids),
    "ocr_get_file": _simple("ocr", "get_file", ids, ids),
    "ic_create_model": _simple(_IC, "create_model", labels),
    "ic_list_models": _simple(_IC, "list_models"),
    "ic_get_model": _simple(_IC, "get_model", ids),
    "ic_upload_file": _ic_file("upload_file", ids, texts),
    "ic_upload_urls": _simple(_IC, "upload_urls", ids, texts, urls),
    "ic_train": _simple(_IC, "train", ids),
    "ic_predict_file": _ic_file("predict_file", ids),
    "ic_predict_urls": _simple(_IC, "predict_urls", ids, urls),
}
"""Maps an operation to the function that draws a call of it."""


@st.composite
def calls(draw: Any, operation_id: str) -> Calling:
    """Draw a call of an operation, with arguments of every kind that its types allow."""
    return DRAWINGS[operation_id](draw)
