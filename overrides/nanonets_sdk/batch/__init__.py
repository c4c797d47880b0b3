"""Batches: many files, each paid for once, whatever happens on the way.

```python
from nanonets_sdk import Nanonets
from nanonets_sdk.batch import find_files, predict_files

with Nanonets() as client:
    with predict_files(client, model_id, find_files(["in"]), journal="out/journal.sqlite") as outcomes:
        for outcome in outcomes:
            print(outcome.path, outcome.status, outcome.error or "")
```
"""

from nanonets_sdk.batch.counts import Counts
from nanonets_sdk.batch.files import BatchFile, find_files
from nanonets_sdk.batch.journal import JournalError
from nanonets_sdk.batch.options import BatchOptions
from nanonets_sdk.batch.outcome import Outcome, OutcomeStatus
from nanonets_sdk.batch.predict import AsyncOutcomes, Outcomes, apredict_files, predict_files
from nanonets_sdk.batch.throttle import Wait

__all__ = [
    "AsyncOutcomes",
    "BatchFile",
    "BatchOptions",
    "Counts",
    "JournalError",
    "Outcome",
    "OutcomeStatus",
    "Outcomes",
    "Wait",
    "apredict_files",
    "find_files",
    "predict_files",
]
