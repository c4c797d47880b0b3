"""What reading one file may cost."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from attrs import field, frozen
from attrs.validators import gt


@frozen
class Limits:
    """What reading one file may cost. A file that needs more is refused with 400.

    Attributes:
        page_seconds: Longest time for one page, in seconds.
        seconds: Longest time for all pages, in seconds.
        max_pages: The most pages of a file.
        memory_bytes: Memory for a file, beside that of the libraries, on platforms that can limit it.
        max_pixels: The most pixels of an image, or square points of a page; A3 at 600 dpi fits.
        max_words: The most words of a file.
    """

    page_seconds: float = field(default=10, validator=gt(0))
    seconds: float = field(default=60, validator=gt(0))
    max_pages: int = field(default=500, validator=gt(0))
    memory_bytes: int = field(default=2**29, validator=gt(0))
    max_pixels: int = field(default=100_000_000, validator=gt(0))
    max_words: int = field(default=500_000, validator=gt(0))


def confine(limits: Limits) -> None:
    """Limit the memory of this process, and keep it from writing core dumps."""
    if sys.platform == "win32":  # has no such limits
        return
    import resource

    for kind, most in ((resource.RLIMIT_AS, _address_space() + limits.memory_bytes), (resource.RLIMIT_CORE, 0)):
        # macOS refuses some limits, and a lower one may be set already.
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))


def _address_space() -> int:
    """Return the size of what this process has mapped so far, in bytes; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
