"""How a batch is run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeAlias

import attrs
from attrs import frozen
from attrs.validators import ge, gt, lt

from nanonets_sdk.calls.arguments import page_numbers
from nanonets_sdk.transport.clock import SYSTEM_CLOCK, Clock

Resend: TypeAlias = Literal["unknown", "failed"]


@frozen(kw_only=True)
class BatchOptions:
    """How a batch is run.

    Attributes:
        sync: Whether each file is sent and read in one call, advised for up to about three pages; otherwise it is
            submitted, and its result waited for while others are sent.
        language: Language of the texts, as for `ocr.predict_file`.
        pages: Which pages to read, as for `ocr.predict_file`; kept as a text, `1,2`.
        jobs: How many files are sent at a time.
        in_flight: How many files may be sent or waited for at a time; eight times `jobs` when None.
        result_timeout: Seconds to wait for the result of one file; it is `pending` after that.
        patience: Seconds to go on trying while the service takes no file at all, because of its limit of pages a minute
            or because it cannot be reached. Every file that it takes starts the count again. A file that has no
            answer in time for three times, while others are taken, is `failed`.
        give_up_after: Number of files one after the other whose sending fails in a way that says nothing about the
            file (a server error, a connection that breaks off) after which the batch stops.
        resend: Which files to send, and pay for, once more: `unknown`, those that were sent without an answer and are
            not found at the service; `failed`, those that the service took and failed on.
        is_kept: Asked for a file that was done before, with its name for results: whether they are still there. If not
            they are read again, which is not billed. None believes the journal.
        clock: Where time comes from.

    Raises:
        ValueError: A number is out of its range, or the pages are none.
    """

    sync: bool = False
    language: str | None = None
    pages: str | None = attrs.field(default=None, converter=page_numbers)
    jobs: int = attrs.field(default=8, validator=ge(1))
    in_flight: int | None = attrs.field(default=None, validator=attrs.validators.optional(ge(1)))
    result_timeout: float = attrs.field(default=600.0, validator=[gt(0), lt(float("inf"))])
    patience: float = attrs.field(default=600.0, validator=ge(0))
    give_up_after: int = attrs.field(default=20, validator=ge(1))
    resend: frozenset[Resend] = frozenset()
    is_kept: Callable[[Path, str], bool] | None = None
    clock: Clock = attrs.field(default=SYSTEM_CLOCK, repr=False)
