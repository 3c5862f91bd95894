"""A special issue on its way: every reader gets it once, daily or weekly, on the first of the reader's own days."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from digests.models import Digest, DigestText
from newsletter.delivery import planning, restoring, sending
from newsletter.delivery.models import Delivery
from newsletter.desk.approving import approve, languages
from newsletter.desk.progress import last_morning
from newsletter.health import checking
from newsletter.postbox.models import Sender
from newsletter.subscribers.models import Subscription
from tests.conftest import Outbox
from tests.factories import make_approved, make_digest, make_newsletter, make_paper, make_publisher, make_subscription

pytestmark = pytest.mark.django_db
THURSDAY = date(2026, 12, 24)
SEVEN = datetime(2026, 12, 24, 7, tzinfo=UTC)
DAY = timedelta(days=1)
MONDAY, WEDNESDAY, FRIDAY, WEEKEND, ALL = 1, 1 << 2, 1 << 4, 0b1100000, 127


@pytest.fixture(autouse=True)
def few_numbers_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "LEFT_OUT", dict.fromkeys(restoring.LEFT_OUT, 10))


@pytest.fixture
def issue() -> Digest:
    """A special issue of a Thursday, approved the day before."""
    newsletter = make_newsletter(weekly_day=5)
    papers = [make_paper(title="The best of all"), make_paper(title="The second best")]
    digest = make_digest(newsletter, day=THURSDAY, kind="special", slug="best-of-2026", papers=papers)
    DigestText.objects.create(digest=digest, locale="en", subject="Best of 2026")
    return make_approved(digest, at=SEVEN - DAY)


def reads(digest: Digest, weekdays: int, **values: Any) -> Subscription:
    return make_subscription(digest.newsletter, weekdays=weekdays, **values)


def passes(start: datetime, *, days: int) -> None:
    """Four hours at a time: plans, sends and closes, as the timetable does."""
    for step in range(6 * days):
        now = start + step * timedelta(hours=4)
        planning.plan(now=now)
        for sender in Sender.objects.all():
            sending.send_due(sender, now=now)
        planning.close_past(now=now)


def rows() -> dict[int, tuple[datetime, str]]:
    found = Delivery.objects.values_list("subscription", "due_at", "status")
    assert len({one for one, _due, _status in found}) == len(found)
    return {subscription: (due, status) for subscription, due, status in found}


def test_everybody_gets_it_once_on_the_first_of_their_days(issue: Digest, outbox: Outbox) -> None:
    each, friday, weekend, monday = (reads(issue, days) for days in (ALL, FRIDAY | MONDAY, WEEKEND, MONDAY))
    weekly = reads(issue, WEDNESDAY, rhythm="weekly")

    passes(SEVEN - DAY, days=15)

    ahead = {each.pk: 0, friday.pk: 1, weekend.pk: 2, monday.pk: 4, weekly.pk: 6}
    assert rows() == {pk: (SEVEN + days * DAY, "sent") for pk, days in ahead.items()}
    assert {mail["Subject"] for mail in outbox.mails()} == {"Best of 2026"}
    issue.refresh_from_db()
    assert issue.status == "closed"


def test_a_day_may_have_its_own_digest_beside_it(issue: Digest, outbox: Outbox) -> None:
    make_approved(make_digest(issue.newsletter, day=THURSDAY), at=SEVEN - DAY)
    reads(issue, ALL)

    passes(SEVEN - DAY, days=3)

    assert len(outbox.mails()) == 2


def test_a_pause_holds_it_back_and_another_day_does_not_bring_it(issue: Digest) -> None:
    reads(issue, ALL, paused_until=THURSDAY + DAY)

    passes(SEVEN - DAY, days=9)

    assert rows() == {}


def test_another_newsletters_readers_do_not_get_it(issue: Digest) -> None:
    make_subscription(make_newsletter())

    passes(SEVEN - DAY, days=2)

    assert rows() == {}


def test_after_a_restored_backup_it_does_not_go_out_again(issue: Digest, settings: Settings) -> None:
    each, monday = reads(issue, ALL), reads(issue, MONDAY)
    now = SEVEN + timedelta(hours=5)

    restoring.restore(Path(settings.JOURNAL_DIR), taken_at=SEVEN - DAY, now=now)
    Sender.objects.update(paused_at=None, pause_reason="")
    passes(now, days=9)

    found = Delivery.objects.filter(digest=issue).values_list("subscription", "status")
    assert dict(found) == {each.pk: "uncertain", monday.pk: "sent"}


def test_it_is_over_when_the_last_of_its_days_is(issue: Digest) -> None:
    reads(issue, WEDNESDAY)

    assert last_morning(issue) == SEVEN + 6 * DAY


def test_its_page_has_an_address_of_its_own(issue: Digest, client: Client) -> None:
    address = f"/n/{issue.newsletter.slug}/2026-12-24-best-of-2026/en/"

    assert "The best of all" in client.get(address).text
    assert client.get(f"/n/{issue.newsletter.slug}/2026-12-24/en/").status_code == 404
    assert client.get(f"/n/{issue.newsletter.slug}/2026-12-24-other/en/").status_code == 404


def test_its_mail_leads_to_its_page(issue: Digest, outbox: Outbox) -> None:
    reads(issue, ALL, most_papers=1)

    passes(SEVEN - DAY, days=2)

    body = outbox.mails()[0].get_body(("plain",))
    assert body is not None
    assert f"/n/{issue.newsletter.slug}/2026-12-24-best-of-2026/en/" in body.get_content()


def test_an_editor_sees_readers_of_both_rhythms_and_approves(issue: Digest) -> None:
    Digest.objects.filter(pk=issue.pk).update(status="draft", approved_at=None)
    issue.refresh_from_db()
    reads(issue, ALL)
    reads(issue, WEDNESDAY, rhythm="weekly")

    approve(issue, by=make_publisher(), now=SEVEN)

    assert issue.status == "approved"
    assert [(one.name, one.readers) for one in languages(issue)] == [("English", 2), ("한국어", 0)]


def test_nobody_is_alarmed_by_a_draft_of_one(issue: Digest) -> None:
    Digest.objects.filter(pk=issue.pk).update(status="draft", approved_at=None)
    reads(issue, ALL)

    assert [one.name for one in checking.check(now=SEVEN) if one.name.startswith("approval")] == []
