"""What a turn does when something is wrong with all of it: the server, the template, the disk, the time."""

import logging
from datetime import timedelta
from errno import ENOSPC
from uuid import uuid4

import pytest
from django.db import OperationalError
from pytest_django import Settings

from digests.models import Digest
from newsletter.delivery import claiming, patience, preparing, sending
from newsletter.delivery.models import Delivery
from newsletter.delivery.sweeping import sweep
from newsletter.postbox import quota, senders
from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.journal import journals
from newsletter.postbox.message import Message
from newsletter.postbox.models import Sender
from newsletter.postbox.slices import More, clock
from tests.conftest import Outbox
from tests.delivery.test_sending import Answers
from tests.factories import MORNING, make_approved, make_delivery

pytestmark = pytest.mark.django_db
AWAY = Answer(Kind.BUSY, "no route", reached=False)


def readers(count: int, **limits: int) -> Sender:
    """The Sender of so many rows that are due."""
    digest = make_approved()
    for _reader in range(count):
        make_delivery(digest)
    sender = digest.newsletter.sender_assignment.sender
    Sender.objects.filter(pk=sender.pk).update(**limits)
    sender.refresh_from_db()
    return sender


def statuses() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("status", flat=True))


def reason(sender: Sender) -> str:
    return Sender.objects.get(pk=sender.pk).pause_reason


@pytest.mark.parametrize(
    ("answer", "counted"),
    [
        (AWAY, 0),
        (Answer(Kind.BROKEN, "no credit"), 0),
        (Answer(Kind.BUSY, "later"), 5),
        (Answer(Kind.REFUSED, "no such user"), 5),
        (Answer(Kind.SILENT), 5),
    ],
)
def test_only_what_came_through_to_the_server_costs_quota(
    monkeypatch: pytest.MonkeyPatch, answer: Answer, counted: int
) -> None:
    monkeypatch.setattr(senders, "postbox_of", Answers(*[answer] * 5))
    sender = readers(5, per_day=1000)

    sending.send_due(sender, now=MORNING)

    assert quota.counted(sender, now=MORNING) == counted


def test_mails_that_cannot_be_made_cost_no_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "render", lambda *given, **named: 1 / 0)
    sender = readers(5, per_day=1000)

    sending.send_due(sender, now=MORNING)

    assert (set(statuses()), quota.counted(sender, now=MORNING)) == ({"failed"}, 0)


def test_a_server_that_is_away_leaves_the_day_as_it_was(settings: Settings) -> None:
    settings.POSTBOX_URL = "smtp://127.0.0.1:1?timeout=1"
    sender = readers(10, per_day=20)

    for minutes in range(0, 10, 2):
        sending.send_due(sender, now=MORNING + timedelta(minutes=minutes))

    assert quota.counted(sender, now=MORNING) == 0


def test_a_full_disk_costs_no_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: object) -> None:
        raise OSError(ENOSPC, "no space left on device")

    monkeypatch.setattr(sending, "Journal", full)
    sender = readers(5, per_day=1000)

    with pytest.raises(OSError, match="no space"):
        sending.send_due(sender, now=MORNING)

    assert quota.counted(sender, now=MORNING) == 0


def test_a_claim_whose_answer_is_lost_is_settled_by_its_journal(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    original = claiming.claim

    def answer_is_lost(*given: object, **named: object) -> None:
        original(*given, **named)  # type: ignore[arg-type]  # handed on as they came
        raise OperationalError("the connection is gone")

    monkeypatch.setattr(sending, "claim", answer_is_lost)
    monkeypatch.setattr(patience, "LONGEST", -1)
    sender = readers(3, per_day=1000)

    with pytest.raises(OperationalError):
        sending.send_due(sender, now=MORNING)
    before = statuses()
    sweep(settings.JOURNAL_DIR, now=MORNING)

    assert (before, statuses()) == (["sending"] * 3, ["planned"] * 3)
    assert quota.counted(sender, now=MORNING) == 0
    assert journals(settings.JOURNAL_DIR) == []


class Calls(Answers):
    """A postbox with one call for each slice, and so one answer for all of its readers."""

    def carry(self, more: More) -> None:
        while slices := more(1):
            for slice_ in slices:
                mails = list(iter(slice_.next, None))
                slice_.begin(*mails)
                answer = self.send(mails[0]) if mails else Answer(Kind.SENT)
                for mail in mails:
                    slice_.answer(mail, answer)


def test_one_call_that_nobody_answers_does_not_pause_the_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "postbox_of", Calls(Answer(Kind.SILENT, "HTTP 502"), slice_rows=40))
    sender = readers(41)

    sending.send_due(sender, now=MORNING)

    assert statuses() == ["uncertain"] * 40 + ["sent"]
    assert reason(sender) == ""


