"""The options of a batch on a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs
from attrs import frozen
from attrs.validators import ge, gt, instance_of, lt

from nanonets_sdk.batch.options import BatchOptions

_NUMBER: Final = instance_of((int, float))


def _checked_limit(_options: object, _attribute: object, value: Any) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise TypeError(f"pages_per_minute must be a number or None, got {value!r}")
    if value is not None and not 0 < value < float("inf"):
        raise ValueError(f"pages_per_minute must be larger than 0, got {value!r}")


@frozen(kw_only=True)
class RayOptions:
    """How to run a batch on a cluster.

    Attributes:
        workers: How many tasks send files at a time.
        files_per_task: How many files a task brings to their end before it returns their rows. A task that is killed
            begins again: it sends nothing twice, and reads the results that it had once more.
        num_cpus: The CPUs that Ray counts for each task. Workers wait most of the time, so it is less than one.
        pages_per_minute: The limit of pages a minute of the model, for all workers together; None to find it out from
            the refusals of the service.
        lease_seconds: A worker that was silent for so long is given up, and the files that it was sending are searched
            for at the service.
        away_seconds: For how long workers wait for the journal's actor while Ray starts it again. Nothing is sent in
            the meantime.
        storage_options: Settings for fsspec, to read files from a cloud. They travel through Ray as they are: let
            secrets come from the environment of the workers instead.
        batch: The options of each worker's run: `jobs` and `in_flight` count for each worker, `is_kept` is not used.

    Raises:
        ValueError: A number is out of range.
        TypeError: A value has the wrong type.
    """

    workers: int = attrs.field(default=2, validator=[instance_of(int), ge(1)])
    files_per_task: int = attrs.field(default=64, validator=[instance_of(int), ge(1)])
    num_cpus: float = attrs.field(default=0.25, validator=[_NUMBER, ge(0)])
    pages_per_minute: float | None = attrs.field(default=None, validator=_checked_limit)
    lease_seconds: float = attrs.field(default=30.0, validator=[_NUMBER, gt(0), lt(float("inf"))])
    away_seconds: float = attrs.field(default=600.0, validator=[_NUMBER, gt(0), lt(float("inf"))])
    storage_options: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
    batch: BatchOptions = attrs.field(factory=BatchOptions, validator=instance_of(BatchOptions))
