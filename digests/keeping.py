"""Keeping what is dear to make, and counting the bytes that it takes; threads may share it. Pure."""

from collections.abc import Callable
from sys import getsizeof
from threading import Lock
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
        made = self._make(key)
        kept = self.setdefault(key, made)  # another thread may have been faster
        if kept is made:
            self._grown(_taken(key, made))
        return kept


class Shelf(Generic[K, V]):
    """What was used last, as long as all of it takes no more than `limit` bytes.

    `make` makes what is asked for by its key alone; who knows more than the key asks `kept`, and says `keep`.
    """

    def __init__(self, make: Callable[[K], V] | None = None, *, limit: int) -> None:
        self._make = make
        self._limit = limit
        self._lock = Lock()
        self._kept: dict[K, tuple[V, int]] = {}  # with the bytes that were counted: a string's may grow later
        self._size = 0

    def __getitem__(self, key: K) -> V:
        found = self.kept(key)
        if found is not None:
            return found
        if self._make is None:
            raise KeyError(key)
        return self.keep(key, self._make(key))  # without the lock: others need not wait for it

    def kept(self, key: K) -> V | None:
        with self._lock:
            return self._used(key) if key in self._kept else None

    def keep(self, key: K, made: V) -> V:
        """What is kept there now: another thread may have been faster."""
        taken = _taken(key, made)
        with self._lock:
            if key in self._kept:
                return self._used(key)
            self._kept[key] = made, taken
            self._size += taken
            while self._size > self._limit:
                _oldest, freed = self._kept.pop(next(iter(self._kept)))
                self._size -= freed
        return made

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._size = 0

    def _used(self, key: K) -> V:
        """What is kept there, which is now the youngest: a dict keeps its order."""
        kept = self._kept[key] = self._kept.pop(key)
        return kept[0]


def weight(value: object) -> int:
    """The bytes of memory that a string or a number takes, or a tuple of such, however deep; of others their own."""
    return getsizeof(value) + (sum(map(weight, value)) if isinstance(value, tuple) else 0)


def _taken(key: object, value: object) -> int:
    """The bytes of an entry."""
    return weight(key) + weight(value) + SLOT
