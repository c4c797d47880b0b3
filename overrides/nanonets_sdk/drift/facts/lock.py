"""The lock: the facts of the published description, in a file with stable bytes.

The published description is not ours to copy, and most of it is prose. The lock keeps what can be compared:

    POST /OCR/Model/{model_id}/Train:
      operationId: ocr/train            a fact, as it is
      prose: 4f0c...                    a fingerprint: the SHA-256 of summary and description
      extensions: 91be...               ... of the x- keys, mostly code samples
      other: 77aa...                    ... of all keys that nothing here reads
      responses:
        ... examples: [{state: integer}]    an example, as its shape

A fingerprint shows that something changed, not what. For prose that is enough; for unread keys it is better than
silence. The seal of a lock is the fingerprint of all of it: a lock that was edited by hand, or merged from two, would
describe a published version that never existed.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

import yaml
from attrs import field, frozen

from nanonets_sdk.drift.facts.document import fingerprint
from nanonets_sdk.drift.facts.extract import count_facts, facts_of
from nanonets_sdk.drift.facts.json_types import Tree, is_tree
from nanonets_sdk.drift.facts.parsing import decoded, parse
from nanonets_sdk.drift.facts.yaml12 import load_yaml
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
        name: File name of the document.
        sha256: Hash of its bytes.
        facts: The result of `facts_of`.
    """

    name: str
    sha256: str
    facts: Tree = field(repr=False)

    @property
    def version(self) -> str:
        """The version that the document states."""
        return str(self.facts.get("version", ""))

    @property
    def size(self) -> int:
        """The number of single facts."""
        return count_facts(self.facts)


def lock_of(content: bytes, name: str) -> Lock:
    """Return the lock of a document.

    Raises:
        NotComparable: The content is not an OpenAPI document.
    """
    return Lock(name, hashlib.sha256(content).hexdigest(), facts_of(parse(content, name), name))


def dumped(lock: Lock) -> str:
    """Return the content of a lock file; equal locks give equal bytes."""
    document = {"name": lock.name, "version": lock.version, "sha256": lock.sha256}
    head = {"lock": FORMAT, "seal": _seal(document, lock.facts), "document": document}
    return _HEADER + _yaml(head, sort=False) + _yaml({"facts": lock.facts}, sort=True)


def read_lock(path: Path) -> Lock:
    """Read a lock file.

    Raises:
        NotComparable: The file cannot be read, is not a lock of this format, or was edited.
    """
    try:
        data: Any = load_yaml(decoded(path.read_bytes()), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise NotComparable(f"The lock {path} cannot be read: {error}.") from error
    if not is_tree(data) or data.get("lock") != FORMAT:
        raise NotComparable(f"{path} is not a format-{FORMAT} lock; regenerate it with --write-lock.")
    try:
        document = data["document"]
        if data["seal"] != _seal(document, data["facts"]):
            raise NotComparable(f"{path} was edited since it was written; regenerate it with --write-lock.")
        return Lock(str(document["name"]), str(document["sha256"]), data["facts"])
    except (KeyError, TypeError) as error:
        raise NotComparable(f"{path} is a lock without {error}; regenerate it with --write-lock.") from error


def _seal(document: Tree, facts: Tree) -> str:
    return fingerprint({"document": document, "facts": facts})


def _yaml(data: Tree, *, sort: bool) -> str:
    return yaml.dump(data, Dumper=_Plain, sort_keys=sort, width=120, allow_unicode=True)


class _Plain(yaml.SafeDumper):
    """Writes repeated values in full; the numbers of anchors would change with every edit."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True
