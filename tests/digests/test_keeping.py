"""digests.keeping: what is dear is made once, and no more of it is kept than there is room for."""

from collections.abc import Callable

from digests.keeping import Kept, Shelf


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
