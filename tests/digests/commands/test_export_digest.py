"""`manage.py export_digest`, to a file and to standard output."""

import io
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from digests.importing import import_listing
from digests.sources.digest_markdown import read
from tests.digests.sources.days import day, entry
from tests.factories import make_newsletter

pytestmark = pytest.mark.django_db

TEXT = day(entry(1, "Vote: 3", "- 한국어 요약. "))


@pytest.fixture(autouse=True)
def korean_day() -> None:
    newsletter = make_newsletter(slug="papers", locales=["en", "ko"])
    import_listing(read(TEXT, locale="ko"), newsletter)


def test_standard_output_gets_the_bytes_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    bytes_out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(bytes_out, encoding="ascii"))

    call_command("export_digest", "2025-03-14", newsletter="papers", locale="ko")

    assert bytes_out.getvalue() == TEXT.encode()


def test_a_text_stream_gets_no_line_break_of_ours() -> None:
    out = StringIO()

    call_command("export_digest", "2025-03-14", newsletter="papers", locale="ko", stdout=out)

    assert out.getvalue() == TEXT


def test_a_file_gets_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "out.md"

    call_command("export_digest", "2025-03-14", newsletter="papers", locale="ko", output=path)

    assert path.read_bytes() == TEXT.encode()


@pytest.mark.parametrize(
    ("day_text", "options", "words"),
    [
        ("2025-03-15", {}, "papers has no digest of 2025-03-15"),
        ("14.3.2025", {}, "'14.3.2025' is no day"),
        ("2025-03-14", {"locale": "fr"}, "it offers: en, ko"),
        ("2025-03-14", {"newsletter": "x"}, "there is: papers"),
        ("2025-03-14", {"output": Path("/nowhere/out.md")}, "/nowhere/out.md: No such file"),
    ],
)
def test_what_cannot_be_exported_is_said_in_a_line(day_text: str, options: dict[str, object], words: str) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("export_digest", day_text, **{"newsletter": "papers", "locale": "ko", **options})

    assert words in str(caught.value)
