"""A file at the service as raw bytes: read, and written page by page, without any JSON library in between.

The pages are kept as text, so that a test sees which characters the client changed and which it did not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from attrs import define, field

from raw_server import Connection, Received, Script, reply

FILE_ID: Final = "0b1a6a0e-53c1-4f0e-9d0c-2b7f4f6f3a10"
STRANGE_BOX: Final = (
    '{ "id" : "b-1", "label":"total", "ocr_text":"\\u0031\\u002C\\u0032", "score":1.0, "status":"correctly_predicted",'
    '"xmin":10,"ymin":20,"xmax":60,"ymax":40, "big":123456789012345678901234567890, "tiny":1e-400,'
    ' "exact":0.1000000000000000055, "one": 1, "nested":{"z":[1.0 , 1],"a":{"\\ud83d\\ude00":null}}, "label_id":"l-1" }'
)
OTHER_BOX: Final = '{"id":"b-2","label":"date","ocr_text":"2024-05-06","score":0,"new_member":[ {"k":1.50} ],"page":0}'
TABLE_BOX: Final = (
    '{"id":"t-1","label":"table","ocr_text":"table","type":"table","grid_cells":null,"cells":[\n'
    ' {"row":1,"col":1,"text":"Pump","label":"item","lookup_edited":false,"weight":2.0},\n'
    ' {"row":1,"col":2,"text":"12.50","label":"price","score":1.00,"verification_status":"correctly_predicted",'
    '"unknown":{"a":1e2}}], "last":"\\u00e9"}'
)

# A lone surrogate in a page becomes a byte that is not UTF-8.
_ANY_BYTES: Final = ("utf-8", "surrogateescape")


@define
class FilePage:
    """A page as text.

    Attributes:
        number: Page number, from 0.
        predicted: The model's boxes.
        moderated: A person's boxes, as JSON.
        changes: How often it was changed.
        approved: Whether the file is approved.
        left_out: A member that the page does not have.
    """

    number: int
    predicted: str
    moderated: str = "null"
    changes: int = 0
    approved: bool = False
    left_out: str = ""

    @property
    def id(self) -> str:
        """The id of the page."""
        return f"7b0b3a5c-24f1-11f0-9c1f-0242ac12000{self.number}"

    def image(self) -> str:
        """Return the page as JSON."""
        approved = "true" if self.approved else "false"
        text = (
            f'{{"id":"{self.id}","page":{self.number},"request_file_id":"{FILE_ID}","day_since_epoch":19312,'
            f'"hour_of_day":8,"size":{{"width":600,"height":840}},"status":"success","is_moderated":{approved},'
            f'"original_file_name":"order.pdf","updated_at":"7b0b3a5c-24f1-11f0-9c1f-0000000000{self.changes:02}",'
            f'"predicted_boxes":{self.predicted},"moderated_boxes":{self.moderated}}}'
        )
        return text.replace(f'"{self.left_out}":', '"_":', 1) if self.left_out else text


def two_pages() -> list[FilePage]:
    """Return a file with fields on both pages and a table on the second."""
    return [FilePage(0, f"[{STRANGE_BOX},{OTHER_BOX}]"), FilePage(1, f"[ {OTHER_BOX} ,{TABLE_BOX}]")]


@define(eq=False)
class FileService:
    """Answers reads and updates of one file.

    Attributes:
        pages: The pages.
        patches: The updates that arrived.
        faults: What to do in place of answering an update, by its number from 0. It gets the connection; the update is
            carried out before that, unless the name of the fault begins with `refuse`.
        before_read: Called before each read, with its number from 0.
    """

    pages: list[FilePage] = field(factory=two_pages)
    patches: list[Received] = field(factory=list[Received])
    faults: dict[int, Callable[[Connection], None]] = field(factory=dict[int, Callable[[Connection], None]])
    before_read: Callable[[int], None] = lambda _: None
    reads: int = 0

    def script(self) -> Script:
        """Return the script for the connections of a raw server."""

        def serve(connection: Connection) -> None:
            while True:
                received = connection.request()
                if received.method != "PATCH":
                    connection.send(self._read(received))
                    continue
                number = len(self.patches)
                self.patches.append(received)
                fault = self.faults.get(number)
                if fault is None or not fault.__name__.startswith("refuse"):
                    self._update(received)
                if fault is not None:
                    fault(connection)
                    return
                connection.send(reply(200, b""))

        return serve

    def _read(self, received: Received) -> bytes:
        self.before_read(self.reads)
        self.reads += 1
        for page in self.pages:
            if received.target.endswith(page.id):
                return reply(
                    200, f'{{"message":"Success","result":[{page.image()}],"signed_urls":{{}}}}'.encode(*_ANY_BYTES)
                )
        side = "moderated" if self.pages[0].approved else "unmoderated"
        images = ",".join(page.image() for page in self.pages)
        return reply(200, f'{{"{side}_images_count":{len(self.pages)},"{side}_images":[{images}]}}'.encode(*_ANY_BYTES))

    def _update(self, received: Received) -> None:
        body = received.body.decode()
        (page,) = [page for page in self.pages if f'"{page.id}"' in body]
        page.moderated = boxes_sent(received)
        page.changes += 1


def boxes_sent(received: Received) -> str:
    """Return the boxes of an update, as they stand in its body."""
    found = re.search(r'"moderated_boxes":(\[.*\])\}$', received.body.decode(), re.DOTALL)
    assert found is not None
    return found[1]


def reset(connection: Connection) -> None:
    """Reset the connection after the update was carried out."""
    connection.reset()


def refuse_with_reset(connection: Connection) -> None:
    """Reset the connection without carrying the update out."""
    connection.reset()


def refuse_with_400(connection: Connection) -> None:
    """Refuse the update."""
    connection.send(reply(400, b'{"message":"Bad Request"}', "Connection: close"))


def answer_503(connection: Connection) -> None:
    """Carry the update out, and answer as a gateway that failed."""
    connection.send(reply(503, b"<html>", "Connection: close"))
