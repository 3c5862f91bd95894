"""The preview: what the next claim would send, and nothing that was not approved."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from digests.models import Digest, Newsletter
from digests.selection import Wishes
from newsletter.subscribers import audience, membership
from newsletter.subscribers.preferences import Preferences
from newsletter.subscribers.previewing import Preview, as_if, preview
from tests.factories import (
    edition_for,
    make_approved,
    make_digest,
    make_newsletter,
    make_paper,
    make_subscription,
    make_topic,
)

pytestmark = pytest.mark.django_db


def shown(newsletter: Newsletter, **wishes: Any) -> Preview:
    found = preview(newsletter, Wishes(**{"locale": "en"} | wishes), rhythm="daily")
    assert found is not None
    return found


def titles(found: Preview) -> list[str]:
    """All papers that the preview names, whole or by title."""
    return [*(paper["paper"].title for paper in found.papers), *found.titles]  # type: ignore[attr-defined]


def a_choosy_day(newsletter: Newsletter) -> Digest:
    agents = make_topic(newsletter, "agents")
    papers = [
        make_paper(title="Agents that plan", authors=["Ada Lovelace"]),
        make_paper(title="Diffusion for video", authors=["Charles Babbage"]),
        make_paper(title="Toxic diffusion", authors=["Ada Lovelace"]),
        make_paper(title="A survey of surveys", authors=["Grace Hopper"]),
    ]
    papers[0].topics.add(agents)
    return make_approved(make_digest(newsletter, papers=papers))


def test_before_the_first_digest_there_is_no_preview() -> None:
    newsletter = make_newsletter()
    make_digest(newsletter)

    assert preview(newsletter, Wishes(locale="en"), rhythm="daily") is None


def test_the_newest_digest_that_is_out_is_shown_and_never_a_draft() -> None:
    newsletter = make_newsletter()
    make_approved(make_digest(newsletter, papers=[make_paper(title="Older")], day=date(2026, 4, 6)))
    make_approved(make_digest(newsletter, papers=[make_paper(title="Newest that is out")], day=date(2026, 4, 7)))
    make_digest(newsletter, papers=[make_paper(title="Draft")], day=date(2026, 4, 8))

    assert titles(shown(newsletter)) == ["Newest that is out"]


def test_a_change_that_is_not_approved_is_not_shown() -> None:
    digest = make_approved(make_digest(papers=[make_paper(title="As approved")]))
    digest.entries.update(included=False)
    digest.entries.get().paper.summaries.update(text="- Not checked.")

    found = shown(digest.newsletter)

    assert titles(found) == ["As approved"]
    assert "Not checked" not in str(found.papers)


def test_the_line_says_how_many_of_how_many_and_why() -> None:
    newsletter = make_newsletter()
    a_choosy_day(newsletter)

    found = shown(newsletter, topics=frozenset({"agents"}), authors=("Lovelace, Ada",), avoided=("toxic",))

    assert titles(found) == ["Agents that plan"]
    assert found.explained.startswith("1 of 4 papers: 1 by author. Left out: ")


def test_an_empty_day_does_what_the_reader_chose() -> None:
    newsletter = make_newsletter()
    a_choosy_day(newsletter)

    silent, telling = (shown(newsletter, words=("nothing",), when_empty=choice) for choice in ("skip", "tell"))

    assert (silent.is_empty, silent.tells, titles(silent)) == (True, False, [])
    assert (telling.is_empty, telling.tells) == (True, True)


def test_a_reader_of_plain_text_sees_the_mails_own_words() -> None:
    newsletter = make_newsletter()
    a_choosy_day(newsletter)

    found = shown(newsletter, format="text")

    assert "Agents that plan" in found.text
    assert found.papers == ()
    assert "/leave/" not in found.text


def test_a_long_day_is_two_papers_in_full_ten_titles_and_a_number() -> None:
    digest = make_approved(papers=20)

    found = shown(digest.newsletter)

    assert (len(found.papers), len(found.titles), found.more) == (2, 10, 8)


def test_the_digest_speaks_its_readers_language_and_the_line_the_pages() -> None:
    newsletter = make_newsletter(locales=["en", "ar"])
    make_approved(make_digest(newsletter, papers=[make_paper(summaries={"ar": "- شيء."})]))

    found = shown(newsletter, locale="ar")

    assert (found.lang, found.dir) == ("ar", "rtl")
    assert found.explained.startswith("1 paper")


def test_choices_that_are_not_saved_change_no_row() -> None:
    bob = make_subscription(hour=5)

    would_be = as_if(bob, Preferences(locale="ko", time_zone="Asia/Seoul", hour=9, weekdays=1))

    assert (would_be.hour, would_be.newsletter) == (9, bob.newsletter)
    assert bob.hour == 5


terms = st.sampled_from(["diffusion", "Agents", "survey of", "toxic", "nothing", "ada lovelace", "Babbage, Charles"])
lines = st.lists(terms, max_size=2, unique=True).map(lambda chosen: tuple(sorted(chosen)))
choices = st.builds(
    Preferences,
    locale=st.sampled_from(["en", "ko"]),
    time_zone=st.just("UTC"),
    hour=st.just(7),
    weekdays=st.just(127),
    second_locale=st.sampled_from(["", "en"]),
    topics=st.sampled_from([frozenset(), frozenset({"agents"})]),
    least_votes=st.integers(0, 5),
    most_papers=st.none() | st.integers(1, 5),
    detail=st.sampled_from(["titles", "short", "full"]),
    format=st.just("html"),
    authors=lines,
    words=lines,
    avoided=lines,
    when_empty=st.sampled_from(["skip", "tell"]),
)


class WhatIsShownIsWhatIsSent(TestCase):
    """Whatever is chosen, saving it brings the papers that the preview had."""

    def setUp(self) -> None:
        self.bob = make_subscription()
        self.revision = a_choosy_day(self.bob.newsletter).revisions.get()

    @effort(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(chosen=choices)
    def test_the_preview_is_what_the_next_claim_sends(self, chosen: Preferences) -> None:
        wished = audience.wishes_of(chosen)
        found = preview(self.bob.newsletter, wished, rhythm="daily")
        membership.change(self.bob, chosen, now=self.bob.created_at)
        self.bob.refresh_from_db()

        edition = edition_for(self.revision, audience.wishes(self.bob))

        assert found is not None
        assert audience.wishes(self.bob) == wished
        sent = edition.selection if edition else []
        entries = {entry.pk: entry.paper.title for entry in self.revision.digest.entries.select_related("paper")}
        assert titles(found) == [entries[entry] for entry, _summary, _reason in sent]
