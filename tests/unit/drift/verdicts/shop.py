"""A small module whose changes are judged in names.yaml; it is read, never imported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, ClassVar, Final, Generic, Literal, NamedTuple, Optional, Protocol, TypeAlias, TypeVar, Union, overload

from attrs import define, field, frozen

LIMIT: Final = 10
NAME: Final[str] = "shop"
_HIDDEN: Final = 3
Source: TypeAlias = "str | Path | bytes"
Level = Literal["low", "high"]
T = TypeVar("T")


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class ShopError(Exception):
    def __init__(self, message: str, *, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


class Timeout(ShopError, TimeoutError):
    pass


@frozen
class Box:
    left: int
    right: int = 0
    label: str | None = None
    tags: tuple[str, ...] = field(factory=tuple)
    price: float = field(default=1.5, kw_only=True)
    count: ClassVar[int] = 0
    _secret: int = field(default=0, repr=False)

    @property
    def width(self) -> int:
        return self.right - self.left

    @classmethod
    def parse(cls, text: str, *, strict: bool = False) -> Box:
        return cls(1)

    @staticmethod
    def empty(size: int = 0) -> Box:
        return Box(size)


@define(kw_only=True)
class Order:
    id: str
    boxes: list[Box] = field(factory=list)


class Pair(NamedTuple):
    first: int
    second: str = ""


class Reader(Protocol):
    def read(self, size: int) -> bytes: ...


class Holder(Generic[T]):
    item: T


class Shop:
    orders: list[Order]

    def __init__(self, key: str | None = None, *, limit: int = LIMIT, retries: int = 2) -> None:
        self.key = key

    def sell(self, box: Box, count: int = 1, *extra: Box, note: Optional[str] = None, **options: Any) -> Order:
        return Order(id="1")

    def find(self, name: str, /, level: Union[str, int] = 3) -> Sequence[Box] | None:
        return None

    async def close(self, wait: float = 0.5) -> None: ...

    @overload
    def get(self, key: int) -> Box: ...
    @overload
    def get(self, key: str) -> Order: ...
    def get(self, key: int | str) -> Box | Order:
        raise KeyError(key)

    def each(self, then: Callable[[Box], None]) -> Iterator[Box]:
        yield from ()

    def _private(self, key: str) -> None: ...


def opened(path: str | Path, mode: Literal["r", "w"] = "r") -> Shop:
    return Shop()
