"""The weekly digest: what an editor finds in its draft, and what no run of composing changes any more."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from time import sleep

import pytest
from django.db import connection, transaction

from digests.composing import compose_week, compose_weeks, in_order, reorder, weekly_day
from digests.models import Digest, Entry, Newsletter, Paper
from tests.factories import DAY, make_approved, make_digest, make_newsletter, make_paper

pytestmark = pytest.mark.django_db
SATURDAY = date(2026, 4, 11)  # its week is from the Saturday before to Friday
NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)


@pytest.fixture
def newsletter() -> Newsletter:
    """One with a weekly digest of two papers, on Saturdays."""
    return make_newsletter(weekly_day=SATURDAY.weekday(), weekly_papers=2)


def told(newsletter: Newsletter, day: date, **votes: int | None) -> dict[str, Paper]:
    """A daily digest of these papers, approved."""
    digest = make_digest(newsletter, day=day, papers=[])
    for position, (title, count) in enumerate(votes.items(), 1):
        paper = Paper.objects.filter(title=title).first() or make_paper(title=title)
        Entry.objects.create(digest=digest, paper=paper, position=position, votes=count)
    make_approved(digest)
    return {paper.title: paper for paper in Paper.objects.all()}


def titles(digest: Digest | None) -> list[str]:
    assert digest is not None
    return list(digest.entries.filter(included=True).order_by("position").values_list("paper__title", flat=True))


def test_a_week_has_the_papers_with_the_most_votes(newsletter: Newsletter) -> None:
    told(newsletter, DAY, few=1, many=9, unknown=None)
    told(newsletter, DAY + timedelta(days=1), some=5)

    digest = compose_week(newsletter, SATURDAY)

    assert digest is not None
    assert (digest.kind, digest.day, digest.status) == ("weekly", SATURDAY, "draft")
    assert titles(digest) == ["many", "some"]


def test_a_paper_of_two_days_stands_in_the_week_once_with_its_most_votes(newsletter: Newsletter) -> None:
    told(newsletter, DAY, kites=3, bread=4)
    told(newsletter, DAY + timedelta(days=1), kites=9)

    digest = compose_week(newsletter, SATURDAY)

    assert digest is not None
    assert list(digest.entries.order_by("position").values_list("paper__title", "votes")) == [
        ("kites", 9),
        ("bread", 4),
    ]


@pytest.mark.parametrize(("day", "shown"), [(3, False), (4, True), (10, True), (11, False)])
def test_a_week_has_the_seven_days_before_its_own(newsletter: Newsletter, day: int, shown: bool) -> None:
    told(newsletter, date(2026, 4, day), kites=1)

    assert (compose_week(newsletter, SATURDAY) is not None) is shown


def test_a_week_has_no_paper_of_a_draft_of_another_newsletter_or_that_was_left_out(newsletter: Newsletter) -> None:
    told(make_newsletter(), DAY, foreign=9)
    make_digest(newsletter, day=DAY, papers=[make_paper(title="draft")])
    make_approved(make_digest(newsletter, day=DAY, kind="special", slug="kites", papers=[make_paper(title="special")]))
    told(newsletter, DAY + timedelta(days=1), out=8, kites=1)
    Entry.objects.filter(paper__title="out").update(included=False)

    assert titles(compose_week(newsletter, SATURDAY)) == ["kites"]


def test_composing_twice_adds_what_was_approved_since_and_nothing_twice(newsletter: Newsletter) -> None:
    told(newsletter, DAY, few=1, many=9)
    first = compose_week(newsletter, SATURDAY)
    told(newsletter, DAY + timedelta(days=1), some=5)

    again = [compose_week(newsletter, SATURDAY) for _run in range(2)]

    assert again == [first, first]
    assert sorted(titles(first)) == ["many", "some"]


def test_what_an_editor_has_left_out_stays_out_and_another_takes_its_place(newsletter: Newsletter) -> None:
    told(newsletter, DAY, few=1, some=5, many=9)
    digest = compose_week(newsletter, SATURDAY)
    Entry.objects.filter(digest=digest, paper__title="many").update(included=False)

    compose_week(newsletter, SATURDAY)

    assert sorted(titles(digest)) == ["few", "some"]


def test_what_an_editor_has_added_from_elsewhere_stays(newsletter: Newsletter) -> None:
    told(newsletter, DAY, few=1, some=5)
    digest = compose_week(newsletter, SATURDAY)
    assert digest is not None
    Entry.objects.create(digest=digest, paper=make_paper(title="classic"), position=9)
    told(newsletter, DAY + timedelta(days=1), many=9)

    compose_week(newsletter, SATURDAY)

    assert sorted(titles(digest)) == ["classic", "many", "some"]


@pytest.mark.parametrize(
    "changes", [{"ordering": "editor"}, {"status": "approved", "approved_at": NOON}, {"status": "cancelled"}]
)
def test_what_an_editor_has_ordered_or_decided_stays_as_it_is(
    newsletter: Newsletter, changes: dict[str, object]
) -> None:
    told(newsletter, DAY, few=1)
    digest = compose_week(newsletter, SATURDAY)
    Digest.objects.filter(kind="weekly").update(**changes)
    told(newsletter, DAY + timedelta(days=1), many=9)

    compose_week(newsletter, SATURDAY)

    assert titles(digest) == ["few"]


def test_a_week_without_papers_has_no_digest(newsletter: Newsletter) -> None:
    assert compose_week(newsletter, SATURDAY) is None
    assert not Digest.objects.exists()


@pytest.mark.parametrize(
    ("now", "made"),
    [
        ("2026-04-10T11:59", False),
        ("2026-04-10T12:00", True),  # noon of the day before
        ("2026-04-11T23:59", True),
        ("2026-04-12T00:00", False),
    ],
)
def test_a_week_is_made_from_noon_of_the_day_before_by_the_editors_clock(now: str, made: bool) -> None:
    newsletter = make_newsletter(weekly_day=SATURDAY.weekday(), time_zone="Asia/Seoul")
    moment = datetime.fromisoformat(f"{now}+09:00").astimezone(UTC)

    assert weekly_day(newsletter, now=moment) == (SATURDAY if made else None)


def test_each_newsletter_with_a_weekly_digest_gets_its_draft(newsletter: Newsletter) -> None:
    without = make_newsletter()
    odd = make_newsletter(weekly_day=SATURDAY.weekday(), time_zone="Mars/Phobos", slug="a-first-one")
    for one in (odd, newsletter, without):
        told(one, DAY, **{f"of {one.pk}": 1})

    compose_weeks(now=NOON)

    assert [digest.newsletter for digest in Digest.objects.filter(kind="weekly")] == [newsletter]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer")
def test_two_that_compose_at_once_make_one_draft(newsletter: Newsletter) -> None:
    told(newsletter, DAY, kites=1)

    def other() -> Digest | None:
        try:
            return compose_week(newsletter, SATURDAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = compose_week(newsletter, SATURDAY)
            second = pool.submit(other)
            sleep(0.5)

        assert second.result(timeout=10) == first
    assert titles(first) == ["kites"]


def test_pinned_papers_stand_before_the_others_whatever_the_order() -> None:
    digest = make_digest(papers=3)
    first, second, third = digest.entries.order_by("position")
    third.pinned = True

    by_votes = in_order([first, second, third], ordering="votes")
    by_editor = in_order([first, second, third], ordering="editor")

    assert by_votes == by_editor == [third, first, second]


@pytest.mark.parametrize(("moved", "to", "order"), [(3, 1, [3, 1, 2]), (1, 3, [2, 3, 1]), (1, 2, [2, 1, 3])])
def test_a_number_that_is_typed_is_the_papers_place(moved: int, to: int, order: list[int]) -> None:
    digest = make_digest(papers=3)
    entries = list(digest.entries.order_by("position"))

    reorder(digest, {entries[moved - 1].pk: to})

    assert list(digest.entries.order_by("position")) == [entries[number - 1] for number in order]
