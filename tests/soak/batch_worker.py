"""One run of the batch that `batch_chaos.py` kills: results go to a folder, outcomes that are not done to a file."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
from attrs import frozen

from nanonets_sdk import Nanonets
from nanonets_sdk.batch import BatchOptions, find_files, predict_files


@frozen
class JumpedClock:
    """The system's clock, off by some time."""

    off: timedelta

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def now(self) -> datetime:
        """Return the wrong time of day."""
        return datetime.now(UTC) + self.off

    def random(self) -> float:
        """Spread nothing."""
        return 0.5

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    async def asleep(self, seconds: float) -> None:
        """Wait while other tasks run."""
        await anyio.sleep(seconds)


def main() -> None:
    """Run the batch as the JSON object in the first argument says."""
    job = json.loads(sys.argv[1])
    folder = Path(job["folder"])
    if job["disk"]:
        # Writes beyond fail as on a full disk: the log of the journal grows, and nothing else is that large.
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["disk"], job["disk"]))
    options = BatchOptions(
        jobs=4, patience=120, result_timeout=120, clock=JumpedClock(timedelta(hours=job["off"])),
        resend=frozenset(job["resend"]), quiet_minutes=job["quiet"] / 60,
    )  # fmt: skip
    left: list[tuple[str, str, str]] = []
    with (
        Nanonets("soak-key", base_url=job["base_url"], timeout=90) as client,
        predict_files(
            client, job["model_id"], find_files([folder / "in"]), journal=folder / "journal", options=options
        ) as outcomes,
    ):
        for outcome in outcomes:
            if outcome.document is not None:
                draft = folder / "out" / f"{outcome.name}.{os.getpid()}"
                draft.write_text(outcome.document.to_json())
                draft.rename(folder / "out" / f"{outcome.name}.json")
            elif outcome.status != "done":
                left.append((outcome.path.name, outcome.status, str(outcome.error)))
    (folder / "left.json").write_text(json.dumps(left))


if __name__ == "__main__":
    main()
