"""`manage.py preflight`: the report as text, and an end that a script understands."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from digests.models import DigestText
from digests.sources.knocking import Knock
from newsletter.desk.preflight import learning, overruling
from newsletter.desk.preflight.looking import look
from tests.factories import DAY, MORNING, make_digest, make_newsletter, make_publisher

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address answers; those that were asked."""
    asked: list[str] = []

    def knock_at(addresses: list[str], *, seconds: float) -> dict[str, Knock]:
        asked.extend(addresses)
        return {url: Knock(200) for url in addresses}

    monkeypatch.setattr(learning, "knock_at", knock_at)
    monkeypatch.setattr(learning, "judge", lambda _mails: None)
    return asked


def run(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("preflight", *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_a_day_that_is_well_ends_with_0(world: list[str]) -> None:
    make_digest()

    code, said = run("2026-04-07")

    assert code == 0
    assert "FINE       All 2 links answer." in said
    assert "BLOCKING" not in said
    assert len(world) == 2


def test_a_day_that_something_blocks_ends_with_1_and_names_it_first() -> None:
    digest = make_digest()
    DigestText.objects.create(digest=digest, locale="en", subject="[TODO]")

    code, said = run("2026-04-07")

    assert code == 1
    assert said.splitlines()[1] == "  BLOCKING   English: “[TODO]” stands in the subject."


def test_what_was_overruled_blocks_no_more_and_is_told_with_its_reason() -> None:
    digest = make_digest()
    DigestText.objects.create(digest=digest, locale="en", subject="[TODO]")
    report = look(digest, now=MORNING)
    overruling.overrule(report, digest, report.blocking[0].mark, reason="Art.", by=make_publisher(), now=MORNING)

    code, said = run("2026-04-07")

    assert code == 0
    assert "OVERRULED" in said
    assert "alice: Art." in said


def test_one_newsletter_alone_can_be_looked_at() -> None:
    for slug in ("kites", "balloons"):
        make_digest(make_newsletter(slug=slug, name=slug.title()))

    _code, said = run("2026-04-07", "--newsletter", "kites")

    assert "Kites 2026-04-07" in said
    assert "Balloons" not in said


def test_it_can_be_asked_without_asking_anybody(world: list[str]) -> None:
    make_digest()

    _code, said = run("2026-04-07", "--known")

    assert "2 links were not looked at yet." in said
    assert world == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["2026-04-08"], "there is no digest of 2026-04-08"),
        (["tomorrow"], "tomorrow"),
        (["2026-04-07", "--newsletter", "nowhere"], "there is no newsletter 'nowhere'"),
    ],
)
def test_a_day_or_newsletter_that_is_not_there_is_said_in_words(arguments: list[str], words: str) -> None:
    make_digest(day=DAY)

    with pytest.raises(CommandError, match=words):
        run(*arguments)
