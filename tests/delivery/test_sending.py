"""From a due row to a mail: what is right for the reader at that moment, once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django import Settings

from digests.models import Digest, Entry
from newsletter.delivery import ledger, planning, sending
from newsletter.delivery.claiming import claim
from newsletter.delivery.messages import Messages
from newsletter.delivery.models import Delivery
from newsletter.environment import Mailbox
from newsletter.postbox import senders
from newsletter.postbox.answers import MOST_ATTEMPTS, Answer, Kind
from newsletter.postbox.message import Message
from newsletter.postbox.models import Sender, SenderAssignment
from newsletter.postbox.returns import subscription_of
from newsletter.postbox.slices import More, Slice, one_by_one
from newsletter.subscribers.models import Subscription, Suppression
from tests.conftest import Outbox
from tests.factories import (
    DAY,
    MORNING,
    address_hash,
    make_approved,
    make_delivery,
    make_digest,
    make_paper,
    make_sender,
    make_subscription,
    make_topic,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MAILBOX = Mailbox("mail.example.org", 993, "tls", "bounces", "secret", "INBOX")


def send(delivery: Delivery, *, after: timedelta = timedelta()) -> Delivery:
    sending.send_due(delivery.sender, now=MORNING + after)
    delivery.refresh_from_db()
    return delivery


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return str(part.get_content()) if part else ""


def test_a_due_reader_gets_one_mail(outbox: Outbox) -> None:
    delivery = send(make_delivery())

    assert outbox.recipients() == [delivery.subscription.subscriber.address]
    assert (delivery.status, delivery.claim) == ("sent", None)
    assert delivery.sent_at is not None
    assert MORNING <= delivery.sent_at < MORNING + timedelta(minutes=1)


def test_sending_twice_sends_nothing_twice(outbox: Outbox) -> None:
    delivery = send(make_delivery())

    assert sending.send_due(delivery.sender, now=MORNING + HOUR) == 0
    assert len(outbox.mails()) == 1


def test_nothing_leaves_before_it_is_due(outbox: Outbox) -> None:
    delivery = send(make_delivery(), after=-HOUR)

    assert delivery.status == "planned"
    assert outbox.mails() == []


def test_a_reader_who_left_since_gets_nothing(outbox: Outbox) -> None:
    delivery = make_delivery()
    Subscription.objects.update(status="ended", ended_at=MORNING, end_reason="left")

    assert (send(delivery).status, delivery.skip) == ("skipped", "left")
    assert outbox.mails() == []


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_suppressed_address_gets_nothing(outbox: Outbox, everywhere: bool) -> None:
    delivery = make_delivery()
    Suppression.objects.create(
        address_hash=delivery.subscription.subscriber.address_hash or "",
        newsletter=None if everywhere else delivery.digest.newsletter,
        reason="bounced",
    )

    assert (send(delivery).status, delivery.skip) == ("skipped", "suppressed")
    assert outbox.mails() == []


def test_the_suppression_of_another_newsletter_does_not_count(outbox: Outbox) -> None:
    delivery = make_delivery()
    other = make_digest().newsletter
    Suppression.objects.create(
        address_hash=address_hash(delivery.subscription.subscriber.address), newsletter=other, reason="asked"
    )

    assert send(delivery).status == "sent"


def test_a_reader_whose_hour_moved_later_waits_for_it(outbox: Outbox) -> None:
    delivery = make_delivery()
    Subscription.objects.update(hour=9)

    assert (send(delivery).status, delivery.due_at) == ("planned", MORNING + 2 * HOUR)
    assert send(delivery, after=2 * HOUR).status == "sent"


def test_a_reader_who_took_the_weekday_out_gets_nothing(outbox: Outbox) -> None:
    delivery = make_delivery()
    Subscription.objects.update(weekdays=0b1111101)

    assert (send(delivery).status, delivery.skip) == ("skipped", "rests")


def test_a_reader_whose_topics_are_not_in_the_digest_gets_nothing(outbox: Outbox) -> None:
    delivery = make_delivery()
    delivery.subscription.topics.set([make_topic(delivery.digest.newsletter)])

    assert (send(delivery).status, delivery.skip) == ("skipped", "nothing")


@pytest.mark.parametrize("changes", [{"paused_until": DAY + timedelta(days=1)}, {"rhythm": "weekly", "weekdays": 0b10}])
def test_a_reader_who_paused_or_changed_the_rhythm_since_gets_nothing(
    outbox: Outbox, changes: dict[str, object]
) -> None:
    delivery = make_delivery()
    Subscription.objects.update(**changes)

    assert (send(delivery).status, delivery.skip) == ("skipped", "rests")
    assert outbox.mails() == []


def test_a_pause_until_today_holds_nothing_back(outbox: Outbox) -> None:
    delivery = make_delivery()
    Subscription.objects.update(paused_until=DAY)

    assert send(delivery).status == "sent"


def test_a_reader_who_wants_to_be_told_gets_a_mail_on_a_day_without_papers(outbox: Outbox) -> None:
    delivery = make_delivery()
    delivery.subscription.topics.set([make_topic(delivery.digest.newsletter)])
    Subscription.objects.update(when_empty="tell")

    assert send(delivery).status == "sent"
    assert delivery.edition is not None
    assert delivery.edition.selection == []
    assert outbox.recipients() == [delivery.subscription.subscriber.address]


def test_a_mail_that_tells_of_no_papers_is_one_of_the_mails_a_day(outbox: Outbox) -> None:
    first = make_delivery()
    topic = make_topic(first.digest.newsletter)
    for delivery in (first, make_delivery(first.digest)):
        delivery.subscription.topics.set([topic])
    Subscription.objects.update(when_empty="tell")
    Sender.objects.update(per_day=1)
    first.sender.refresh_from_db()

    sending.send_due(first.sender, now=MORNING)

    assert list(Delivery.objects.order_by("pk").values_list("status", flat=True)) == ["sent", "planned"]


def test_a_row_that_nobody_sent_in_time_is_skipped_as_late(outbox: Outbox) -> None:
    delivery = make_delivery()

    assert (send(delivery, after=timedelta(days=3)).status, delivery.skip) == ("skipped", "late")


@pytest.mark.parametrize(("status", "reason"), [("cancelled", "cancelled"), ("closed", "late")])
def test_a_digest_that_was_stopped_goes_to_nobody_else(outbox: Outbox, status: str, reason: str) -> None:
    delivery = make_delivery()
    Digest.objects.update(status=status)

    assert (send(delivery).status, delivery.skip) == ("skipped", reason)


def test_rows_of_a_digest_that_is_a_draft_again_wait(outbox: Outbox) -> None:
    delivery = make_delivery()
    Digest.objects.update(status="draft")

    assert send(delivery).status == "planned"
    assert outbox.mails() == []


def test_a_correction_reaches_the_readers_still_to_come(outbox: Outbox) -> None:
    paper = make_paper(title="The title as approved")
    delivery = make_delivery(make_approved(papers=[paper]))
    Entry.objects.create(digest=delivery.digest, paper=make_paper(title="A paper that came late"), position=2)
    make_approved(delivery.digest)

    send(delivery)

    [mail] = outbox.mails()
    assert "A paper that came late" in body(mail)


def test_a_change_that_is_not_approved_reaches_nobody(outbox: Outbox) -> None:
    delivery = make_delivery()
    Entry.objects.create(digest=delivery.digest, paper=make_paper(title="Not approved"), position=9)

    send(delivery)

    [mail] = outbox.mails()
    assert "Not approved" not in body(mail)


def test_a_paused_sender_sends_nothing(outbox: Outbox) -> None:
    delivery = make_delivery()
    delivery.sender.paused_at, delivery.sender.pause_reason = MORNING, "no credit"
    delivery.sender.save()

    assert send(delivery).status == "planned"


def test_a_sender_keeps_to_its_mails_a_day(outbox: Outbox) -> None:
    digest = make_approved(make_digest())
    sender = digest.newsletter.sender_assignment.sender
    sender.per_day = 2
    sender.save()
    for _reader in range(3):
        make_delivery(digest)

    sent = [sending.send_due(sender, now=MORNING + hours * HOUR) for hours in (0, 1, 25)]

    assert sent == [2, 0, 1]


def test_readers_who_left_do_not_hold_up_those_behind_them(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "postbox_of", Answers(slice_rows=2))
    digest = make_approved()
    for _reader in range(4):
        make_delivery(digest, ready_at=MORNING - HOUR)
    Subscription.objects.update(status="ended", ended_at=MORNING, end_reason="left")

    assert send(make_delivery(digest)).status == "sent"


def test_readers_of_one_sender_do_not_wait_for_another(outbox: Outbox) -> None:
    delivery = make_delivery()

    assert sending.send_due(make_sender(), now=MORNING) == 0
    assert send(delivery).status == "sent"


class Answers:
    """A postbox that gives the answers it was told to give, and breaks where it was told to break."""

    lanes = 1

    def __init__(self, *answers: Answer | Exception, slice_rows: int = 200) -> None:
        self.answers = list(answers)
        self.slice_rows = slice_rows
        self.taken: list[int] = []

    @contextmanager
    def __call__(self, sender: Sender) -> "Iterator[Answers]":
        yield self

    def carry(self, more: More) -> None:
        one_by_one(more, self.send)

    def send(self, message: Message) -> Answer:
        answer = self.answers.pop(0) if self.answers else Answer(Kind.SENT)
        if isinstance(answer, Exception):
            raise answer
        self.taken.append(message.row)
        return answer


class Peeking(Answers):
    """Looks into each slice that it gets: how many mails are left of it."""

    def carry(self, more: More) -> None:
        self.left: list[int] = []

        def peeked(free: int) -> Sequence[Slice]:
            slices = more(free)
            self.left += [one.left for one in slices]
            return slices

        one_by_one(peeked, self.send)


def test_a_postbox_sees_how_many_mails_are_left_of_a_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    postbox = Peeking()
    monkeypatch.setattr(senders, "postbox_of", postbox)
    first = make_delivery()
    make_delivery(first.digest)

    send(first)

    assert postbox.left == [2]


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (Answer(Kind.BUSY, "try later"), "planned", "try later"),
        (Answer(Kind.REFUSED, "no such user"), "failed", "no such user"),
        (Answer(Kind.BROKEN, "no credit"), "planned", "no credit"),
        (Answer(Kind.SILENT), "uncertain", "no answer after the mail was handed over"),
    ],
)
def test_the_row_says_what_the_provider_answered(
    monkeypatch: pytest.MonkeyPatch, answer: Answer, status: str, reason: str
) -> None:
    monkeypatch.setattr(senders, "postbox_of", Answers(answer))

    delivery = send(make_delivery())

    assert (delivery.status, delivery.reason) == (status, reason)


def test_a_busy_provider_is_asked_again_later_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "postbox_of", Answers(*[Answer(Kind.BUSY, "later")] * 20))
    delivery = make_delivery()

    moments = []
    while send(delivery, after=delivery.ready_at - MORNING).status == "planned":
        moments.append(delivery.ready_at)

    assert (delivery.status, delivery.attempts) == ("failed", MOST_ATTEMPTS)
    assert moments == sorted(moments)
    assert moments[0] >= MORNING + timedelta(seconds=48)


def test_a_provider_that_names_a_moment_is_not_asked_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "postbox_of", Answers(Answer(Kind.BUSY, "slow down", retry_after=HOUR)))

    assert send(make_delivery()).ready_at >= MORNING + HOUR


def test_broken_configuration_pauses_the_sender_and_burns_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    postbox = Answers(Answer(Kind.BROKEN, "the key is wrong"))
    monkeypatch.setattr(senders, "postbox_of", postbox)
    digest = make_approved()
    deliveries = [make_delivery(digest) for _reader in range(3)]

    send(deliveries[0])

    assert len(postbox.taken) == 1
    assert set(Delivery.objects.values_list("status", flat=True)) == {"planned"}
    deliveries[0].sender.refresh_from_db()
    assert deliveries[0].sender.pause_reason == "the key is wrong"


def test_a_crash_leaves_one_mail_uncertain_and_the_rest_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "postbox_of", Answers(Answer(Kind.SENT), RuntimeError("the line is cut")))
    digest = make_approved()
    deliveries = [make_delivery(digest) for _reader in range(4)]

    with pytest.raises(RuntimeError, match="the line is cut"):
        send(deliveries[0])

    statuses = list(Delivery.objects.order_by("pk").values_list("status", flat=True))
    assert statuses == ["sent", "uncertain", "planned", "planned"]


def test_a_provider_that_is_not_there_costs_no_reader_an_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    away = Answer(Kind.BUSY, "no route", reached=False)
    postbox = Answers(*[away] * 30, slice_rows=5)
    monkeypatch.setattr(senders, "postbox_of", postbox)
    digest = make_approved()
    deliveries = [make_delivery(digest) for _reader in range(10)]

    delivery = send(deliveries[0])

    assert (delivery.status, delivery.attempts) == ("planned", 0)
    assert len(postbox.taken) == 5


def test_a_wrong_password_costs_no_reader_an_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "postbox_of", Answers(Answer(Kind.BROKEN, "the key is wrong")))

    assert send(make_delivery()).attempts == 0


def test_one_row_that_cannot_be_prepared_does_not_stop_the_others(outbox: Outbox) -> None:
    digest = make_approved()
    odd = make_delivery(digest, make_subscription(digest.newsletter, time_zone="Mars/Phobos"))
    delivery = make_delivery(digest)

    send(delivery)

    odd.refresh_from_db()
    assert (odd.status, delivery.status) == ("failed", "sent")


def test_rows_follow_their_newsletter_to_another_sender(outbox: Outbox) -> None:
    delivery = make_delivery()
    SenderAssignment.objects.update(sender=make_sender())

    planning.plan(now=MORNING)
    delivery.refresh_from_db()

    assert delivery.sender == SenderAssignment.objects.get().sender


@pytest.mark.django_db(transaction=True)
def test_two_workers_together_keep_to_the_mails_a_day(outbox: Outbox) -> None:
    digest = make_approved()
    sender = digest.newsletter.sender_assignment.sender
    Sender.objects.update(per_day=30)
    for _reader in range(60):
        make_delivery(digest)

    def work() -> None:
        try:
            sending.send_due(sender, now=MORNING)
        finally:
            connection.close()

    workers = [Thread(target=work) for _worker in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    letters_keep = 1
    assert Delivery.objects.filter(status="sent").count() == len(outbox.mails()) == 30 - letters_keep


def test_one_mail_that_cannot_be_made_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch, outbox: Outbox) -> None:
    digest = make_approved()
    deliveries = [make_delivery(digest) for _reader in range(3)]
    bad = deliveries[1].pk
    original = Messages.make
    monkeypatch.setattr(
        Messages, "make", lambda self, row, **named: 1 / 0 if row.id == bad else original(self, row, **named)
    )

    send(deliveries[0])

    statuses = dict(Delivery.objects.values_list("pk", "status"))
    assert [statuses[row.pk] for row in deliveries] == ["sent", "failed", "sent"]


def test_a_worker_that_never_came_back_leaves_its_rows_uncertain(settings: Settings) -> None:
    delivery = make_delivery()
    claim(delivery.sender, now=MORNING, limit=10, slices=[uuid4()])
    Delivery.objects.update(lease_until="2020-01-01T00:00Z")

    ledger.settle_leases()

    assert send(delivery, after=HOUR).status == "uncertain"


def test_a_claimed_row_belongs_to_one_worker() -> None:
    delivery = make_delivery()

    one, two = uuid4(), uuid4()

    first = claim(delivery.sender, now=MORNING, limit=10, slices=[one])
    second = claim(delivery.sender, now=MORNING, limit=10, slices=[two])

    assert ([row.id for row in first[one]], second) == ([delivery.pk], {})


def test_readers_with_the_same_wishes_share_an_edition(outbox: Outbox) -> None:
    digest = make_approved()
    deliveries = [make_delivery(digest, make_subscription(digest.newsletter)) for _reader in range(2)]
    korean = make_delivery(digest, make_subscription(digest.newsletter, locale="ko"))

    send(deliveries[0])

    editions = dict(Delivery.objects.values_list("pk", "edition"))
    assert editions[deliveries[0].pk] == editions[deliveries[1].pk] != editions[korean.pk]


@pytest.mark.parametrize(
    ("address", "secret", "mailbox", "ways"),
    [
        ("leave@papers.example.org", "hook:secret", None, 2),
        ("leave@papers.example.org", "", MAILBOX, 2),
        ("leave@papers.example.org", "", None, 1),
        ("", "hook:secret", MAILBOX, 1),
    ],
)
def test_a_mail_names_an_address_to_leave_by_where_mail_comes_in(
    outbox: Outbox, settings: Settings, *, address: str, secret: str, mailbox: Mailbox | None, ways: int
) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": secret}
    settings.BOUNCE_MAILBOX = mailbox
    delivery = make_delivery()
    Sender.objects.update(leave_address=address)
    delivery.sender.refresh_from_db()

    send(delivery)

    page, *mails = str(outbox.mails()[0]["List-Unsubscribe"]).split(", ")
    assert page.startswith("<http://testserver/leave/")
    assert len([page, *mails]) == ways
    assert [subscription_of(mail, keys=settings.LINK_KEYS) for mail in mails] == [delivery.subscription_id] * len(mails)


def test_the_links_of_two_readers_differ_and_their_mails_do_not(outbox: Outbox) -> None:
    digest = make_approved()
    for _reader in range(2):
        make_delivery(digest)

    sending.send_due(digest.newsletter.sender_assignment.sender, now=MORNING)

    one, two = outbox.mails()
    assert one["List-Unsubscribe"] != two["List-Unsubscribe"]
    assert one["Subject"] == two["Subject"]
    assert len(body(one)) == len(body(two))
    assert body(one) != body(two)
