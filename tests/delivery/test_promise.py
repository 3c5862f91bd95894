"""The promise, whatever happens in whatever order: at most one hand-over for each reader, and no reader forgotten."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from digests.models import Digest
from newsletter.delivery import ledger, planning, sending, series, tasks
from newsletter.delivery.models import Delivery
from newsletter.delivery.sweeping import sweep
from newsletter.feedback import events
from newsletter.postbox import senders
from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.message import Message
from newsletter.postbox.models import Sender
from newsletter.postbox.slices import More, one_by_one
from newsletter.staff.models import User
from newsletter.subscribers.models import Subscription
from tests.delivery.at_work import ANY, LANES, WORK, Hand, Lost, Product, Step, Worker
from tests.factories import MORNING, make_approved, make_delivery, make_user

MAY_HAVE_LEFT = {Kind.SENT, Kind.SILENT}
LATEST = MORNING + timedelta(hours=9)  # later the readers' day might be over
MOST_WORKERS = 3
HERE = {"status": "active", "ended_at": None, "end_reason": "", "hour": 7, "paused_until": None}
AWAY: dict[int, dict[str, object]] = {
    1: {"status": "ended", "ended_at": MORNING, "end_reason": "left"},
    2: {"paused_until": MORNING.date() + timedelta(days=9)},
    3: {"hour": 19},
}


class Everything:
    """A postbox that takes every mail, and counts."""

    lanes = slice_rows = 1

    def __init__(self) -> None:
        self.left: Counter[int] = Counter()  # hand-overs that may have reached the reader, of this postbox or not

    def carry(self, more: More) -> None:
        one_by_one(more, self._take)

    def _take(self, message: Message) -> Answer:
        self.left[message.row] += 1
        return Answer(Kind.SENT)


class Ledger(RuleBasedStateMachine):
    """Workers that take turns on machines that may be lost; Redis, PostgreSQL, events, editors and time."""

    digest: Digest
    editor: User

    def __init__(self) -> None:
        super().__init__()
        Delivery.objects.all().delete()
        Subscription.objects.all().delete()
        series.forget()
        self.sender = self.digest.newsletter.sender_assignment.sender
        postbox = Everything()
        self.product, self.left = Product(postbox), postbox.left
        self.workers: list[Worker] = []
        self.allowed: Counter[int] = Counter()  # hand-overs that an editor asked for
        self.reported: set[int] = set()
        self.orphans: set[int] = set()  # rows of dead workers, until the sweeper comes
        self.lost: set[int] = set()  # rows whose journals are lost, or whose leases ran out

    @initialize(steps=WORK)
    def a_morning_begins(self, steps: list[Step]) -> None:
        self.readers_are_planned(9)
        for _task in range(MOST_WORKERS):
            tasks.wake_senders()
        self.the_morning_goes_on(steps)

    @rule(readers=st.integers(1, 4))
    def readers_are_planned(self, readers: int) -> None:
        for _reader in range(readers):
            make_delivery(self.digest)

    @rule(steps=WORK)
    def the_morning_goes_on(self, steps: list[Step]) -> None:
        """All that happens when nothing goes wrong is one rule: of many rules hypothesis leaves half out each time."""
        for step in steps:
            match step.what:
                case "turn":
                    self._begin_turn(step.lost)
                case "ask" if self.workers:
                    self._ask(self._one(step.one), step.lost)
                case "begin":
                    self._begin(step.one, step.mails)
                case "answer":
                    self._answer(step.one, step.mails, step.kind)
                case "end" if self.workers:
                    self._end_turn(self._one(step.one), step.lost)
                case "away":
                    self._go_away(step.one, AWAY[step.mails])
                case "back":
                    self._come_back()

    def _begin_turn(self, lost: Lost) -> None:
        """A worker takes the next task, or the beat makes one."""
        if not self.product.queue:
            tasks.wake_senders()
        elif len(self.workers) < MOST_WORKERS:
            sender = Sender.objects.get(pk=self.product.queue.pop())
            self.workers.append(Worker(sending.Turn(sender, Hand(), now=self.product.now)))
            self._ask(self.workers[-1], lost)

    def _ask(self, worker: Worker, lost: Lost) -> None:
        """The worker has free lanes. What is done of the slices before is recorded by that."""
        free = LANES - len(worker.open_slices)
        with self.product.working(worker, lost):
            worker.slices += worker.turn.more(free) if free else []

    def _begin(self, one: int, mails: int) -> None:
        """Mails of one slice are begun, if they may be."""
        open_slices = [(worker, slice_) for worker in self.workers for slice_ in worker.open_slices]
        for worker, slice_ in open_slices[one % max(len(open_slices), 1) :][:1]:
            for _mail in range(mails):
                mail = slice_.next()
                if mail and slice_.may_begin(mail):
                    slice_.begin(mail)
                    self.left[mail.row] += 1
                    worker.begun.append((slice_, mail))
                elif mail:
                    slice_.give_back(mail)

    def _answer(self, one: int, mails: int, kind: Kind) -> None:
        """The provider answers some mails of a worker. It does not deny one that it has reported."""
        waiting = [worker.begun for worker in self.workers if worker.begun]
        for begun in waiting[one % max(len(waiting), 1) :][:1]:
            for slice_, mail in begun[:mails]:
                said = Kind.SENT if mail.row in self.reported else kind
                self.left[mail.row] -= said not in MAY_HAVE_LEFT
                slice_.answer(mail, Answer(said, "said"))
            del begun[:mails]

    def _end_turn(self, worker: Worker, lost: Lost) -> None:
        self.workers.remove(worker)
        with self.product.working(worker, lost):
            worker.turn.run()

    def _go_away(self, one: int, changes: dict[str, object]) -> None:
        """A reader whose row is planned leaves, pauses, or moves to another hour."""
        planned = Delivery.objects.filter(status="planned").order_by("pk")[one : one + 1]
        Subscription.objects.filter(pk__in=[row.subscription_id for row in planned]).update(**changes)

    def _come_back(self) -> None:
        """All readers are as they were, and planning looks at them."""
        Subscription.objects.update(**HERE)
        planning.plan(now=self.product.now)

    @precondition(lambda self: self.product.queue)
    @rule()
    def redis_is_flushed(self) -> None:
        self.product.queue.clear()

    @precondition(lambda self: self.workers)
    @rule(one=ANY)
    def a_worker_is_killed(self, one: int) -> None:
        worker = self._one(one)
        self.workers.remove(worker)
        self.orphans |= worker.rows
        for journal in worker.journals:
            journal.leave()

    @precondition(lambda self: self.workers)
    @rule(one=ANY)
    def a_machine_is_lost_with_its_journals(self, one: int) -> None:
        worker = self._one(one)
        self.workers.remove(worker)
        self.lost |= worker.rows
        for journal in worker.journals:
            journal.close()

    def _one(self, one: int) -> Worker:
        return self.workers[one % len(self.workers)]

    @precondition(lambda self: self.orphans)
    @rule()
    def the_sweeper_comes(self) -> None:
        sweep(self.product.journals, now=self.product.now)
        self.orphans.clear()

    @precondition(lambda self: self.workers or self.orphans or self.lost)
    @rule()
    def leases_run_out(self) -> None:
        """Also those of workers that live, and answer later."""
        sending_rows = Delivery.objects.filter(status="sending")
        self.lost.update(sending_rows.values_list("pk", flat=True))
        sending_rows.update(lease_until="2020-01-01T00:00Z")
        ledger.settle_leases()

    @precondition(lambda self: self.product.now < LATEST)
    @rule(seconds=st.sampled_from([1, 1, 60, 420, 2700]))
    def time_passes(self, seconds: int) -> None:
        self.product.time_passes(seconds)

    @precondition(lambda self: any(self.left.values()))
    @rule(data=st.data(), times=st.integers(1, 2))
    def the_provider_reports_a_mail(self, data: st.DataObject, times: int) -> None:
        row = data.draw(st.sampled_from(sorted(row for row, count in self.left.items() if count)))
        self.reported.add(row)
        for _time in range(times):
            events.record(
                kind="delivered", source="sink", external_id=f"delivered:{row}", at=self.product.now, delivery_id=row
            )

    @precondition(lambda _self: Delivery.objects.filter(status="uncertain").exists())
    @rule()
    def an_editor_sends_an_uncertain_one_again(self) -> None:
        """Who takes the risk of a second mail, even where a worker is not dead but only slow."""
        for row in Delivery.objects.filter(status="uncertain")[:1]:
            self.allowed[row.pk] += ledger.send_again([row.pk], by=self.editor, at=self.product.now)

    @rule(status=st.sampled_from(["paused", "approved", "approved"]))
    def an_editor_pauses_or_resumes_the_digest(self, status: str) -> None:
        Digest.objects.update(status=status)

    @precondition(lambda self: senders.is_paused(self.sender))
    @rule()
    def an_operator_resumes_the_sender(self) -> None:
        senders.resume(self.sender)

    @invariant()
    def no_reader_gets_two(self) -> None:
        assert all(count <= 1 + self.allowed[row] for row, count in self.left.items())

    @invariant()
    def what_is_sent_may_have_arrived(self) -> None:
        for row in Delivery.objects.filter(status="sent"):
            assert self.left[row.pk] >= 1

    @invariant()
    def only_what_may_have_left_is_in_doubt(self) -> None:
        for row in Delivery.objects.filter(status="uncertain"):
            assert self.left[row.pk] or row.pk in self.lost

    @invariant()
    def somebody_knows_of_each_claimed_row(self) -> None:
        held = self.orphans.union(self.lost, *(worker.rows for worker in self.workers))
        assert held >= set(Delivery.objects.filter(status="sending").values_list("pk", flat=True))

    def teardown(self) -> None:
        """Every worker dies; whatever was not begun goes out after all, and nobody is forgotten."""
        try:
            while self.workers:
                self.a_worker_is_killed(0)
            self.the_sweeper_comes()
            self.an_editor_pauses_or_resumes_the_digest("approved")
            self._come_back()
            Delivery.objects.filter(status="planned").update(ready_at=self.product.now)
            self._send_the_rest()
            self.no_reader_gets_two()
            self.leases_run_out()
            assert set(Delivery.objects.values_list("status", flat=True)) <= {"sent", "failed", "uncertain"}
        finally:
            self.product.end()

    def _send_the_rest(self) -> None:
        """By as many turns as there are rows, at most."""
        for _turn in range(Delivery.objects.count()):
            senders.resume(self.sender)
            self.product.queue.clear()
            tasks.wake_senders()
            if not self.product.queue:
                return
            tasks.send_due(self.product.queue.pop())


@pytest.mark.django_db
def test_at_most_one_hand_over_and_none_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "FRESH", timedelta(days=1))  # each run of planning looks at all readers
    Ledger.digest, Ledger.editor = make_approved(), make_user()
    quick = settings(
        max_examples=40,
        stateful_step_count=50,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.reuse, Phase.generate],  # no shrinking: that takes minutes, and forty steps can be read
    )
    run_state_machine_as_test(Ledger, settings=quick)
