"""Sends the requests of a probe, and notes the shape of every reply: types and names of the API, and no value."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from attrs import define, field, frozen

from nanonets_sdk.contract.description.json_values import as_object, children, objects
from nanonets_sdk.contract.judging.exchange import media_type
from nanonets_sdk.contract.proving.files import tiny_pdf
from nanonets_sdk.contract.proving.service import Service
from nanonets_sdk.contract.proving.world import World
from nanonets_sdk.drift.traffic.recording import record_of
from nanonets_sdk.events import Exchange

_LONGEST: Final = 600


@frozen
class Noted:
    """A reply of a probe. `value` is for the question alone and is in no report.

    Attributes:
        method: The HTTP method.
        path: The path with `{}` in place of ids.
        status: The HTTP status.
        content_type: The media type.
        shape: The shape of the body, in the notation of recorded traffic.
        value: The body as JSON; None if it is not JSON.
    """

    method: str
    path: str
    status: int
    content_type: str
    shape: Any
    value: Any = field(default=None, repr=False)

    @property
    def told_shape(self) -> str:
        """The shape as text, shortened."""
        text = "empty" if self.shape == "" else json.dumps(self.shape, separators=(",", ":"))
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


@frozen
class Submitted:
    """A submitted file; the ids are for the questions alone."""

    file: str
    page: str
    is_nested: bool


@define
class Inquiry:
    """What a question works with.

    Attributes:
        service: The service.
        world: The models and files to ask about.
        may_change: Whether a model may be made.
        notes: What came back, in order.
        made_model: The id of the model that was made; "" before.
    """

    service: Service
    world: World
    may_change: bool
    notes: list[Noted] = field(factory=list[Noted])
    made_model: str = ""

    @property
    def model(self) -> str:
        """The OCR model whose file is asked about."""
        return self.world.archive_model or self.world.ocr_model

    @property
    def file(self) -> str:
        """The file that is asked about."""
        return self.world.request_file

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, Any] | None = None,
        files: Sequence[tuple[str, Any]] = (),
        key: Literal["right", "wrong", "none"] = "right",
        is_review: bool = False,
    ) -> Noted:
        """Send a request, and return what came back.

        Raises:
            httpx.HTTPError: No reply came.
        """
        base = self.service.review_url if is_review else self.service.base_url
        reply = self.service.exchange(
            method, f"{base}{path}", key, params=query, json=json, data=form, files=list(files) or None
        )
        content_type = reply.headers.get("content-type", "")
        exchange = Exchange(
            method=method, path=path, query=tuple((query or {}).items()), request_content_type="",
            status=reply.status_code, content_type=content_type, content=reply.content,
        )  # fmt: skip
        record = record_of(exchange)
        note = Noted(
            method, record.path, reply.status_code, media_type(content_type), record.body, _json(reply.content)
        )
        self.notes.append(note)
        return note

    def predict(self, *, query: Mapping[str, str] | None = None, **texts: str) -> Noted:
        """Predict a small file."""
        path, file = f"/OCR/Model/{self.model}/LabelFile", ("file", ("probe.pdf", tiny_pdf(), "application/pdf"))
        return self.send("POST", path, query=query, form=texts, files=[file])

    def predicted(self) -> str | None:
        """Predict a file, and return its id; None if there is none."""
        found = [str(one["request_file_id"]) for one in objects(self.predict().value) if one.get("request_file_id")]
        return found[0] if found else None

    def submit(self) -> Submitted | None:
        """Submit a file; None if it was refused."""
        note = self.predict(query={"async": "true"})
        entries = as_object(note.value).get("result")
        pages = [one for one in objects(entries) if one.get("request_file_id") and one.get("id")]
        if not pages:
            return None
        is_nested = any(isinstance(as_object(entry).get("result"), list) for _, entry in children(entries))
        return Submitted(str(pages[0]["request_file_id"]), str(pages[0]["id"]), is_nested)

    def text(self, urls: Sequence[str]) -> Noted:
        """Read the full text of a small file, and of URLs beside it."""
        file = ("file", ("probe.pdf", tiny_pdf(), "application/pdf"))
        return self.send("POST", "/OCR/FullText", form={"urls": list(urls)}, files=[file])

    def empty_model(self) -> str:
        """Return the id of an OCR model without training files; "" if there is none and nothing may be changed."""
        if self.made_model or not self.may_change:
            return self.made_model
        made = self.send("POST", "/OCR/Model", json={"categories": ["probe", "other"], "model_type": "ocr"})
        self.made_model = str(as_object(made.value).get("model_id", ""))
        return self.made_model


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
