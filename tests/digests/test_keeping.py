"""digests.keeping: what is dear is made once, and no more of it is kept than there is room for."""

from collections.abc import Callable
from random import Random
from threading import Thread

from digests.keeping import SLOT, Kept, Shelf, weight
from tests.digests.looking import at_once


def recording(made: list[str]) -> Callable[[str], str]:
    def make(word: str) -> str:
        made.append(word)
        return word * 1000

    return make


def test_what_is_kept_is_made_once_and_its_bytes_are_told() -> None:
    made: list[str] = []
    sizes: list[int] = []
    kept = Kept(recording(made), sizes.append)

    assert kept["a"] is kept["a"]

    assert made == ["a"]
    assert [1000 < size < 1300 for size in sizes] == [True]


def test_a_shelf_forgets_what_was_used_longest_ago() -> None:
    made: list[str] = []
    shelf = Shelf(recording(made), limit=3000)

    for word in ("a", "b", "a", "c", "a", "b"):
        assert shelf[word] == word * 1000

    assert made == ["a", "b", "c", "b"]


def test_what_is_larger_than_the_shelf_is_made_but_not_kept() -> None:
    shelf = Shelf(recording([]), limit=500)

    assert shelf["a"] == "a" * 1000
    assert shelf["a"] is not shelf["a"]


def test_threads_that_share_a_shelf_neither_fail_nor_lose_count() -> None:
    shelf: Shelf[int, str] = Shelf(lambda number: str(number) * 1000, limit=50_000)

    def look(seed: int) -> None:
        numbers = Random(seed)
        for _look in range(4000):
            number = numbers.randrange(40)
            assert shelf[number] == str(number) * 1000

    at_once(look)

    held = sum(weight(number) + weight(made) + SLOT for number, (made, _taken) in shelf._kept.items())
    assert held == shelf._size <= 50_000


def slower(ask: Callable[[], object], made: list[str]) -> Callable[[str], str]:
    """Makes; while it makes its first, another thread asks for the same and gets it."""

    def make(word: str) -> str:
        made.append(word)
        if len(made) == 1:
            faster = Thread(target=ask, daemon=True)
            faster.start()
            faster.join(timeout=5)
            assert not faster.is_alive()
        return word * 1000

    return make


def test_what_two_threads_put_on_a_shelf_at_once_is_counted_once() -> None:
    made: list[str] = []
    shelf = Shelf(slower(lambda: shelf["a"], made), limit=50_000)

    assert shelf["a"] is shelf["a"]

    assert made == ["a", "a"]
    assert shelf._size == weight("a") + weight("a" * 1000) + SLOT


def test_what_two_threads_keep_at_once_is_told_once() -> None:
    made: list[str] = []
    sizes: list[int] = []
    kept = Kept(slower(lambda: kept["a"], made), sizes.append)

    assert kept["a"] is kept["a"]

    assert made == ["a", "a"]
    assert len(sizes) == 1
