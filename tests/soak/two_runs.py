"""Start two runs of a batch at once, over and over, while other processes use up the processors.

`two_runs.py [--runs N] [--burners N] [--documents N]` prints how often a run was refused, and fails if a file was sent
twice or not at all.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from command_line import sent_files
from nanonets_sdk import Nanonets
from nanonets_sdk.batch import JournalError, Outcome, find_files, predict_files
from nanonets_sdk.mock import MockServer, Progression
from scans import digests, write_scans

BURN: Final = "while True: sum(range(100_000))"


def batch(client: Nanonets, model_id: str, folder: Path) -> tuple[str, list[Outcome]]:
    """Run the batch; return the error of a run that was refused, and the outcomes that are not done."""
    try:
        with predict_files(client, model_id, find_files([folder]), journal=folder / "journal") as outcomes:
            return "", [outcome for outcome in outcomes if outcome.status != "done"]
    except JournalError as error:
        return str(error), []


def main() -> int:
    """Run, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--burners", type=int, default=2)
    parser.add_argument("--documents", type=int, default=30)
    given = parser.parse_args()
    began, refused, wrong = time.monotonic(), 0, 0
    burners = [subprocess.Popen([sys.executable, "-c", BURN]) for _ in range(given.burners)]
    try:
        with MockServer(jobs=Progression.immediate()) as server, Nanonets("a-key", base_url=server.base_url) as client:
            for number in range(given.runs):
                server.reset()
                server.jobs = Progression.immediate()
                with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(2) as threads:
                    paths = write_scans(Path(name), given.documents)
                    ended = [threads.submit(batch, client, server.model_id, Path(name)) for _ in range(2)]
                    both = [one.result() for one in ended]
                    errors = [error for error, _ in both if error]
                    left = [outcome for _, outcomes in both for outcome in outcomes]
                    refused += len(errors)
                    sent = Counter(sent_files(server))
                    if sent != dict.fromkeys(digests(paths), 1) or left or len(errors) > 1:
                        wrong += 1
                        print(
                            f"pair {number}: {Counter(sent.values())}, {left}, {errors}",
                            flush=True,
                        )
    finally:
        for burner in burners:
            burner.kill()
    print(f"pairs of runs {given.runs}, burners {given.burners}, runs refused {refused}, pairs that went wrong {wrong}")
    print(f"seconds {time.monotonic() - began:.0f}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
