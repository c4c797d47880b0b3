"""The options of a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

import attrs
from attrs import frozen
from attrs.validators import ge, gt, instance_of, is_callable, lt, optional

from nanonets_sdk.calls.arguments import checked_language, page_numbers
from nanonets_sdk.transport.clock import SYSTEM_CLOCK, Clock

Resend: TypeAlias = Literal["unknown", "failed"]

_NUMBER: Final = instance_of((int, float))


def _kinds(kinds: Iterable[Resend]) -> frozenset[Resend]:
    # A str would be taken apart into its letters.
    if isinstance(kinds, str) or not isinstance(kinds, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"resend must be a set, as in {{'unknown'}}, got {kinds!r}")
    chosen = frozenset(kinds)
    if unknown := chosen.difference(get_args(Resend)):
        raise ValueError(f"resend must be a set of 'unknown' and 'failed'; got {min(map(repr, unknown))} in it")
    return chosen


@frozen(kw_only=True)
class BatchOptions:
    """How to run a batch.

    Attributes:
        sync: Whether to send and read each file in one call, recommended for up to about three pages. Otherwise files
            are submitted, and their results are waited for while others are sent.
        language: Language of the text, as for `ocr.predict_file`.
        pages: Which pages to read, as for `ocr.predict_file`; stored as a string, `1,2`.
        jobs: How many files are sent at a time.
        in_flight: How many files are sent or waited for at a time; None for eight times `jobs`, or twice
            with `sync`, when nothing is waited for.
        result_timeout: Seconds to wait for the result of one file. After that the file is `pending`.
        patience: Seconds to go on trying while the service takes no file at all, because of its limit of pages per
            minute or because it cannot be reached. Every file that it takes starts the count again. A file that times
            out three times while others are taken is `failed`.
        give_up_after: Number of consecutive files that fail to be sent in a way that says nothing about the file (a
            server error, a broken connection) after which the batch stops.
        resend: Which files to send, and pay for, once more, as a set: `unknown`, files that were sent, got no answer
            and surely did not arrive, as the listings of the service prove; `failed`, files that the service accepted
            and failed on.
        quiet_minutes: Minutes for which an unknown file is looked for, several times, before it may be sent again.
            Listings may be late.
        is_kept: Called for a file that was done before, with its path and the name of its results. Returns whether the
            results still exist; if not, they are read again, which is not billed. None trusts the journal.
        clock: Where time comes from.

    Raises:
        ValueError: A number is out of range, the pages or the language are invalid, or `resend` has another word.
        TypeError: A value has the wrong type.
    """

    sync: bool = attrs.field(default=False, validator=instance_of(bool))
    language: str | None = attrs.field(default=None, converter=checked_language)
    pages: str | None = attrs.field(default=None, converter=page_numbers)
    jobs: int = attrs.field(default=8, validator=[instance_of(int), ge(1)])
    in_flight: int | None = attrs.field(default=None, validator=optional([instance_of(int), ge(1)]))
    result_timeout: float = attrs.field(default=600.0, validator=[_NUMBER, gt(0), lt(float("inf"))])
    patience: float = attrs.field(default=600.0, validator=[_NUMBER, ge(0)])
    give_up_after: int = attrs.field(default=20, validator=[instance_of(int), ge(1)])
    resend: frozenset[Resend] = attrs.field(default=frozenset(), converter=_kinds)
    quiet_minutes: float = attrs.field(default=3.0, validator=[_NUMBER, ge(0), lt(float("inf"))])
    is_kept: Callable[[Path, str], bool] | None = attrs.field(default=None, validator=optional(is_callable()))
    clock: Clock = attrs.field(default=SYSTEM_CLOCK, repr=False)
