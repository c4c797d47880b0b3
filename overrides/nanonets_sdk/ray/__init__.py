"""Batches and stored replies on a cluster, with Ray Data.

It needs the extra `ray`; the modules are loaded on first use.

```python
import ray

from nanonets_sdk.ray import predict, write_parquet

files = ray.data.from_items([{"path": "invoice.pdf"}])
write_parquet(predict(files, model_id, path_column="path", journal="journal.sqlite"), "documents")
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nanonets_sdk._lazy import lazy_names

if TYPE_CHECKING:
    from nanonets_sdk.ray.columns import Explode
    from nanonets_sdk.ray.datasets import close_journal, predict, read_replies, write_parquet
    from nanonets_sdk.ray.options import RayOptions

_HOMES: Final = {
    "columns": "Explode",
    "datasets": "close_journal predict read_replies write_parquet",
    "options": "RayOptions",
}
__all__ = ["Explode", "RayOptions", "close_journal", "predict", "read_replies", "write_parquet"]

__getattr__, __dir__ = lazy_names(__name__, _HOMES, extra="ray")
