"""After a restored backup nothing goes out twice, whatever had left since the backup was taken."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from digests.models import Digest, Entry, Newsletter, Paper
from newsletter.delivery import ledger, planning, preparing, restoring, sending, settling
from newsletter.delivery.models import Delivery
from newsletter.delivery.sweeping import sweep
from newsletter.desk.approving import NotPossible, approve, unapprove
from newsletter.postbox import letters, senders
from newsletter.postbox.journal import Journal, journals
from newsletter.postbox.models import Letter, Sender
from newsletter.staff.models import User
from newsletter.subscribers.models import Subscription
from tests.conftest import Outbox
from tests.factories import (
    DAY,
    MORNING,
    make_approved,
    make_delivery,
    make_digest,
    make_newsletter,
    make_paper,
    make_publisher,
    make_sender,
    make_subscription,
)

HOUR = timedelta(hours=1)
NIGHT = MORNING - 4 * HOUR  # three o'clock
CLAIM = UUID(int=1)


@pytest.fixture(autouse=True)
def few_numbers_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sequences are no part of a transaction: later tests would find the numbers that these leave out."""
    monkeypatch.setattr(restoring, "LEFT_OUT", dict.fromkeys(restoring.LEFT_OUT, 1000))


@pytest.fixture
def backup(tmp_path: Path) -> Callable[[], Callable[[], None]]:
    """Takes a backup of the whole database; what it returns restores it, and starts with an empty memory."""

    def take() -> Callable[[], None]:
        path = tmp_path / "backup.json"
        call_command("dumpdata", exclude=["contenttypes", "auth.permission"], output=str(path))

        def bring_back() -> None:
            call_command("flush", interactive=False, verbosity=0)
            call_command("loaddata", str(path), verbosity=0)
            preparing.forget()

        return bring_back

    return take


def approve_today(newsletter: Newsletter, at: datetime) -> Digest:
    """The day's digest with a paper, imported and approved."""
    digest, _is_new = Digest.objects.get_or_create(newsletter=newsletter, day=DAY)
    Entry.objects.create(digest=digest, paper=make_paper(), position=1, votes=1)
    approve(digest, by=User.objects.get(), now=at)
    return digest


def send_all(now: datetime) -> None:
    planning.plan(now=now)
    for sender in Sender.objects.all():
        letters.send_due(sender, now=now)
        sending.send_due(sender, now=now)


def restore(now: datetime = MORNING) -> restoring.Report:
    return restoring.restore(settings.JOURNAL_DIR, taken_at=NIGHT, now=now)


def make_row(**values: Any) -> Delivery:
    """A planned row of a newsletter whose digests do not wait for the next morning."""
    return make_delivery(make_approved(newsletter=make_newsletter(late="skip")), **values)


def make_journal(folder: Path, claim: UUID) -> None:
    """What a process leaves behind that had begun nothing of its claim."""
    journal = Journal(folder)
    journal.start(claim)
    journal.leave()


def make_letter() -> Letter:
    return Letter.objects.create(
        sender=make_sender(),
        kind="link",
        to="ada@example.com",
        locale="en",
        subject="Link",
        text="Link",
        ready_at=NIGHT,
    )


@pytest.mark.django_db(transaction=True)
def test_the_whole_story(backup: Callable[[], Callable[[], None]], outbox: Outbox) -> None:
    make_publisher()
    newsletter = make_newsletter()
    make_approved(make_digest(newsletter, day=DAY - timedelta(days=7)))
    early, evening = make_subscription(newsletter), make_subscription(newsletter, hour=20)
    approved = make_approved()
    planned, unplanned = make_delivery(approved), make_subscription(approved.newsletter)
    make_letter()
    bring_back = backup()
    approve_today(newsletter, NIGHT + HOUR)
    send_all(MORNING)
    before = outbox.recipients()
    outbox.folder.rename(outbox.folder.with_name("sent before"))

    bring_back()
    restore(MORNING + HOUR)
    for sender in Sender.objects.all():
        senders.resume(sender)
    approve_today(Newsletter.objects.get(pk=newsletter.pk), MORNING + HOUR)
    for hours in range(1, 40):
        send_all(MORNING + hours * HOUR)

    readers = [row.subscriber.address for row in (early, planned.subscription, unplanned)]
    assert before == sorted([*readers, "ada@example.com"])
    assert outbox.recipients() == [evening.subscriber.address]


