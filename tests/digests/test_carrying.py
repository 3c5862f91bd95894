"""What is told once, and what is carried over: late papers, days off, and decisions that stay."""

from datetime import UTC, date, datetime, timedelta

import pytest

from digests.carrying import carry_all, carry_over
from digests.editions import freeze
from digests.importing import import_listing
from digests.models import DayOff, Digest, Entry, Newsletter, Paper
from digests.sources.digest_markdown import read
from tests.digests.sources.days import day, entry
from tests.factories import DAY, make_approved, make_digest, make_newsletter, make_paper

pytestmark = pytest.mark.django_db
NEXT = DAY + timedelta(days=1)


@pytest.fixture
def newsletter() -> Newsletter:
    return make_newsletter()


def late(digest: Digest, title: str = "Late", **values: object) -> Paper:
    """A paper that comes into the digest now."""
    paper = make_paper(title=title)
    Entry.objects.create(digest=digest, paper=paper, position=99, votes=7, **values)
    return paper


def carried(digest: Digest) -> dict[str, date | None]:
    return dict(digest.entries.filter(carried_from__isnull=False).values_list("paper__title", "carried_from"))


def told(digest: Digest) -> list[str]:
    return [one.title for one in freeze(digest).entries]


def test_what_came_after_the_approval_stands_in_the_next_draft(newsletter: Newsletter) -> None:
    late(make_approved(make_digest(newsletter)))
    tomorrow = make_digest(newsletter, day=NEXT, papers=1)

    assert carry_over(tomorrow) == 1

    assert carried(tomorrow) == {"Late": DAY}
    assert told(tomorrow)[0] == "Late"


def test_it_is_carried_once_however_often_that_is_done(newsletter: Newsletter) -> None:
    late(make_approved(make_digest(newsletter)))
    tomorrow = make_digest(newsletter, day=NEXT)
    after = make_digest(newsletter, day=NEXT + timedelta(days=1))

    assert [carry_over(tomorrow), carry_over(tomorrow), carry_over(after)] == [1, 0, 0]


def test_what_an_editor_left_out_stays_where_it_is(newsletter: Newsletter) -> None:
    late(make_approved(make_digest(newsletter)), included=False)

    assert carry_over(make_digest(newsletter, day=NEXT)) == 0


def test_what_an_editor_left_out_of_the_next_digest_is_not_carried_past_it(newsletter: Newsletter) -> None:
    late(make_approved(make_digest(newsletter)))
    tomorrow = make_digest(newsletter, day=NEXT)
    carry_over(tomorrow)
    tomorrow.entries.filter(carried_from=DAY).update(included=False)
    make_approved(tomorrow)

    assert carry_over(make_digest(newsletter, day=NEXT + timedelta(days=1))) == 0


def test_a_draft_keeps_its_papers_for_its_own_day(newsletter: Newsletter) -> None:
    make_digest(newsletter)

    assert carry_over(make_digest(newsletter, day=NEXT)) == 0


def test_what_was_collected_on_a_day_off_comes_on_the_next_day(newsletter: Newsletter) -> None:
    late(make_approved(make_digest(newsletter)))
    off = make_digest(newsletter, day=NEXT, papers=[make_paper(title="Of the holiday")])
    DayOff.objects.create(newsletter=newsletter, day=NEXT)
    after = make_digest(newsletter, day=NEXT + timedelta(days=1), papers=0)

    assert [carry_over(off), carry_over(after)] == [0, 2]

    assert carried(after) == {"Late": DAY, "Of the holiday": NEXT}


@pytest.mark.parametrize("status", ["approved", "paused", "cancelled", "closed"])
def test_nothing_is_carried_into_what_is_no_draft(newsletter: Newsletter, status: str) -> None:
    late(make_approved(make_digest(newsletter)))
    tomorrow = make_approved(make_digest(newsletter, day=NEXT))
    Digest.objects.filter(pk=tomorrow.pk).update(status=status)

    assert carry_over(tomorrow) == 0


def test_another_newsletters_late_papers_are_its_own(newsletter: Newsletter) -> None:
    late(make_approved(make_digest(make_newsletter())))

    assert carry_over(make_digest(newsletter, day=NEXT)) == 0


def test_the_timetable_carries_into_the_drafts_to_come(newsletter: Newsletter) -> None:
    tomorrow = make_digest(newsletter, day=NEXT)
    late(make_approved(make_digest(newsletter)))

    carry_all(now=datetime(2026, 4, 7, 12, tzinfo=UTC))

    assert carried(tomorrow) == {"Late": DAY}


def test_an_import_of_the_next_day_brings_the_late_papers_along(newsletter: Newsletter) -> None:
    late(make_approved(make_digest(newsletter, day=date(2025, 3, 13))))

    import_listing(read(day(), locale="ko"), newsletter)

    assert carried(newsletter.digests.get(status="draft")) == {"Late": date(2025, 3, 13)}


def sent(newsletter: Newsletter, title: str = "Sent") -> Paper:
    """A paper that an approved digest of yesterday has."""
    paper = make_paper(title=title)
    make_approved(make_digest(newsletter, papers=[paper], day=DAY - timedelta(days=1)))
    return paper


def test_a_paper_goes_out_once(newsletter: Newsletter) -> None:
    digest = make_digest(newsletter, papers=[sent(newsletter), make_paper(title="New")], again=False)

    assert told(digest) == ["New"]


def test_a_paper_goes_out_again_when_an_editor_wants_that(newsletter: Newsletter) -> None:
    digest = make_digest(newsletter, papers=[sent(newsletter)], again=False)

    digest.entries.update(again=True)

    assert told(digest) == ["Sent"]


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_what_was_taken_back_has_told_nothing(newsletter: Newsletter, status: str) -> None:
    digest = make_digest(newsletter, papers=[sent(newsletter)], again=False)

    newsletter.digests.exclude(pk=digest.pk).update(status=status, approved_at=None)

    assert told(digest) == ["Sent"]


def test_a_digest_that_is_approved_again_keeps_its_own_papers(newsletter: Newsletter) -> None:
    paper = sent(newsletter)
    make_approved(make_digest(newsletter, papers=[paper], again=True))

    assert told(newsletter.digests.get(day=DAY - timedelta(days=1))) == ["Sent"]


@pytest.mark.parametrize(("kind", "slug"), [("weekly", ""), ("special", "best-of-2026")])
def test_the_best_of_may_tell_all_again(newsletter: Newsletter, kind: str, slug: str) -> None:
    digest = make_digest(newsletter, papers=[sent(newsletter)], again=False, kind=kind, slug=slug)

    assert told(digest) == ["Sent"]


def test_another_newsletter_may_tell_it_too(newsletter: Newsletter) -> None:
    assert told(make_digest(papers=[sent(newsletter)], again=False)) == ["Sent"]


def test_a_paper_that_was_sent_comes_in_left_out(newsletter: Newsletter) -> None:
    import_listing(read(day(), locale="ko"), newsletter)
    make_approved(newsletter.digests.get())
    listing = read(day(entry(1), entry(9), heading="## Daily Papers (2025-03-15)"), locale="ko")

    report = import_listing(listing, newsletter)

    again, new = newsletter.digests.get(day=date(2025, 3, 15)).entries.order_by("position")
    assert (again.included, new.included) == (False, True)
    assert "was in the digest of 2025-03-14: it is left out" in report.notes[-1].text
