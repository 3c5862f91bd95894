"""digests.editions: what approval freezes, and who shares an edition."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from digests import queries
from digests.content import from_json
from digests.editions import content_of, current, current_revision, editions_for, freeze, key_of
from digests.models import Digest, Edition, Entry, Revision
from digests.selection import Wishes, edition_key
from tests.factories import (
    MORNING,
    edition_for,
    make_approved,
    make_digest,
    make_newsletter,
    make_paper,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def titled(votes: dict[str, int | None], **values: Any) -> Digest:
    """A digest whose papers have these titles and votes, listed in this order."""
    digest = make_digest(papers=[make_paper(title=title) for title in votes], **values)
    for entry in digest.entries.select_related("paper"):
        Entry.objects.filter(pk=entry.pk).update(votes=votes[entry.paper.title])
    return digest


def titles(digest: Digest) -> list[str]:
    return [entry.title for entry in freeze(digest).entries]


def test_papers_stand_by_votes_the_unknown_last_and_ties_as_listed() -> None:
    digest = titled({"unknown": None, "two": 2, "first of five": 5, "second of five": 5, "none": 0})

    assert titles(digest) == ["first of five", "second of five", "two", "none", "unknown"]


def test_an_editors_order_is_kept() -> None:
    digest = titled({"one": 1, "nine": 9}, ordering=Digest.Ordering.EDITOR)

    assert titles(digest) == ["one", "nine"]


def test_what_the_editor_left_out_is_not_frozen() -> None:
    digest = titled({"in": 1, "out": 2})

    Entry.objects.filter(paper__title="out").update(included=False)

    assert titles(digest) == ["in"]


def test_topics_of_another_newsletter_stay_there() -> None:
    newsletter = make_newsletter()
    paper = make_paper()
    paper.topics.add(make_topic(newsletter, "agents"), make_topic(make_newsletter(), "robots"))

    content = freeze(make_digest(newsletter, papers=[paper]))

    assert content.entries[0].topics == ("agents",)
    assert set(content.topics) == {"agents"}


def test_a_summary_is_checked_when_somebody_or_sometime_is_named() -> None:
    paper = make_paper(summaries={"en": "- One.", "ko": "- 하나.", "de": "- Eins."})
    paper.summaries.filter(locale="en").update(checked_by=make_user())
    paper.summaries.filter(locale="ko").update(checked_at=datetime(2026, 4, 1, tzinfo=UTC))

    said = freeze(make_digest(papers=[paper])).entries[0].summaries

    assert {locale: summary.checked for locale, summary in said.items()} == {"en": True, "ko": True, "de": False}


def test_freezing_reads_as_often_for_twenty_papers_as_for_one(django_assert_max_num_queries: Any) -> None:
    digest = make_digest(papers=20)

    with django_assert_max_num_queries(9):
        freeze(digest)


def test_frozen_content_survives_the_database() -> None:
    digest = make_approved()
    content = freeze(digest)

    revision = current_revision(digest)

    assert revision is not None
    assert content_of(Revision.objects.get(pk=revision.pk)) == content
    assert from_json(revision.content) == content


def test_the_newest_revision_is_the_current_one() -> None:
    digest = make_approved()
    make_approved(digest)

    revision = current_revision(digest)

    assert revision is not None
    assert revision.number == 2
    assert current_revision(make_digest()) is None


def test_content_is_read_once_but_never_taken_for_another(django_assert_num_queries: Any) -> None:
    digest = make_approved()
    revision, content = current(digest)

    with django_assert_num_queries(1):
        assert current(digest)[1] is content_of(revision) is content

    another = revision.content | {"name": "Another"}  # a restored database gives the number again
    Revision.objects.filter(pk=revision.pk).update(content=another, approved_at=MORNING)
    assert current(digest)[1].name == "Another"


def test_readers_with_the_same_wishes_share_an_edition() -> None:
    revision = current_revision(make_approved())
    assert revision is not None

    editions = [edition_for(revision, Wishes(locale=locale)) for locale in ("en", "en", "ko")]

    assert editions[0] == editions[1]
    assert editions[0] != editions[2]


def test_an_edition_that_another_worker_makes_at_the_same_moment_is_the_same_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    revision = make_approved(titled({"paper": 1})).revisions.get()
    keys = [edition_key(content_of(revision), Wishes(locale=locale)) for locale in ("en", "ko")]
    theirs = editions_for(revision, keys[:1])
    monkeypatch.setattr(queries, "edition_ids", lambda *_asked: {})  # asked before they were there

    ours = editions_for(revision, keys)

    assert ours[keys[0]] == theirs[keys[0]]
    assert {edition.pk: key_of(edition) for edition in Edition.objects.all()} == {ours[key]: key for key in keys}


def test_an_edition_gives_its_key_back() -> None:
    revision = current_revision(make_approved())
    assert revision is not None
    content = content_of(revision)
    wishes = Wishes(locale="ko", most_papers=1, detail="short", format="text")

    edition = edition_for(revision, wishes)

    assert edition is not None
    edition.refresh_from_db()
    assert key_of(edition) == edition_key(content, wishes)
    assert edition.key == key_of(edition).fingerprint()
    assert abs(timezone.now() - edition.created_at) < timedelta(minutes=1)


def test_there_is_no_edition_of_nothing() -> None:
    revision = current_revision(make_approved())
    assert revision is not None

    assert edition_for(revision, Wishes(locale="en", least_votes=99)) is None


def test_readers_who_want_to_be_told_of_nothing_share_an_edition() -> None:
    revision = current_revision(make_approved())
    assert revision is not None
    few, elsewhere = Wishes(locale="en", least_votes=99), Wishes(locale="en", words=("zebra",))

    told = [edition_for(revision, replace(wishes, when_empty="tell")) for wishes in (few, elsewhere)]

    assert told[0] == told[1]
    assert told[0] is not None
    assert (told[0].selection, told[0].total) == ([], 2)


def test_a_revision_from_before_key_words_were_kept_is_read() -> None:
    revision = current_revision(make_approved())
    assert revision is not None
    plain = content_of(revision).as_json()
    for entry in plain["entries"]:
        del entry["keywords"]

    assert from_json(plain) == content_of(revision)


def test_key_words_are_frozen_with_the_paper() -> None:
    paper = make_paper(title="Untitled", keywords=["kites"])

    content = freeze(make_digest(papers=[paper]))

    (selected,) = edition_key(content, Wishes("en", words=("kites",))).selection
    assert selected.reason == "word:kites"


def test_a_digest_that_a_newer_version_approved_is_read_by_this_one() -> None:
    revision = make_approved(make_digest(newsletter=make_newsletter())).revisions.get()
    newer = {**revision.content, "weather": "rain"}
    newer["entries"] = [
        {**entry, "pages": 12, "summaries": {"en": {**entry["summaries"]["en"], "voice": "calm"}}}
        for entry in newer["entries"]
    ]
    newer["words"] = {"en": {"subject": "Kites", "preheader": "", "note": "", "mood": "fair"}}

    read = from_json(newer)

    assert read.entries == content_of(revision).entries
    assert read.words["en"].subject == "Kites"
