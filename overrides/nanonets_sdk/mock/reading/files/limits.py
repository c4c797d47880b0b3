"""What one file may cost."""

import sys

from attrs import frozen


@frozen
class Limits:
    """The limits of a worker."""

    seconds: float
    """For one task."""
    max_pages: int
    memory_bytes: int
    """Address space of the worker process, where the platform can limit it."""
    max_pixels: int = 100_000_000
    """Of one image or page: A3 at 600 dpi fits."""
    max_words: int = 500_000
    """Of one file."""


def confine(limits: Limits) -> None:
    """Put this process under its limits of memory, and let it write no core dump."""
    if sys.platform == "win32":  # has no such limits
        return
    import resource

    for kind, most in ((resource.RLIMIT_AS, limits.memory_bytes), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(kind, (most, most))
        except (OSError, ValueError):  # macOS refuses some, and a lower limit may stand already
            continue
