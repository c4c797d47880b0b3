"""Matches the parts of a reply to the URLs or files that were sent."""

# A result under the wrong name is worse than a missing one, so nothing is matched by its position or by what is left
# over. An answer belongs to an input that it names, exactly or in another spelling:
#
#     sent                      named by the reply
#     https://x.org/a b.pdf ◀── https://X.org:443/a%20b.pdf     another spelling of the same URL
#     https://x.org/c.pdf   ◀── c.pdf                           the only URL that ends with this name
#     https://x.org/d.pdf       https://y.org/d.pdf             an input without an answer, and a stray

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Final, TypeVar
from urllib.parse import unquote, urlsplit

T = TypeVar("T")

_PORTS: Final = {"http": 80, "https": 443}
_ESCAPES: Final = re.compile("(?:%[0-9A-Fa-f]{2})+")
# What these characters mean depends on whether they are escaped (RFC 3986, section 2.2).
_RESERVED: Final = frozenset(":/?#[]@!$&'()*+,;=%")
_EXTENSION: Final = re.compile(r"\.(?:pdf|png|jpe?g|tiff?)$")
# Ids and times that a store may add to a name.
_MADE_UP: Final = re.compile("[0-9a-f]{10,}")
_UUID: Final = re.compile("[0-9a-f]{32}")
_LONG: Final = 40
_UNNAMED: Final = "document"
"""What a file without a name is sent as."""


def by_input(
    answers: Iterable[T], inputs: Sequence[str], name_of: Callable[[T], str]
) -> tuple[list[T | None], list[T]]:
    """Put answers in the order of what was sent.

    Args:
        answers: The answers in the order of the reply.
        inputs: The names or URLs that were sent.
        name_of: Returns the name that an answer gives its input; empty if it gives none.

    Returns:
        An answer for each input, or None for an input without one; and the answers that belong to no input.
    """
    placed: list[T | None] = [None] * len(inputs)
    strays = [*answers]
    spellings = [*map(spelling, inputs)]
    counts = Counter(map(_last, {*spellings}))
    unique = [_last(text) if counts[_last(text)] == 1 else "" for text in spellings]
    rounds: list[tuple[Sequence[str], Callable[[str], str]]] = [
        (inputs, str),
        (spellings, spelling),
        (unique, lambda name: "" if "/" in name else _unescaped(name)),
    ]
    for wanted, key in rounds:
        left: list[T] = []
        for answer in strays:
            name = key(name_of(answer))
            at = next((at for at, text in enumerate(wanted) if name and text == name and placed[at] is None), None)
            if at is None:
                left.append(answer)
            else:
                placed[at] = answer
        strays = left
    if len(inputs) == len(strays) == 1 and placed == [None] and not name_of(strays[0]):
        return [strays[0]], []
    # The reply may answer only once for a URL that was sent twice.
    answered = {text: answer for text, answer in zip(spellings, placed, strict=True) if answer is not None}
    return [
        answered.get(text) if answer is None else answer for text, answer in zip(spellings, placed, strict=True)
    ], strays


def spelling(url: str) -> str:
    """Return the one spelling of all that name the same resource.

    Scheme and host are in lower case, without default port and fragment. Escapes are undone where that keeps the
    meaning. The case of the path counts. Text that is not a URL only loses its escapes.

    Examples:
        >>> spelling("HTTPS://X.org:443/a%20b.pdf#page=2")
        'https://x.org/a b.pdf'
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return url
    if not parts.scheme or not host:
        return _unescaped(url)
    with suppress(UnicodeError):
        host = host.encode("idna").decode("ascii")
    user, at, _ = parts.netloc.rpartition("@")
    place = f"{user}{at}{host}" + (f":{port}" if port and port != _PORTS.get(parts.scheme) else "")
    query = f"?{_unescaped(parts.query)}" if parts.query else ""
    return f"{parts.scheme}://{place}{_unescaped(parts.path) or '/'}{query}"


def _last(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def _unescaped(text: str) -> str:
    """Undo the escapes of characters that mean the same without."""

    def character(found: re.Match[str]) -> str:
        try:
            decoded = bytes.fromhex(found[0].replace("%", "")).decode("utf-8")
        except UnicodeDecodeError:
            return found[0].upper()
        return "".join(f"%{ord(one):02X}" if one in _RESERVED or one < " " else one for one in decoded)

    return unicodedata.normalize("NFC", _ESCAPES.sub(character, text))


def names_agree(sent: str, named: str) -> bool:
    """Return whether a file that was sent under a name may be called by another one in the reply.

    Folders, the extension, case, escapes, punctuation, and characters that are not ASCII may differ. A name may be cut
    if it is long, get an id or a time added, or be replaced by a UUID.

    Examples:
        >>> names_agree("März (2).pdf", "M_rz%20(2).PDF"), names_agree("scan-1.pdf", "scan-10.pdf")
        (True, False)
    """
    if sent == named:
        return True
    one, other = _letters(sent), _letters(named)
    if one in {other, _UNNAMED, ""} or not other:
        return True
    if not one.isascii():
        # What becomes of the other characters is not known, but the ASCII ones keep their order.
        rest = iter(other)
        return all(letter in rest for letter in one if letter.isascii())
    if min(len(one), len(other)) >= _LONG:
        short, long = sorted((one, other), key=len)
        return long.startswith(short) or long.endswith(short)
    added = other.removeprefix(one) if other.startswith(one) else other.removesuffix(one)
    is_added = added != other and _MADE_UP.fullmatch(added) is not None
    return is_added or bool(_UUID.fullmatch(other) and not _UUID.fullmatch(one))


def _letters(name: str) -> str:
    base = re.split(r"[/\\]", unquote(name))[-1]
    stem = _EXTENSION.sub("", base.casefold().strip("\"' "))
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", stem)))
