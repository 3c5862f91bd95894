"""What is open in a digest's summaries, and what is missing."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from digests.check_queries import missing_summaries, open_findings
from digests.models import Digest, Finding, Summary
from tests.factories import DAY, make_approved, make_digest, make_newsletter, make_paper

pytestmark = pytest.mark.django_db


def find(digest: Digest, place: int, locale: str, **values: Any) -> Finding:
    """A finding in the summary of the digest's paper at this place, counted from 0."""
    entry = digest.entries.order_by("-votes")[place]
    summary = Summary.objects.get(paper=entry.paper_id, locale=locale)
    defaults = {"kind": "number", "level": "error", "mark": f"{summary.pk}-{Finding.objects.count()}"}
    return Finding.objects.create(summary=summary, **defaults | values)


def make_day(**values: Any) -> Digest:
    papers = [make_paper(title=title, summaries={"en": "- One.", "ko": "- 하나."}) for title in ("First", "Second")]
    return make_digest(make_newsletter(**values), papers=papers)


def test_open_findings_stand_in_the_order_of_the_papers() -> None:
    digest = make_day()
    of_the_second, of_the_first = find(digest, 1, "en"), find(digest, 0, "ko")

    assert open_findings(digest) == [of_the_first, of_the_second]


def test_what_was_accepted_left_out_or_is_in_another_language_is_not_open() -> None:
    digest = make_day(locales=["ko"])
    find(digest, 0, "ko", accepted_at=timezone.now())
    find(digest, 0, "en")
    find(digest, 1, "ko")
    digest.entries.filter(paper__title="Second").update(included=False)

    assert open_findings(digest) == []


def test_what_the_glossary_of_another_newsletter_forbids_is_not_ours() -> None:
    digest = make_day()
    find(digest, 0, "ko", detail={"newsletter": digest.newsletter_id + 1})
    ours = find(digest, 0, "ko", detail={"newsletter": digest.newsletter_id})

    assert open_findings(digest) == [ours]


def test_a_paper_lacks_the_languages_that_it_has_no_summary_in() -> None:
    newsletter = make_newsletter(locales=["en", "ko", "pt-br"])
    papers = [make_paper(title="Told", summaries={"en": "- a", "ko": "- b", "pt": "- c"}), make_paper(title="Untold")]
    digest = make_digest(newsletter, papers=papers)

    missing = [(row.title, row.locale) for row in missing_summaries(digest)]

    assert missing == [("Untold", "ko"), ("Untold", "pt-br")]


def test_a_paper_that_another_day_has_told_since_is_nobodys_work() -> None:
    digest = make_digest(papers=[make_paper(summaries={"en": "- One."})], again=False)
    find(digest, 0, "en")
    make_approved(make_digest(digest.newsletter, papers=digest.papers.all(), day=DAY - timedelta(days=1)))

    assert (open_findings(digest), missing_summaries(digest)) == ([], [])


def test_a_day_of_many_papers_takes_few_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    digest = make_digest(papers=20)
    for place in range(20):
        find(digest, place, "en")

    with django_assert_num_queries(7):
        assert (len(open_findings(digest)), len(missing_summaries(digest))) == (20, 20)
