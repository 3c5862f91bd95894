"""Exporting: what came in comes out, whatever other days and sources say; what editors changed comes out changed."""

import json
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from digests.composing import reorder
from digests.exporting import NothingToExport, export
from digests.importing import import_listing
from digests.models import Digest, Entry, Newsletter, Paper, Summary
from digests.sources import hf_daily
from digests.sources.digest_markdown import read, write
from tests.digests.sources.days import day, entry
from tests.digests.sources.rows import row
from tests.digests.sources.shared_data import DAILY, MARKDOWN, MODEL, day_of, facts, headings
from tests.factories import make_newsletter

pytestmark = pytest.mark.django_db

DAY = date(2025, 3, 14)
RICH = day(
    entry(1, "![fig](/avatars/1.svg)", "[Watch Video](a.mp4)", "Vote: -", "Authors: Bo, +, Bo, Ada", "- One. \n- Two."),
    entry(2, "Vote: 7", "A paragraph.\n\n1. A number.", title="[Re] $x$"),
    entry(3, "- Without votes."),
    entry(4, "Vote: 2", "Authors: Cy"),
)


@pytest.fixture
def newsletter() -> Newsletter:
    return make_newsletter(locales=["en", "ko", "de"])


def bring(newsletter: Newsletter, text: str, locale: str = "ko") -> None:
    import_listing(read(text, locale=locale), newsletter)


def bring_daily(newsletter: Newsletter) -> None:
    rows = [row(number, id=f"2503.{number:05}", day="2025-03-14", title=f"HF {number}") for number in (3, 1, 2, 4)]
    import_listing(hf_daily.read(rows, day=None), newsletter)


def canonical(text: str) -> str:
    return write(read(text, locale="ko"))


def test_a_file_comes_out_as_it_came_in(newsletter: Newsletter) -> None:
    bring(newsletter, RICH)

    assert export(newsletter, DAY, "ko") == canonical(RICH)


@pytest.mark.parametrize("order", list(permutations(["ko", "de", "daily", "another day"])))
def test_no_other_source_or_day_changes_what_comes_out(newsletter: Newsletter, order: tuple[str, ...]) -> None:
    german = day(entry(2, "Vote: 9", "Authors: Di", "- Wort.", title="Deutsch"), entry(1, "- Wort."))
    another = day(entry(1, "Vote: 1", "Authors: Eve", "- Other."), heading="## Daily Papers (2025-03-17)")
    steps = {
        "ko": lambda: bring(newsletter, RICH),
        "de": lambda: bring(newsletter, german, "de"),
        "daily": lambda: bring_daily(newsletter),
        "another day": lambda: bring(newsletter, another),
    }

    for step in order:
        steps[step]()
    for step in reversed(order):
        steps[step]()

    assert export(newsletter, DAY, "ko") == canonical(RICH)
    assert export(newsletter, date(2025, 3, 17), "ko") == another
    exported = export(newsletter, DAY, "de")
    assert exported.startswith(german.rstrip("\n").split("### ")[0])
    assert facts(german)["bullets"] == facts(exported)["bullets"]
    assert {"Deutsch"} <= set(facts(exported)["titles"])


def test_a_text_that_another_day_changes_later_stays_what_this_day_said(newsletter: Newsletter) -> None:
    monday, words = "## Daily Papers (2025-03-17)", entry(1, "- The same words.")
    head_alone = day(entry(1, "Vote: 2"), heading="## Daily Papers (2025-03-18)")
    for text in (head_alone, day(words), day(words, heading=monday)):
        bring(newsletter, text)

    bring(newsletter, day(entry(1, "- Better words.")))

    assert export(newsletter, DAY, "ko") == day(entry(1, "- Better words."))
    assert export(newsletter, date(2025, 3, 17), "ko") == day(words, heading=monday)
    assert export(newsletter, date(2025, 3, 18), "ko") == head_alone


def test_export_import_and_export_again_change_nothing(newsletter: Newsletter) -> None:
    bring(newsletter, RICH)
    bring_daily(newsletter)
    for locale in ("ko", "en", "de"):
        first = export(newsletter, DAY, locale)

        report = import_listing(read(first, locale=locale), newsletter)

        assert report.new == 0
        assert export(newsletter, DAY, locale) == first
        assert headings(first) == 4


def test_what_editors_changed_comes_out_changed(newsletter: Newsletter) -> None:
    bring(newsletter, day(entry(1), entry(2), entry(3)))
    Paper.objects.filter(key="arxiv:2503.00001").update(title="Corrected")
    Summary.objects.filter(paper__key="arxiv:2503.00001").update(text="- Mine.\r\n- Too.", origin="human")
    Entry.objects.filter(paper__key="arxiv:2503.00001").update(votes=500)
    Entry.objects.filter(paper__key="arxiv:2503.00003").update(included=False)
    second = Entry.objects.get(paper__key="arxiv:2503.00002")
    bring(newsletter, day(entry(1), entry(2), entry(3)))
    reorder(Digest.objects.get(), {second.pk: 1})
    Entry.objects.filter(pk=second.pk).update(position=0)

    first, other = read(export(newsletter, DAY, "ko"), locale="ko").papers

    assert first.title == "Paper number 2"
    assert (other.title, other.votes, other.summary) == ("Corrected", 500, "- Mine.\n- Too.")


def test_a_language_without_summaries_comes_out_as_heads(newsletter: Newsletter) -> None:
    bring(newsletter, day())

    text = export(newsletter, DAY, "de")

    assert headings(text) == 2
    assert "It finds" not in text
    assert read(text, locale="de").papers[0].votes == 10


def test_a_day_without_a_digest_has_nothing_to_export(newsletter: Newsletter) -> None:
    with pytest.raises(NothingToExport, match="no digest of 2025-03-14"):
        export(newsletter, DAY, "ko")


@pytest.mark.skipif(not MODEL.exists(), reason="the real days are not here")
def test_the_model_day_comes_out_of_the_database_byte_for_byte(newsletter: Newsletter) -> None:
    data = MODEL.read_bytes()
    bring(newsletter, data.decode())

    assert export(newsletter, day_of(MODEL), "ko").encode() == data


@pytest.mark.skipif(not MARKDOWN, reason="the real days are not here")
@pytest.mark.parametrize("daily_first", [True, False])
def test_every_real_day_comes_out_whole_from_one_database(newsletter: Newsletter, *, daily_first: bool) -> None:
    def bring_answers() -> None:
        for path in DAILY:
            import_listing(hf_daily.read(json.loads(path.read_text()), day=day_of(path)), newsletter)

    def bring_files() -> None:
        for path in MARKDOWN:
            bring(newsletter, path.read_text(encoding="utf-8"))

    for step in (bring_answers, bring_files) if daily_first else (bring_files, bring_answers):
        step()

    for path in MARKDOWN:
        _comes_out_whole(newsletter, path)


def _comes_out_whole(newsletter: Newsletter, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    first = export(newsletter, day_of(path), "ko")
    bring(newsletter, first)
    assert facts(first) == facts(text), path.name
    assert export(newsletter, day_of(path), "ko") == first, path.name
