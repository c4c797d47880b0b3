"""Convert 10,000 and then 100,000 stored replies to Parquet, and compare what each run had in memory.

`convert.py [--replies N] [--format NAME]` prints the peaks of resident memory and the rates, and fails if ten times as
many replies take 32 MiB more, or if a row is missing. The list of the names of the files grows with their number; what
is read does not stay.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))

from converting import write_replies

LABEL: Final = Path(__file__).parent.parent / "samples" / "born_digital" / "cairo-label.pdf"

CONVERT: Final = """
import resource, sys
from nanonets_sdk.cli import main
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""
ALLOWED: Final = 32.0


def peak(folder: Path, target: Path) -> tuple[float, float, int]:
    """Convert a folder in a process of its own; return the peak in MiB, the seconds, and the number of documents."""
    began = time.monotonic()
    command = [sys.executable, "-c", CONVERT, "convert", str(folder), "--output", str(target), "--json"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return int(done.stderr.split()[-1]) / 1024, time.monotonic() - began, json.loads(done.stdout)["documents"]


def main() -> int:
    """Run, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replies", type=int, default=100_000)
    parser.add_argument("--format", default="parquet")
    parser.add_argument("--file", type=Path, default=LABEL, help="what the replies are about")
    given = parser.parse_args()
    peaks, wrong = list[float](), 0
    for number in (given.replies // 10, given.replies):
        with tempfile.TemporaryDirectory() as name:
            folder, target = Path(name, "replies"), Path(name, f"out.{given.format}")
            folder.mkdir()
            size = write_replies(folder, number, given.file)
            reached, seconds, documents = peak(folder, target)
        peaks.append(reached)
        wrong += documents != number
        print(
            f"{number} replies, {size / 1e6:.0f} MB: peak {reached:.0f} MiB, {seconds:.0f} s, "
            f"{number / seconds:.0f} replies/s, {documents} documents"
        )
    growth = peaks[1] - peaks[0]
    print(f"growth {growth:.1f} MiB, allowed {ALLOWED:.0f} MiB")
    return 1 if wrong or growth > ALLOWED else 0


if __name__ == "__main__":
    sys.exit(main())
