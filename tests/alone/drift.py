"""In an empty folder with the wheel alone: `drift init`, a changed document, a report: `drift.py PYTHON`.

PYTHON is that of an environment with the wheel and its extra `drift`, and nothing else.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


def nanonets(python: str, folder: Path, *arguments: str, status: int) -> str:
    """Run `nanonets drift …` in a folder, check its exit status, and return what it printed."""
    done = subprocess.run(
        [python, "-m", "nanonets_sdk.cli", "drift", *arguments],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode != status:
        raise SystemExit(
            f"drift {' '.join(arguments)}: {done.returncode} instead of {status}\n{done.stdout}{done.stderr}"
        )
    return done.stdout + done.stderr


def check(is_so: object, what: str) -> None:
    """Fail unless something is so."""
    if not is_so:
        raise SystemExit(f"not so: {what}")


def main(python: str) -> None:
    """Set a folder up, and fail unless a changed document is found there, and nothing is written elsewhere."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        nanonets(python, folder, "init", "--ci", "github", status=0)
        written = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        expected = [".github/workflows/nanonets-drift.yml", "nanonets-drift.yaml", "nanonets.lock.yaml"]
        check(written == expected, f"init wrote {written}")
        refused = nanonets(python, folder, "init", "--ci", "github", status=20)
        check("exist already" in refused, "a second init says why it writes nothing")

        (folder / "published.yaml").write_text(nanonets(python, folder, "skeleton", status=0), "utf-8")
        nanonets(python, folder, "upstream", "published.yaml", status=0)
        text = (folder / "published.yaml").read_text("utf-8")
        (folder / "changed.yaml").write_text(text.replace("/OCR/Model/{model_id}/Train:", "/v3/Train:"), "utf-8")
        outputs = ("--output", "report.json", "--output", "report.sarif", "--output", "report.xml")
        printed = nanonets(python, folder, "upstream", "changed.yaml", *outputs, status=10)
        check("breaking on the wire" in printed, "the report is printed")
        check("nox" not in printed, "the advice is for a wheel, not for a checkout")
        report: Any = json.loads((folder / "report.json").read_text("utf-8"))
        check(report["state"] == "drift", "the report is JSON")
        check({one["file"] for one in report["findings"]} == {"changed.yaml"}, "findings name the file")

        (folder / "nanonets.lock.yaml").unlink()
        refused = nanonets(python, folder, "upstream", "changed.yaml", "--write-lock", status=20)
        check("belongs to the installed package" in refused, "the packaged lock is not written")
        every: Any = json.loads(nanonets(python, folder, "all", "--format", "json", status=0).partition("\nNot run")[0])
        gates = {gate["gate"]: gate["state"] for gate in every["gates"]}
        check(gates == dict.fromkeys(("deviations", "surface", "generated"), "clean"), f"the gates say {gates}")
    print("In an empty folder with the wheel alone: set up, a changed document found, every gate runs.")


if __name__ == "__main__":
    main(sys.argv[1])
