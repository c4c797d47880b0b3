"""The lock: the facts of the published description, in a file of their own, with stable bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

import yaml
from attrs import field, frozen

from nanonets_sdk.drift.facts.document import fingerprint
from nanonets_sdk.drift.facts.facts import facts_of, leaves
from nanonets_sdk.drift.facts.json_types import Tree, is_tree
from nanonets_sdk.drift.facts.parsing import load_yaml, parse
from nanonets_sdk.drift.report.outcome import NotComparable

FORMAT: Final = 1
_HEADER: Final = (
    "# The facts of the published API description that nanonets.yaml was cleaned from; of its texts and code samples\n"
    "# only SHA-256 hashes. Written by `nanonets drift upstream DOCUMENT --write-lock`, never by hand.\n"
)


@frozen
class Lock:
    """The facts of a published document.

    Attributes:
        name: The document's file name.
        sha256: Of its bytes.
        facts: As `facts_of` gives them.
    """

    name: str
    sha256: str
    facts: Tree = field(repr=False)

    @property
    def version(self) -> str:
        """The version that the document gives itself."""
        return str(self.facts.get("version", ""))

    @property
    def size(self) -> int:
        """How many single facts it holds."""
        return leaves(self.facts)


def lock_of(content: bytes, name: str) -> Lock:
    """Return the lock of a document.

    Args:
        content: The bytes of the document.
        name: Its file name.

    Raises:
        NotComparable: They hold no OpenAPI document.
    """
    return Lock(name, hashlib.sha256(content).hexdigest(), facts_of(parse(content, name), name))


def dumped(lock: Lock) -> str:
    """Return the text of a lock's file; equal locks give equal bytes."""
    head = {"lock": FORMAT, "seal": _seal(_named(lock), lock.facts), "document": _named(lock)}
    return _HEADER + _yaml(head, sort=False) + _yaml({"facts": lock.facts}, sort=True)


def read_lock(path: Path) -> Lock:
    """Return the lock that a file holds.

    Raises:
        NotComparable: It holds none, one of another format, or one that was edited.
    """
    try:
        data: Any = load_yaml(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise NotComparable(f"The lock {path} cannot be read: {error}.") from error
    if not is_tree(data) or data.get("lock") != FORMAT:
        raise NotComparable(f"{path} is no lock of format {FORMAT}; write it anew with --write-lock.")
    try:
        document = data["document"]
        if data["seal"] != _seal(document, data["facts"]):
            raise NotComparable(f"{path} was edited since it was written; write it anew with --write-lock.")
        return Lock(str(document["name"]), str(document["sha256"]), data["facts"])
    except (KeyError, TypeError) as error:
        raise NotComparable(f"{path} is a lock without its {error}; write it anew with --write-lock.") from error


def _named(lock: Lock) -> Tree:
    return {"name": lock.name, "version": lock.version, "sha256": lock.sha256}


def _seal(document: Tree, facts: Tree) -> str:
    """What nobody gets right by hand, or by merging two locks."""
    return fingerprint({"document": document, "facts": facts})


def _yaml(data: Tree, *, sort: bool) -> str:
    return yaml.dump(data, Dumper=_Plain, sort_keys=sort, width=120, allow_unicode=True)


class _Plain(yaml.SafeDumper):
    """Writes repeated values out instead of giving them anchors, whose numbers would move with every change."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True
