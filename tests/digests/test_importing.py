"""Importing: repeatable, whole or not at all, and never against an editor."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from digests import importing
from digests.exporting import export
from digests.importing import ImportReport, import_listing, import_source
from digests.models import Digest, DigestText, Entry, Newsletter, Paper, Source, Summary
from digests.sources import hf_daily
from digests.sources.digest_markdown import read
from tests.digests.sources.days import day, entry
from tests.digests.sources.rows import row
from tests.digests.sources.shared_data import DAILY, MARKDOWN, day_of, headings
from tests.digests.sources.web import Play, served
from tests.factories import make_approved, make_newsletter, make_paper, make_topic, make_user

pytestmark = pytest.mark.django_db

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def newsletter() -> Newsletter:
    return make_newsletter(locales=["en", "ko", "de"])


def bring(newsletter: Newsletter, text: str, locale: str = "ko", *, votes_at: datetime | None = None) -> ImportReport:
    return import_listing(read(text, locale=locale), newsletter, votes_at=votes_at)


def bring_daily(newsletter: Newsletter, *rows: object, votes_at: datetime | None = None) -> ImportReport:
    return import_listing(hf_daily.read(list(rows), day=None), newsletter, votes_at=votes_at)


def counts(report: ImportReport) -> tuple[int, int, int]:
    return report.new, report.changed, report.unchanged


def said(report: ImportReport) -> str:
    return " ".join(note.text for note in report.notes)


def entry_of(number: int) -> Entry:
    return Entry.objects.get(paper__key=f"arxiv:2503.{number:05}")


def summary_of(number: int, locale: str = "ko") -> Summary:
    return Summary.objects.get(paper__key=f"arxiv:2503.{number:05}", locale=locale)


def test_a_days_papers_are_there_after_an_import(newsletter: Newsletter) -> None:
    report = bring(newsletter, day(), votes_at=EIGHT)

    first, second = Entry.objects.order_by("position")
    assert counts(report) == (2, 0, 0)
    assert Digest.objects.get().day == date(2025, 3, 14)
    assert (first.paper.title, first.position, first.votes, first.votes_at) == ("Paper number 1", 1, 10, EIGHT)
    assert first.paper.authors == ["Ada Lovelace", "Author 1"]
    assert first.paper.media == [{"kind": "image", "url": "https://pictures.example/1.png", "alt": ""}]
    assert (second.position, second.included) == (2, True)
    assert (summary_of(1).text, summary_of(1).origin) == ("- It finds 1 things.\n- It measures them.", "imported")


def test_a_second_import_writes_nothing(newsletter: Newsletter) -> None:
    bring(newsletter, day(), votes_at=EIGHT)

    with CaptureQueriesContext(connection) as queries:
        report = bring(newsletter, day(), votes_at=datetime(2026, 3, 2, 9, tzinfo=UTC))

    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert counts(report) == (0, 0, 2)
    assert written == []


def test_a_large_day_takes_as_few_queries_as_a_small_one(newsletter: Newsletter) -> None:
    make_topic(newsletter, terms=["paper"])

    with CaptureQueriesContext(connection) as queries:
        bring(newsletter, day(*(entry(number) for number in range(1, 69))))

    assert Entry.objects.count() == 68
    assert len(queries) <= 32


def test_a_changed_file_changes_what_came_from_it(newsletter: Newsletter) -> None:
    bring(newsletter, day())

    report = bring(newsletter, day(entry(2), entry(1, "Vote: 11", "Authors: Ada", "- New.", title="Better")))

    changed = entry_of(1)
    assert counts(report) == (0, 2, 0)
    assert (changed.position, changed.votes, changed.paper.title) == (2, 11, "Better")
    assert (changed.paper.authors, summary_of(1).text) == (["Ada"], "- New.")
    assert changed.paper.media, "what a file says no more of a paper is not forgotten"


def test_a_file_cut_off_at_a_lines_end_destroys_no_summary(newsletter: Newsletter) -> None:
    whole = day()
    cut = whole[: whole.rindex("- It measures")]
    bring(newsletter, whole)

    report = bring(newsletter, cut)

    assert counts(report) == (0, 0, 2)
    assert summary_of(2).text == "- It finds 2 things.\n- It measures them."
    assert "the summary ends earlier than what is there: kept; is the file cut off?" in said(report)
    assert [note.line for note in report.notes if "kept" in note.text] == [
        cut[: cut.index("### [Paper number 2")].count("\n") + 1
    ]
    assert export(newsletter, date(2025, 3, 14), "ko") == whole
    assert counts(bring(newsletter, whole)) == (0, 0, 2)


def test_a_longer_or_another_summary_is_taken(newsletter: Newsletter) -> None:
    bring(newsletter, day(entry(1, "- One."), entry(2, "- Two.")))

    bring(newsletter, day(entry(1, "- One.\n- More."), entry(2, "- 2.")))

    assert (summary_of(1).text, summary_of(2).text) == ("- One.\n- More.", "- 2.")


def test_another_language_adds_its_summaries_and_keeps_the_votes(newsletter: Newsletter) -> None:
    bring(newsletter, day(), votes_at=EIGHT)

    report = bring(newsletter, day(), "de")

    assert counts(report) == (0, 2, 0)
    assert set(Summary.objects.values_list("locale", flat=True)) == {"ko", "de"}
    assert entry_of(1).votes_at == EIGHT


def test_other_votes_in_another_language_count_as_the_newer_ones(newsletter: Newsletter) -> None:
    bring(newsletter, day())

    bring(newsletter, day(entry(1, "Vote: 12", "- Wort."), entry(2, "- Wort.")), "de")

    assert (entry_of(1).votes, entry_of(2).votes) == (12, 20)


def test_a_persons_text_is_never_overwritten(newsletter: Newsletter) -> None:
    bring(newsletter, day())
    Summary.objects.filter(pk=summary_of(1).pk).update(origin="human", text="- Mine.")
    Summary.objects.filter(pk=summary_of(2).pk).update(checked_by=make_user(), checked_at=EIGHT)

    same = bring(newsletter, day())
    changed = bring(newsletter, day(entry(1, "- Other."), entry(2, "- Other.")))

    assert counts(same) == (0, 0, 2)
    assert summary_of(1).text == "- Mine."
    assert summary_of(2).text == "- It finds 2 things.\n- It measures them."
    assert [note.line for note in changed.notes if "a person" in note.text] == [3, 7]


def test_a_machines_draft_gives_way_with_a_note(newsletter: Newsletter) -> None:
    paper = make_paper(key="arxiv:2503.00001", url="https://arxiv.org/abs/2503.00001", summaries={})
    Summary.objects.create(paper=paper, locale="ko", text="- Draft.", origin="machine", model="m-1")

    report = bring(newsletter, day(entry(1)))

    summary = summary_of(1)
    assert (summary.origin, summary.model) == ("imported", "")
    assert "machine's draft was replaced" in said(report)


def test_the_same_paper_on_another_day_keeps_its_first_text_with_a_note(newsletter: Newsletter) -> None:
    bring(newsletter, day(entry(1)))

    report = bring(newsletter, day(entry(1, "Vote: 3", "- Other."), heading="## Daily Papers (2025-03-17)"))

    assert summary_of_one_paper() == "- It finds 1 things.\n- It measures them."
    assert [note.line for note in report.notes] == [3]
    assert "another listing" in said(report)
    assert list(Entry.objects.order_by("votes").values_list("votes", flat=True)) == [3, 10]


def summary_of_one_paper() -> str:
    return Summary.objects.get(locale="ko").text


def test_an_editor_who_corrects_a_title_is_not_undone(newsletter: Newsletter) -> None:
    bring(newsletter, day())
    Paper.objects.filter(key="arxiv:2503.00001").update(title="Corrected")

    same = bring(newsletter, day())
    bring(newsletter, day(entry(1, "- Words.", title="From the file again")))

    assert counts(same) == (0, 0, 2)
    assert entry_of(1).paper.title == "Corrected"


def test_an_editors_order_and_left_out_papers_stay(newsletter: Newsletter) -> None:
    bring(newsletter, day())
    Digest.objects.update(ordering="editor")
    Entry.objects.filter(pk=entry_of(1).pk).update(position=9, included=False)

    bring(newsletter, day(entry(3), entry(1), entry(2)))

    assert [entry_of(number).position for number in (2, 1)] == [2, 9]
    assert entry_of(3).position > 9
    assert not entry_of(1).included


def test_a_paper_that_is_gone_from_the_file_is_named_and_stays(newsletter: Newsletter) -> None:
    bring(newsletter, day())

    report = bring(newsletter, day(entry(1)))

    assert Entry.objects.count() == 2
    assert "Paper number 2" in said(report)


def test_a_marker_among_the_authors_is_no_person(newsletter: Newsletter) -> None:
    bring(newsletter, day(entry(1, "Authors: Ada, Bo, Bo, +12, +", "- Words.")))

    assert Paper.objects.get().authors == ["Ada", "Bo"]


def test_text_above_the_papers_becomes_the_editors_note_unless_there_is_one(newsletter: Newsletter) -> None:
    bring(newsletter, day("Good morning.", entry(1)))
    assert DigestText.objects.get(locale="ko").note == "Good morning."
    DigestText.objects.update(note="Mine.")

    report = bring(newsletter, day("Good morning.", entry(1)))

    assert DigestText.objects.get(locale="ko").note == "Mine."
    assert "editor's note" in said(report)


def test_an_approved_digest_says_that_readers_get_what_was_approved(newsletter: Newsletter) -> None:
    bring(newsletter, day(entry(1)))
    make_approved(Digest.objects.get())

    same = bring(newsletter, day(entry(1)))
    more = bring(newsletter, day())

    assert "approved" not in said(same)
    assert "until it is approved again" in said(more)
    assert counts(more) == (1, 0, 1)


def test_a_correction_of_a_paused_digest_is_said_to_wait_for_an_approval(newsletter: Newsletter) -> None:
    bring(newsletter, day())
    make_approved(Digest.objects.get())
    Digest.objects.update(status=Digest.Status.PAUSED)

    more = bring(newsletter, day(entry(3)))

    assert "the digest is paused: readers get it as it was approved, until it is approved again" in said(more)


def test_an_error_half_way_leaves_nothing(newsletter: Newsletter, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(importing, "_add_topics", fail)

    with pytest.raises(DatabaseError):
        bring(newsletter, day())

    assert not Paper.objects.exists()
    assert not Digest.objects.exists()


def test_two_newsletters_share_a_paper_and_not_a_digest(newsletter: Newsletter) -> None:
    other = make_newsletter()
    bring(newsletter, day())

    report = bring(other, day())

    assert counts(report) == (2, 0, 0)
    assert (Paper.objects.count(), Digest.objects.count()) == (2, 2)


def test_a_new_paper_gets_the_fitting_topics_of_each_newsletter_that_lists_it(newsletter: Newsletter) -> None:
    other = make_newsletter()
    ours, theirs = make_topic(newsletter, "ours", terms=["paper"]), make_topic(other, "theirs", terms=["number 1"])
    make_topic(newsletter, "unfit", terms=["reagent"])

    bring(newsletter, day())
    bring(other, day())

    assert set(entry_topics(newsletter, 1)) == {ours, theirs}
    assert set(entry_topics(newsletter, 2)) == {ours}


def entry_topics(newsletter: Newsletter, number: int) -> list[object]:
    return list(Paper.objects.get(key=f"arxiv:2503.{number:05}").topics.all())


def test_a_topic_that_an_editor_took_away_does_not_come_back(newsletter: Newsletter) -> None:
    make_topic(newsletter, terms=["paper"])
    bring(newsletter, day(entry(1)))
    Paper.objects.get().topics.clear()

    bring(newsletter, day(entry(1)))
    bring(newsletter, day(entry(1), heading="## Daily Papers (2025-03-17)"))

    assert not Paper.objects.get().topics.exists()


def test_an_abstract_that_comes_later_brings_its_topics(newsletter: Newsletter) -> None:
    topic = make_topic(newsletter, terms=["robots"])
    bring(newsletter, day(entry(1)))

    bring_daily(newsletter, row(1, id="2503.00001", summary="About robots.", day="2025-03-14"))

    assert list(Paper.objects.get().topics.all()) == [topic]


def test_a_local_image_is_taken_at_once(newsletter: Newsletter, tmp_path: Path) -> None:
    from tests.digests.test_images import picture

    (tmp_path / "plots").mkdir()
    (tmp_path / "plots" / "a.png").write_bytes(picture())
    text = day(entry(1, "![](plots/a.png)", "- Words."))

    import_listing(read(text, locale="ko"), newsletter, base=tmp_path)

    assert str(Paper.objects.get().image).startswith("images/")


def test_abstracts_become_english_summaries_marked_as_original(newsletter: Newsletter) -> None:
    report = bring_daily(newsletter, row(1), row(2), votes_at=EIGHT)

    summary = Summary.objects.get(paper__key="arxiv:2603.00001")
    assert counts(report) == (2, 0, 0)
    assert (summary.locale, summary.origin, summary.text) == ("en", "original", "We study 1 things.\n\nAnd more.")
    assert summary.paper.abstract == summary.text
    assert Entry.objects.get(paper=summary.paper).votes_at == EIGHT


def test_votes_grow_from_hour_to_hour_and_keep_their_hour(newsletter: Newsletter) -> None:
    nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
    bring_daily(newsletter, row(1), row(2), votes_at=EIGHT)

    report = bring_daily(newsletter, row(1, upvotes=99), row(2), votes_at=nine)

    first, second = Entry.objects.order_by("position")
    assert counts(report) == (0, 1, 1)
    assert (first.votes, first.votes_at) == (99, nine)
    assert second.votes_at == EIGHT


@pytest.mark.parametrize("origin", ["imported", "human", "machine"])
def test_an_abstract_never_replaces_a_summary(newsletter: Newsletter, origin: str) -> None:
    paper = make_paper(key="arxiv:2603.00001", summaries={})
    Summary.objects.create(paper=paper, locale="en", text="- Ours.", origin=origin)

    bring_daily(newsletter, row(1))
    bring_daily(newsletter, row(1, summary="Another version."))

    assert Summary.objects.get().text == "- Ours."


def test_an_abstract_replaces_its_own_former_version(newsletter: Newsletter) -> None:
    bring_daily(newsletter, row(1))

    bring_daily(newsletter, row(1, summary="Another version."))

    assert (Summary.objects.get().text, Paper.objects.get().abstract) == ("Another version.", "Another version.")


def test_an_english_file_takes_the_place_of_the_abstract(newsletter: Newsletter) -> None:
    bring_daily(newsletter, row(1, id="2503.00001", day="2025-03-14"))

    bring(newsletter, day(entry(1)), "en")
    bring_daily(newsletter, row(1, id="2503.00001", day="2025-03-14"))

    assert summary_of(1, "en").origin == "imported"
    assert Paper.objects.get().abstract == "We study 1 things.\n\nAnd more."


def test_an_empty_listing_makes_no_digest(newsletter: Newsletter) -> None:
    report = import_listing(hf_daily.read([], day=date(2026, 3, 1)), newsletter)

    assert counts(report) == (0, 0, 0)
    assert not Digest.objects.exists()


def test_a_live_source_brings_the_utc_day_with_the_hour_of_its_votes(
    newsletter: Newsletter, settings: Settings
) -> None:
    source = Source.objects.create(newsletter=newsletter, kind="hf_daily", last_error="it was down")
    now = datetime(2026, 3, 3, 8, 40, tzinfo=ZoneInfo("Asia/Seoul"))

    with served([Play(body=json.dumps([row(1)]).encode())]) as web:
        settings.HF_DAILY_URL = web.url
        report = import_source(source, now=now)

    source.refresh_from_db()
    assert report is not None
    assert counts(report) == (1, 0, 0)
    assert "date=2026-03-02" in web.paths[0]
    assert web.agents == ["Paperboy/0.1 (+http://testserver)"]
    assert Entry.objects.get().votes_at == datetime(2026, 3, 2, 23, tzinfo=UTC)
    assert (source.last_success_at, source.last_error) == (now, "")


@pytest.mark.parametrize("play", [Play(500), Play(body=b"{}"), Play(429, headers={"Retry-After": "999"})])
def test_a_live_source_that_fails_is_remembered_and_nothing_is_stored(
    newsletter: Newsletter, settings: Settings, play: Play
) -> None:
    source = Source.objects.create(newsletter=newsletter, kind="hf_daily", last_success_at=EIGHT)

    with served([play]) as web:
        settings.HF_DAILY_URL = web.url
        report = import_source(source, now=EIGHT)

    source.refresh_from_db()
    assert report is None
    assert source.last_error
    assert source.last_success_at == EIGHT
    assert not Digest.objects.exists()


@pytest.mark.skipif(not MARKDOWN, reason="the real days are not here")
def test_all_real_days_go_into_one_database_without_losing_a_paper(newsletter: Newsletter) -> None:
    for path in MARKDOWN:
        text = path.read_text(encoding="utf-8")
        report = bring(newsletter, text)
        assert report.new == headings(text), path.name
    for path in DAILY:
        rows = json.loads(path.read_text(encoding="utf-8"))
        report = import_listing(hf_daily.read(rows, day=day_of(path)), newsletter)
        assert sum(counts(report)) == len(rows), path.name

    listed = {(date, key) for date, key in Entry.objects.values_list("digest__day", "paper__key")}
    assert len(listed) == Entry.objects.count()
    for path in MARKDOWN:
        assert counts(bring(newsletter, path.read_text(encoding="utf-8")))[:2] == (0, 0), path.name
