"""Facts that are written as text, and mean a set."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from nanonets_sdk.drift.facts.json_types import is_list

_SCHEME: Final = re.compile(r"([^(]+)(?:\(([^)]*)\))?")

_NAME: Final = re.compile(r"(?:(?<=^)|(?<= \+ ))[^(+ ]+")


def media_types(text: object) -> frozenset[str]:
    """Return the media types that a part may have.

    >>> sorted(media_types("image/png, image/jpeg"))
    ['image/jpeg', 'image/png']
    """
    return frozenset(part.strip().lower() for part in str(text).split(",") if part.strip())


def renamed_schemes(alternative: str, names: Mapping[str, str]) -> str:
    """Return an alternative to sign in with other names of its schemes.

    >>> renamed_schemes("key + oauth(read)", {"key": "token"})
    'token + oauth(read)'
    """
    return _NAME.sub(lambda name: names.get(name[0], name[0]), alternative)


def ways_to_sign_in(security: object) -> frozenset[frozenset[tuple[str, str]]]:
    """Return the alternatives to sign in, each as its schemes and their scopes.

    Args:
        security: The fact, such as `["key + oauth(read, write)", "none"]`.
    """
    ways: set[frozenset[tuple[str, str]]] = set()
    for alternative in security if is_list(security) else ["none"]:
        asked: set[tuple[str, str]] = set()
        for part in [] if alternative == "none" else str(alternative).split(" + "):
            match = _SCHEME.fullmatch(part)
            scheme, scopes = (match[1], match[2] or "") if match else (part, "")
            asked |= {(scheme, ""), *((scheme, scope) for scope in scopes.split(", ") if scope)}
        ways.add(frozenset(asked))
    return frozenset(ways)