@pytest.mark.django_db
def test_every_sender_is_paused_and_says_why() -> None:
    make_sender()
    make_sender(paused_at=NIGHT, pause_reason="no credit")

    for _run in range(2):
        restore()

    reason = "restored from a backup of 2026-04-07 03:00 UTC: resume when checked"
    reasons = Sender.objects.order_by("pk").values_list("pause_reason", flat=True)
    assert list(reasons) == [reason, f"{reason} (before that: no credit)"]


@pytest.mark.django_db
def test_what_is_not_due_yet_is_not_in_doubt() -> None:
    due = make_row()
    reader = make_subscription(due.digest.newsletter, hour=8)
    later = make_delivery(due.digest, reader, ready_at=MORNING + HOUR, due_at=MORNING + HOUR)
    long_due = make_delivery(due.digest, ready_at=MORNING - 50 * HOUR)

    report = restore()

    statuses = dict(Delivery.objects.values_list("pk", "status"))
    assert [statuses[row.pk] for row in (due, later, long_due)] == ["uncertain", "planned", "uncertain"]
    assert (report.rows, report.left) == (2, 0)


@pytest.mark.django_db
def test_what_is_in_doubt_can_be_settled_as_sent() -> None:
    row = make_row()

    restore()
    settling.it_arrived([row.pk], by=make_publisher(), now=MORNING)

    row.refresh_from_db()
    assert (row.status, row.reason) == ("sent", "settled by hand")
    assert row.edition is not None


@pytest.mark.django_db
def test_a_report_of_the_provider_can_prove_that_what_is_in_doubt_has_left() -> None:
    row = make_row()

    restore()

    assert ledger.prove_sent(row.pk, at=MORNING) == 1


@pytest.mark.django_db
def test_a_reader_who_does_not_want_that_weekday_is_not_in_doubt() -> None:
    newsletter = make_approved(make_digest(day=DAY - timedelta(days=7))).newsletter
    make_subscription(newsletter, weekdays=0b1111100)

    report = restore()

    assert report.planned == 0


@pytest.mark.django_db
def test_a_correction_that_the_backup_knows_may_have_been_planned_and_sent_since(outbox: Outbox) -> None:
    digest, publisher = make_digest(papers=1), make_publisher()
    make_subscription(digest.newsletter)
    approve(digest, by=publisher, now=NIGHT)
    send_all(MORNING)
    Paper.objects.update(title="Right")
    approve(digest, by=publisher, now=MORNING + HOUR, is_mailed=True)

    restore(MORNING + 2 * HOUR)
    for sender in Sender.objects.all():
        senders.resume(sender)
    send_all(MORNING + 2 * HOUR)

    assert len(outbox.mails()) == 1
    assert Delivery.objects.get(correction=1).status == "uncertain"


@pytest.mark.django_db
def test_a_cancelled_digest_may_have_been_taken_up_and_sent_since() -> None:
    cancelled: dict[str, Any] = {"status": "skipped", "skip": "cancelled"}
    row, earlier = make_row(**cancelled), make_row(**cancelled)
    later = make_delivery(row.digest, ready_at=MORNING + HOUR, **cancelled)
    ended: dict[str, Any] = {"status": "ended", "ended_at": NIGHT, "end_reason": "left"}
    reader = make_subscription(row.digest.newsletter, **ended)
    left = make_delivery(row.digest, reader, status="skipped", skip="left")
    Digest.objects.filter(pk=row.digest_id).update(status="cancelled")
    Digest.objects.filter(pk=earlier.digest_id).update(status="cancelled", day=DAY - timedelta(days=5))

    restore()

    statuses = dict(Delivery.objects.values_list("pk", "status"))
    assert [statuses[one.pk] for one in (row, earlier, later, left)] == ["uncertain", "skipped", "skipped", "skipped"]
    with pytest.raises(NotPossible, match="left already"):
        unapprove(row.digest, by=make_publisher())


@pytest.mark.django_db
@pytest.mark.parametrize("changes", [{"status": "skipped", "skip": "left"}, {"due_at": MORNING + 5 * HOUR}])
def test_a_reader_who_was_to_come_back_may_have_got_the_digest_since(changes: dict[str, Any]) -> None:
    row = make_row(**{"ready_at": MORNING + 5 * HOUR} | changes)

    restore()

    row.refresh_from_db()
    assert row.status == "uncertain"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [{"kind": "daily"}, {"kind": "special", "slug": "best"}])
