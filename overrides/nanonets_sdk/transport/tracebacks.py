"""Takes the frames of the network's libraries out of tracebacks: their local variables hold the headers of a request.

Programs that report errors, such as Sentry or rich, show the local variables of every frame. A frame of httpcore or
aiohttp has the `Authorization` header among them, also where a call was cancelled. An error that leaves the transport
keeps the frames of the caller, of this package and of the caller's hooks:

```text
 caller ─► client ─► session ─► httpx ─► hook of the caller's      kept: caller, client, session, hook
                                  └────► aiohttp                   dropped: httpx, aiohttp, and errors they chained
```
"""

from __future__ import annotations

from types import TracebackType
from typing import Final, TypeVar, cast

E = TypeVar("E", bound=BaseException)

_LIBRARIES: Final = frozenset({"aiohttp", "anyio", "asyncio", "h11", "h2", "httpcore", "httpx", "httpx_aiohttp", "ssl"})
_OURS: Final = ("nanonets_sdk._net", "nanonets_sdk.transport.aiohttp_")


def without_network_frames(error: E, outer: BaseException | None = None) -> E:
    """Drop what may hold headers from an error and from those that it is chained to.

    Args:
        error: The error.
        outer: The exception that was being handled as the call began. It and those before it are the caller's.

    Returns:
        The same error.
    """
    seen: set[int] = {id(outer)}
    todo: list[BaseException] = [error]
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        one.__traceback__ = _kept(one.__traceback__)
        # Errors of aiohttp hold the request itself.
        if one.__cause__ is not None and _is_of_the_network(type(one.__cause__).__module__):
            one.__cause__ = None
        if one.__context__ is not None and _is_of_the_network(type(one.__context__).__module__):
            one.__context__ = outer if one.__context__ is not outer else one.__context__
        todo.extend(chained for chained in (one.__cause__, one.__context__) if chained is not None)
        if isinstance(one, BaseExceptionGroup):
            todo.extend(cast("BaseExceptionGroup[BaseException]", one).exceptions)
    return error


def _kept(trace: TracebackType | None) -> TracebackType | None:
    kept: list[TracebackType] = []
    while trace is not None:
        if not _is_of_the_network(trace.tb_frame.f_globals.get("__name__", "")):
            kept.append(trace)
        trace = trace.tb_next
    rest: TracebackType | None = None
    for one in reversed(kept):
        rest = TracebackType(rest, one.tb_frame, one.tb_lasti, one.tb_lineno)
    return rest


def _is_of_the_network(module: str) -> bool:
    return module.partition(".")[0] in _LIBRARIES or module.startswith(_OURS)
