"""What reading one file may cost."""

import sys
from contextlib import suppress

from attrs import frozen


@frozen
class Limits:
    """The limits of a worker process."""

    seconds: float
    """For one task."""
    max_pages: int
    memory_bytes: int
    """Address space of the process, on platforms that can limit it."""
    max_pixels: int = 100_000_000
    """Of one image or page; A3 at 600 dpi fits."""
    max_words: int = 500_000
    """Of one file."""


def confine(limits: Limits) -> None:
    """Limit the memory of this process, and keep it from writing core dumps."""
    if sys.platform == "win32":  # has no such limits
        return
    import resource

    for kind, most in ((resource.RLIMIT_AS, limits.memory_bytes), (resource.RLIMIT_CORE, 0)):
        # macOS refuses some limits, and a lower one may be set already.
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))
