"""`manage.py import_daily`, with saved answers and with a live address."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from digests.models import Digest, Entry
from tests.digests.sources.rows import row
from tests.digests.sources.web import Play, served
from tests.factories import make_newsletter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def papers() -> None:
    make_newsletter(slug="papers")


def run(*paths: Path, newsletter: str = "papers", **options: str) -> str:
    out = StringIO()
    call_command("import_daily", *map(str, paths), newsletter=newsletter, stdout=out, **options)
    return out.getvalue()


def saved(folder: Path, data: object, name: str = "2024-05-28.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(data, indent=1))
    return path


def test_a_saved_answer_takes_its_day_from_its_name(tmp_path: Path) -> None:
    path = saved(tmp_path, [row(1, day=None), row(2, day=None)])

    first, second = run(path), run(path)

    assert first == f"{path}: 2024-05-28, 2 papers: 2 new, 0 changed, 0 unchanged\n"
    assert "2 unchanged" in second


def test_a_saved_answer_without_a_day_takes_the_one_that_is_given(tmp_path: Path) -> None:
    path = saved(tmp_path, [row(1, day=None)], "answer.json")

    with pytest.raises(CommandError, match="no row names its day"):
        run(path)
    run(path, date="2024-06-01")

    assert str(Digest.objects.get().day) == "2024-06-01"


def test_a_row_that_is_left_out_is_named_with_its_line(tmp_path: Path) -> None:
    path = saved(tmp_path, [row(1), {"title": "no paper"}])
    line = path.read_text().split("\n").index('  "title": "no paper"')

    report = run(path)

    assert f"{path}:{line}: no paper in it" in report


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        (b"[\n{},\n{", ":3", "no JSON"),
        (b"\xff\xfe[\x00", ":1", "not UTF-8"),
        (b'{"error": 1}', ":1", "a list of papers is expected"),
        (
            b'[\n{"paper":\n {"id": "2603.00001", "title": "T"}},\n\n{"paper": 7}]',
            ":5",
            "row 2: paper should be an object",
        ),
        (b"[" * 100_000, ":1", "nested too deeply"),
        (b"[" + b" " * 5_000_000 + b"]", "", "larger than 5 MB"),
    ],
    ids=["cut off", "binary", "wrong shape", "wrong type", "deep", "large"],
)
def test_broken_input_ends_with_one_line_and_stores_nothing(
    tmp_path: Path, content: bytes, place: str, words: str
) -> None:
    path = tmp_path / "2024-05-28.json"
    path.write_bytes(content)

    with pytest.raises(CommandError) as caught:
        run(path)

    assert str(caught.value).startswith(f"{path}{place}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not Digest.objects.exists()


def test_a_day_is_asked_from_the_live_address(settings: Settings) -> None:
    with served([Play(body=json.dumps([row(1)]).encode())]) as web:
        settings.HF_DAILY_URL = f"{web.url}/api/daily_papers"
        report = run(date="2026-03-02")

    assert "1 new" in report
    assert web.paths == ["/api/daily_papers?date=2026-03-02&p=0&limit=100"]
    votes_at = Entry.objects.get().votes_at
    assert votes_at is not None
    assert (votes_at.minute, votes_at.second) == (0, 0)


@pytest.mark.parametrize(
    ("play", "words"),
    [
        (Play(500), "answers 500"),
        (Play(429, headers={"Retry-After": "900"}), "it may be asked again at"),
        (Play(body=b"<html>"), "no JSON"),
        (Play(body=b'[{"paper": []}]'), "row 1: paper should be an object"),
    ],
)
def test_a_live_address_that_fails_ends_with_one_line(settings: Settings, play: Play, words: str) -> None:
    with served([play]) as web:
        settings.HF_DAILY_URL = web.url
        with pytest.raises(CommandError) as caught:
            run(date="2026-03-02")

    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not Digest.objects.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [({}, "name files, or a day"), ({"date": "today"}, "is no day"), ({"newsletter": "x"}, "there is: papers")],
)
def test_a_wrong_option_is_named(options: dict[str, str], words: str) -> None:
    with pytest.raises(CommandError) as caught:
        run(**options)

    assert words in str(caught.value)