def test_silences_add_up_over_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    sender = readers(25)

    for _turn in range(5):
        answers = [*(Answer(Kind.SILENT, "no answer in time") for _mail in range(5)), *[AWAY] * 25]
        monkeypatch.setattr(senders, "postbox_of", Answers(*answers))
        sending.send_due(sender, now=MORNING)
        Delivery.objects.update(ready_at=MORNING)

    assert statuses().count("uncertain") == 20
    assert reason(sender) == "no answer in time"


def test_a_refusal_that_is_true_of_every_reader_burns_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    postbox = Answers(*[Answer(Kind.REFUSED, "550 policy")] * 200)
    monkeypatch.setattr(senders, "postbox_of", postbox)
    sender = readers(80)

    sending.send_due(sender, now=MORNING)

    assert len(postbox.taken) == 50
    assert statuses() == ["planned"] * 80
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}
    assert reason(sender) == "550 policy"


def test_a_reader_who_was_refused_for_another_reason_has_failed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = [Answer(Kind.REFUSED, "550 policy")] * 50
    monkeypatch.setattr(senders, "postbox_of", Answers(Answer(Kind.REFUSED, "550 no such user"), *policy))

    sending.send_due(readers(60), now=MORNING)

    assert statuses() == ["failed"] + ["planned"] * 59


def test_a_template_that_fails_for_every_reader_pauses_the_sender_and_burns_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(preparing, "render", lambda *given, **named: 1 / 0)
    sender = readers(30)

    sending.send_due(sender, now=MORNING)

    assert statuses() == ["planned"] * 30
    assert reason(sender) == "could not be rendered"
    assert caplog.text.count("ZeroDivisionError") == 20


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> "Slow":
    postbox = Slow()
    monkeypatch.setattr(senders, "postbox_of", postbox)
    monkeypatch.setattr(sending, "clock", lambda: postbox.clock)
    monkeypatch.setattr(claiming, "clock", lambda: postbox.clock)
    return postbox


class Slow(Answers):
    """A server that takes its time, by a clock that does not."""

    seconds = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.clock = clock()

    def send(self, message: Message) -> Answer:
        self.clock += self.seconds
        return super().send(message)


def test_a_turn_ends_also_with_a_slow_server(slow: Slow) -> None:
    sending.send_due(readers(60), now=MORNING)

    assert statuses() == ["sent"] * 4 + ["planned"] * 56
    assert set(Delivery.objects.filter(status="planned").values_list("attempts", "claim")) == {(0, None)}


def test_what_the_end_of_a_turn_leaves_costs_no_quota(slow: Slow) -> None:
    sender = readers(60, per_day=1000)

    sending.send_due(sender, now=MORNING)

    assert quota.counted(sender, now=MORNING) == 4


def test_what_was_claimed_in_time_is_sent_in_overtime(slow: Slow) -> None:
    slow.slice_rows, slow.seconds = 4, 0.45

    sending.send_due(readers(10), now=MORNING)

    assert statuses() == ["sent"] * 8 + ["planned"] * 2


def test_a_claim_ends_although_nothing_that_is_due_may_leave(slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    original = claiming._claim_some

    def slowly(*given: object, **named: object) -> object:
        slow.clock += 1
        return original(*given, **named)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(claiming, "_claim_some", slowly)
    sender = readers(10)
    Digest.objects.update(status="cancelled")

    found = claiming.claim(sender, now=MORNING, limit=2, slices=[uuid4()], ends=slow.clock + 3)

    assert (found, statuses().count("skipped")) == ({}, 6)


class Ahead(Answers):
    """A postbox that takes all mails of a slice before the first of them leaves."""

    def carry(self, more: More) -> None:
        while slices := more(1):
            for slice_ in slices:
                for mail in list(iter(slice_.next, None)):
                    if not slice_.may_begin(mail):
                        slice_.give_back(mail)
                        continue
                    slice_.begin(mail)
                    slice_.answer(mail, self.send(mail))
                slice_.next()


@pytest.mark.parametrize(("status", "becomes"), [("paused", "planned"), ("cancelled", "skipped")])
def test_a_digest_that_is_stopped_while_it_goes_out_begins_no_further_mail(
    monkeypatch: pytest.MonkeyPatch, status: str, becomes: str
) -> None:
    def stop(self: Ahead, message: Message) -> Answer:
        Digest.objects.update(status=status)
        return Answer(Kind.SENT)

    monkeypatch.setattr(Ahead, "send", stop)
    monkeypatch.setattr(senders, "postbox_of", Ahead())
    monkeypatch.setattr(sending, "LOOKS", timedelta())

    sending.send_due(readers(5), now=MORNING)

    assert statuses() == ["sent"] + [becomes] * 4


def test_a_slice_in_which_nothing_was_answered_is_not_logged(
    outbox: Outbox, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "render", lambda *given, **named: 1 / 0)
    sender = readers(1)

    with caplog.at_level(logging.INFO, logger="newsletter.delivery.sending"):
        sending.send_due(sender, now=MORNING)

    assert [row.getMessage() for row in caplog.records if row.getMessage().startswith("sender")] == []
