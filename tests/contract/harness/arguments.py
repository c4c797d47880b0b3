"""Hypothesis strategies for calls of each operation, with ordinary and hostile arguments."""

import inspect
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
addresses: Final = st.one_of(
    st.none(), texts, st.builds("https://shop.example/{}".format, texts), st.just("https://shop.example/a?b=c&d=é#f")
)
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
    """A call, and the content of the file or files that it sends.

    Attributes:
        use: The call.
        file: The content, or that of each of several files.
        reads_first: Whether reads go before the request in question.
    """

    use: Use
    file: bytes | tuple[bytes, ...] | None = None
    reads_first: bool = False


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


def _many_files(use: Callable[[Any, str, list[Any]], Any]) -> Drawing:
    """A call with several files."""

    def drawing(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Calling:
        model_id, given = draw(ids), draw(st.lists(files, max_size=3))
        contents = tuple(file.content for file in given)
        return Calling(lambda client: use(client, model_id, [file.argument() for file in given]), contents)

    return drawing


def _ml_training_files(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Calling:
    model_id, given = draw(ids), draw(st.lists(st.tuples(files, labels), max_size=3))
    contents = tuple(file.content for file, _ in given)
    return Calling(
        lambda client: client.multi_label.upload_files(model_id, [(file.argument(), tags) for file, tags in given]),
        contents,
    )


def _od_file(method: str, *arguments: st.SearchStrategy[Any]) -> Drawing:
    def drawing(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Calling:
        model_id, file, given = draw(ids), draw(files), [draw(argument) for argument in arguments]
        return Calling(
            lambda client: getattr(client.object_detection, method)(model_id, file.argument(), *given), file.content
        )

    return drawing


def _correction(route: str) -> Drawing:
    """A draft with changes of every kind, written."""

    def drawing(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Calling:
        model_id, file_id = draw(ids), draw(ids)
        text, label, added, place = draw(texts), draw(texts), draw(texts), draw(st.one_of(st.none(), places))

        def changed(draft: Any) -> Any:
            draft.set("total", text)
            draft.field("total").box = place
            draft.add(label, added, box=place)
            draft.add_table([[text], [added, text]])
            draft.remove("date", page=0)
            return draft.save(route=route)

        async def use_async(reading: Any) -> Any:
            return await changed(await reading)

        def use(client: Any) -> Any:
            reading = client.ocr.edit(model_id, file_id)
            return use_async(reading) if inspect.isawaitable(reading) else changed(reading)

        return Calling(use, reads_first=True)

    return drawing


def _flag(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Calling:
    given = [draw(ids), draw(ids), draw(texts), draw(texts)]
    return Calling(lambda client: client.ocr.flag(*given), reads_first=True)


def _review_link(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Calling:
    model_id, file_id = draw(ids), draw(ids)
    options = {"expires": draw(st.timedeltas(timedelta(seconds=2), timedelta(_DAY)))}
    options |= {name: draw(addresses) for name in ("redirect", "callback")}
    return Calling(lambda client: client.ocr.review_link(model_id, file_id, **options))


_IC: Final = "image_classification"
_OD: Final = "object_detection"
_ML: Final = "multi_label"

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
    "ocr_read_text": _many_files(lambda client, _, files: client.ocr.read_text(files)),
    "ocr_approve_file": _simple("ocr", "approve", ids, ids),
    "ocr_unapprove_file": _simple("ocr", "unapprove", ids, ids),
    "ocr_delete_file": _simple("ocr", "delete_file", ids, ids),
    "ocr_update_page": _correction("page"),
    "ocr_update_boxes": _flag,
    "ocr_retry_predictions": _simple("ocr", "retry_prediction", ids, st.lists(ids, max_size=3)),
    "ocr_retry_exports": _simple("ocr", "retry_exports", ids, ids),
    "ocr_assign_files": _simple("ocr", "assign", ids, texts, st.lists(ids, max_size=3)),
    "ocr_get_review_link": _review_link,
    "ic_create_model": _simple(_IC, "create_model", labels),
    "ic_list_models": _simple(_IC, "list_models"),
    "ic_get_model": _simple(_IC, "get_model", ids),
    "ic_upload_file": _ic_file("upload_file", ids, texts),
    "ic_upload_urls": _simple(_IC, "upload_urls", ids, texts, urls),
    "ic_train": _simple(_IC, "train", ids),
    "ic_predict_file": _ic_file("predict_file", ids),
    "ic_predict_urls": _simple(_IC, "predict_urls", ids, urls),
    "od_create_model": _simple(_OD, "create_model", labels),
    "od_get_model": _simple(_OD, "get_model", ids),
    "od_list_annotations": _simple(_OD, "list_annotations", ids),
    "od_upload_file": _od_file("upload_file", annotations),
    "od_upload_urls": _simple(_OD, "upload_urls", ids, st.lists(texts, max_size=1), annotations),
    "od_train": _simple(_OD, "train", ids),
    "od_predict_file": _od_file("predict_file"),
    "od_predict_urls": _simple(_OD, "predict_urls", ids, urls),
    "ml_create_model": _simple(_ML, "create_model", labels),
    "ml_get_model": _simple(_ML, "get_model", ids),
    "ml_upload_files": _ml_training_files,
    "ml_upload_urls": _simple(_ML, "upload_urls", ids, st.dictionaries(texts, labels, max_size=3)),
    "ml_train": _simple(_ML, "train", ids),
    "ml_predict_files": _many_files(lambda client, model_id, files: client.multi_label.predict_files(model_id, files)),
    "ml_predict_urls": _simple(_ML, "predict_urls", ids, urls),
}
"""Maps an operation to the function that draws a call of it."""


@st.composite
def calls(draw: Any, operation_id: str) -> Calling:
    """Draw a call of an operation, with arguments of every kind that its types allow."""
    return DRAWINGS[operation_id](draw)
