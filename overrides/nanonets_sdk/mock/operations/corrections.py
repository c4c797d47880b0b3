"""Corrections: new boxes for a page, as both routes take them."""

from typing import Any

import msgspec
from attrs import frozen

from nanonets_sdk._decoding import decoder
from nanonets_sdk.mock.account import moderation
from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.account.refusals import bad_request, not_found
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.stored_files import (
    require_done,
    stored_file,
    stored_page,
    storing_model,
    undocumented,
)
from nanonets_sdk.mock.state.clock import day_since_epoch, hour_of_day
from nanonets_sdk.mock.state.records import BoxJson


@frozen
class _Boxes:
    """The boxes of a request, as they came."""

    moderated_boxes: tuple[BoxJson, ...]


def update_page(account: Account, call: Call) -> Reply:
    """Put the boxes of the request in the place of the moderated boxes of a page."""
    with account.store.database.transaction():
        model = storing_model(account, call)
        page = stored_page(account, model, call.json["id"])
        file = stored_file(account, model, page.request_file_id)
        require_done(account, file)
        given = (call.json["day_since_epoch"], call.json["hour_of_day"])
        is_its_own = given == (day_since_epoch(file.created), hour_of_day(file.created))
        if not is_its_own and account.behaviour.page_of_another_day == "refuse":
            raise not_found("Page of this day and hour")
        boxes = decoder(_Boxes).decode(call.raw).moderated_boxes
        _require_readable(call)
        moderation.correct(account, page, tuple(_corrected(account, box) for box in boxes))
    return undocumented(account)


def _require_readable(call: Call) -> None:
    # The request may have anything in a box. Reading the page gives it back, and the description says what that holds.
    boxes: list[Any] = call.json["moderated_boxes"]
    for index, box in enumerate(boxes):
        for problem in call.problems("Box", box):
            raise bad_request(
                f"/moderated_boxes/{index}{problem}", "Please send the boxes as reading the page gave them"
            )


def _corrected(account: Account, box: BoxJson) -> BoxJson:
    """Return a box as a person leaves it; a new one gets an id."""
    kept = {name: value for name, value in box.items() if name != "is_new"}
    is_new = msgspec.json.decode(box.get("is_new", msgspec.Raw(b"false")))
    if is_new or msgspec.json.decode(box.get("id", msgspec.Raw(b"null"))) in {"", None}:
        kept["id"] = msgspec.Raw(msgspec.json.encode(account.identities.random_id()))
    return {**kept, "status": msgspec.Raw(msgspec.json.encode(moderation.MODERATED))}
