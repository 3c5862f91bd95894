"""`manage.py import_digest`, as an editor at a terminal sees it."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from digests.models import Digest, Entry, Newsletter, Paper
from tests.digests.sources.days import day, entry
from tests.factories import make_newsletter

pytestmark = pytest.mark.django_db


@pytest.fixture
def newsletter() -> Newsletter:
    return make_newsletter(slug="papers", locales=["en", "ko"])


def run(*paths: Path, newsletter: str = "papers", locale: str = "ko", votes_at: str = "") -> str:
    out = StringIO()
    options = {"votes_at": votes_at} if votes_at else {}
    call_command("import_digest", *map(str, paths), newsletter=newsletter, locale=locale, stdout=out, **options)
    return out.getvalue()


def saved(folder: Path, text: str | bytes, name: str = "day.md") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_report_counts_papers_and_names_lines(newsletter: Newsletter, tmp_path: Path) -> None:
    path = saved(tmp_path, day(entry(1), entry(2, "Vote: many", "- Words.")))

    first, second = run(path), run(path)

    assert first.splitlines() == [
        f"{path}: 2025-03-14, 2 papers: 2 new, 0 changed, 0 unchanged",
        f"{path}:16: the votes are no number: many",
    ]
    assert "0 new, 0 changed, 2 unchanged" in second


def test_the_hour_of_the_votes_is_kept(newsletter: Newsletter, tmp_path: Path) -> None:
    run(saved(tmp_path, day()), votes_at="2025-03-14T09:00+09:00")

    assert [str(found.votes_at) for found in Entry.objects.all()] == ["2025-03-14 00:00:00+00:00"] * 2


def test_one_broken_file_does_not_stop_the_others(newsletter: Newsletter, tmp_path: Path) -> None:
    good = saved(tmp_path, day())
    bad = saved(tmp_path, "nothing\n", "bad.md")
    other = saved(tmp_path, day(entry(3), heading="## Daily Papers (2025-03-17)"), "other.md")

    with pytest.raises(CommandError) as caught:
        run(good, bad, other)

    assert str(caught.value) == f"{bad}:1: no heading such as ## Daily Papers (2024-04-05)"
    assert Digest.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", ":1", "not UTF-8"),
        (b"\x7fELF\x02\x01\x01\x00", ":1", "U+007F"),
        (day().encode("utf-16"), ":1", "not UTF-8"),
        (day(entry(1, "- 한글 요약")).encode()[:-4], ":5", "not UTF-8"),
        (day().encode()[:-10], ":23", "cut off"),
        (b"", ":1", "no heading"),
        (b"x" * 5_000_001, "", "larger than 5 MB"),
    ],
    ids=["png", "elf", "utf-16", "cut character", "cut line", "empty", "large"],
)
def test_broken_input_ends_with_one_line_and_stores_nothing(
    newsletter: Newsletter, tmp_path: Path, content: bytes, place: str, words: str
) -> None:
    path = saved(tmp_path, content)

    with pytest.raises(CommandError) as caught:
        run(path)

    message = str(caught.value)
    assert message.startswith(f"{path}{place}: ")
    assert words in message
    assert "\n" not in message
    assert not Digest.objects.exists()
    assert not Paper.objects.exists()


def test_a_huge_file_a_folder_and_a_missing_file_are_refused(newsletter: Newsletter, tmp_path: Path) -> None:
    huge = saved(tmp_path, b"")
    with huge.open("wb") as file:
        file.truncate(100_000_000)

    for path, words in ((huge, "larger than 5 MB"), (tmp_path, "not a file"), (tmp_path / "no.md", "No such file")):
        with pytest.raises(CommandError, match=words):
            run(path)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"newsletter": "other"}, "there is no newsletter 'other' (there is: papers)"),
        ({"locale": "fr"}, "'fr' is no language of papers (it offers: en, ko)"),
        ({"locale": "KO!"}, "'KO!' is no language of papers"),
        ({"votes_at": "yesterday"}, "'yesterday' is no time"),
    ],
)
def test_a_wrong_option_is_named_with_what_there_is(
    newsletter: Newsletter, tmp_path: Path, options: dict[str, str], words: str
) -> None:
    path = saved(tmp_path, day())

    with pytest.raises(CommandError) as caught:
        run(path, **options)

    assert words in str(caught.value)
    assert not Digest.objects.exists()
