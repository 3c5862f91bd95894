"""Keeping what is dear to make: dicts that make what they miss and say how much they have grown. Pure."""

from collections.abc import Callable
from sys import getsizeof
from typing import Generic, TypeVar

SLOT = 100  # bytes of an entry in a dict that has room to grow

K = TypeVar("K")
V = TypeVar("V")


class Kept(dict[K, V]):
    """What `make` made of each key that was asked for; `grown` is told the bytes that it takes."""

    def __init__(self, make: Callable[[K], V], grown: Callable[[int], None]) -> None:
        super().__init__()
        self._make = make
        self._grown = grown

    def __missing__(self, key: K) -> V:
        made = self[key] = self._make(key)
        self._grown(weight(key) + weight(made) + SLOT)
        return made


class Shelf(Generic[K, V]):
    """What was made last, as long as all of it takes no more than `limit` bytes."""

    def __init__(self, make: Callable[[K], V], *, limit: int) -> None:
        self._make = make
        self._limit = limit
        self._kept: dict[K, V] = {}
        self._size = 0

    def __getitem__(self, key: K) -> V:
        made = self._kept.pop(key, None)
        if made is None:
            made = self._make(key)
            self._size += weight(key) + weight(made) + SLOT
        self._kept[key] = made  # now the youngest: a dict keeps its order
        while self._size > self._limit and self._kept:
            oldest = next(iter(self._kept))
            self._size -= weight(oldest) + weight(self._kept.pop(oldest)) + SLOT
        return made


def weight(value: object) -> int:
    """The bytes of memory that a value takes: strings, and tuples of them."""
    return getsizeof(value) + (sum(map(weight, value)) if isinstance(value, tuple) else 0)