@pytest.mark.parametrize(
    ("next_hour", "last_hour", "late_by", "status"),
    [
        (7, 12, 8, "planned"),
        (7, 12, 20, "planned"),  # in the night before it comes
        (9, 12, 8, "uncertain"),  # for an hour that the reader has changed since
        (7, 24, 8, "uncertain"),  # which planning brings forward
    ],
)
def test_who_waits_for_the_next_morning_goes_on_waiting(
    next_hour: int, last_hour: int, late_by: int, status: str, kind: dict[str, Any]
) -> None:
    next_morning = MORNING + (24 - 7 + next_hour) * HOUR
    digest = make_approved(newsletter=make_newsletter(late="next_day", last_hour=last_hour), **kind)
    row = make_delivery(digest, due_at=next_morning, ready_at=next_morning)

    restore(now=MORNING + late_by * HOUR)

    row.refresh_from_db()
    assert row.status == status


@pytest.mark.django_db
@pytest.mark.parametrize(("taken_after", "status"), [(7, "sent"), (4, "uncertain")])
def test_who_waits_without_a_row_is_in_doubt_only_where_the_backup_is_from_before_the_last_hour(
    taken_after: int, status: str, outbox: Outbox
) -> None:
    newsletter = make_newsletter(late="next_day", last_hour=12)
    make_subscription(newsletter)
    digest = make_approved(make_digest(newsletter), at=MORNING + (taken_after - 1) * HOUR)

    restoring.restore(settings.JOURNAL_DIR, taken_at=MORNING + taken_after * HOUR, now=MORNING + 8 * HOUR)
    senders.resume(Sender.objects.get())
    for hours in range(8, 30):
        send_all(MORNING + hours * HOUR)

    assert Delivery.objects.get(digest=digest).status == status
    assert len(outbox.mails()) == (status == "sent")


@pytest.mark.django_db
def test_readers_of_a_newsletter_that_had_approved_nothing_yet_are_in_doubt() -> None:
    digest = make_digest(make_newsletter(late="skip"))
    make_subscription(digest.newsletter)

    report = restore()

    assert (report.planned, report.drafts) == (1, [])
    assert Delivery.objects.get().status == "uncertain"


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["this machine", "another machine"])
@pytest.mark.parametrize("state", [{"status": "sending", "lease_until": MORNING}, {"status": "uncertain"}])
def test_a_journal_out_of_the_backup_settles_nothing(state: dict[str, Any], where: str, tmp_path: Path) -> None:
    row = make_row(claim=CLAIM, attempts=1, **state)
    folder = settings.JOURNAL_DIR if where == "this machine" else tmp_path / where
    make_journal(folder, CLAIM)

    restore()
    sweep(folder, now=MORNING)

    row.refresh_from_db()
    assert (row.status, row.attempts) == ("uncertain", 1)


@pytest.mark.django_db
def test_journals_of_this_machine_are_removed_but_for_those_of_living_processes() -> None:
    make_journal(settings.JOURNAL_DIR, CLAIM)

    with Journal(settings.JOURNAL_DIR) as living:
        report = restore()
        there = journals(settings.JOURNAL_DIR)

    assert (report.journals, there) == (1, [living.path])


@pytest.mark.django_db
def test_a_zone_that_is_not_known_stops_nothing() -> None:
    digest = make_row().digest
    make_subscription(digest.newsletter, time_zone="Mars/Phobos")
    make_subscription(digest.newsletter)

    assert restore().rows == 2


@pytest.mark.django_db
def test_numbers_of_lost_rows_are_given_to_nobody_else() -> None:
    last = make_delivery(ready_at=MORNING + HOUR)
    last_reader = Subscription.objects.latest("pk")

    restore()

    assert make_delivery().pk > last.pk + 1000
    assert make_subscription().pk > last_reader.pk + 1000
    assert make_letter().pk > 1000


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: nobody holds rows")
def test_a_row_that_a_running_worker_holds_is_reported() -> None:
    row = make_delivery()
    report: list[restoring.Report] = []

    def elsewhere() -> None:
        report.append(restore())
        connection.close()

    with transaction.atomic():
        Delivery.objects.select_for_update().get(pk=row.pk)
        thread = Thread(target=elsewhere)
        thread.start()
        thread.join(timeout=20)

    assert [one.left for one in report] == [1]
