"""Which addresses a list has, and where first."""

from collections.abc import Iterator
from pathlib import Path

from newsletter.subscribers.importing.seen import build, open_seen

ALICE, BOB = "a" * 64, "b" * 64


def test_the_first_record_of_an_address_counts_and_the_worst_of_all(tmp_path: Path) -> None:
    build(tmp_path / "seen", [(ALICE, 0, 1), (BOB, 1, 0), (ALICE, 2, 4), (ALICE, 3, 0)])

    with open_seen(tmp_path / "seen") as seen:
        assert seen.of([ALICE, BOB, "c" * 64]) == {ALICE: (0, 4), BOB: (1, 0)}


def test_two_workers_who_begin_at_once_do_not_get_into_each_others_way(tmp_path: Path) -> None:
    path = tmp_path / "seen"

    def while_another_builds() -> Iterator[tuple[str, int, int]]:
        yield ALICE, 0, 0
        build(path, [(ALICE, 0, 0), (BOB, 1, 0)])
        with open_seen(path) as seen:
            assert len(seen.of([ALICE, BOB])) == 2
        yield BOB, 1, 0

    build(path, while_another_builds())

    with open_seen(path) as seen:
        assert len(seen.of([ALICE, BOB])) == 2
    assert [left.name for left in tmp_path.iterdir()] == ["seen"]
    assert path.stat().st_mode & 0o077 == 0
