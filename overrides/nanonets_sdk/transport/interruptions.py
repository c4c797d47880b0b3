"""What a call that was cut off by Ctrl-C or a cancellation leaves behind: a note on the exception that cut it off.

A caller who stops a call that bills has to know whether it may be on the bill. The body knows how much of it was handed
to the network, as for an attempt that failed:

```text
cut off while           the service can have              the note says
waiting to send again   refused it, or never seen it      not accepted, can be sent again
sending                 a part, which it must not act on  not accepted, can be sent again
waiting for the answer  all of it                         may have been carried out and billed; how to find out
```

A call that only reads leaves nothing behind, and has no note. The exceptions of this package say the same themselves.
"""

from __future__ import annotations

import httpx

from nanonets_sdk.transport.body import Sent
from nanonets_sdk.transport.policy import Effect
from nanonets_sdk.transport.request import body_of, options_of


def note_attempt(error: BaseException, request: httpx.Request, response: httpx.Response | None) -> None:
    """Add a note to what cut an attempt off, unless it is an error."""
    body = body_of(request)
    # A request without a body leaves in one piece; one whose body another part of the program sends cannot be watched.
    is_out = response is not None or body is None or body.sent is Sent.ALL
    _note(error, request, is_out=is_out)


def note_wait(error: BaseException, request: httpx.Request) -> None:
    """Add a note to what cut a call off between two attempts; one that was cut off during an attempt has its note."""
    if not any(_call(request) in note for note in getattr(error, "__notes__", ())):
        _note(error, request, is_out=False)


def _call(request: httpx.Request) -> str:
    return f"{request.method} {request.url.path}"


def _note(error: BaseException, request: httpx.Request, *, is_out: bool) -> None:
    options = options_of(request)
    if isinstance(error, Exception) or options.effect is Effect.READS:
        return
    what = f"{options.subject} ({_call(request)})" if options.subject else _call(request)
    bills = options.effect is Effect.BILLS
    if not is_out:
        nothing = "nothing was billed" if bills else "nothing was changed"
        error.add_note(f"{what} was interrupted before the service had accepted it: {nothing}, and it can be repeated.")
        return
    done = "carried out and billed" if bills else "carried out"
    how = f", for instance with {options.check}" if options.check else ""
    told = f"{what} was sent in full, and its answer was not read: it may have been {done}"
    error.add_note(f"{told}. Check before you repeat it{how}.")
