"""Review in a browser: a page served on this machine, on which a person corrects and approves files.

The modules are loaded on first use and need the extra `review`.

```python
from nanonets_sdk.review import ReviewServer

with ReviewServer(client, model_id, [request_file_id]) as server:
    print(server.url)  # open it in a browser; the server ends with the block
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nanonets_sdk._lazy import lazy_names

if TYPE_CHECKING:
    from nanonets_sdk.review.server import ReviewServer, review
    from nanonets_sdk.review.waiting import WaitingFile, waiting_files

_HOMES: Final = {"server": "ReviewServer review", "waiting": "WaitingFile waiting_files"}
__all__ = ["ReviewServer", "WaitingFile", "review", "waiting_files"]

__getattr__, __dir__ = lazy_names(__name__, _HOMES, extra="review")
