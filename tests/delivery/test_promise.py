"""The promise, whatever happens in whatever order: at most one hand-over for each reader, and no reader forgotten."""

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from digests.models import Digest
from newsletter.delivery import ledger
from newsletter.delivery.claiming import claim
from newsletter.delivery.models import Delivery
from newsletter.delivery.outcomes import in_doubt, outcome, unsent
from newsletter.delivery.sweeping import sweep
from newsletter.feedback import events
from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.journal import Journal
from newsletter.staff.models import User
from tests.factories import MORNING, make_approved, make_delivery, make_user

MAY_HAVE_LEFT = {Kind.SENT, Kind.SILENT}
WORKERS = st.integers(0, 2)
ANSWERS = st.sampled_from([Kind.SENT, Kind.SENT, Kind.SENT, Kind.BUSY, Kind.REFUSED, Kind.BROKEN, Kind.SILENT])


@dataclass
class Worker:
    """A worker's memory, which dies with it, and its journal, which does not."""

    journal: Journal
    claim: UUID
    waiting: list[int]
    begun: list[int] = field(default_factory=list)
    answers: dict[int, Answer] = field(default_factory=dict)


class Ledger(RuleBasedStateMachine):
    """Three workers on two machines, one of which may be lost with its journals; events, editors and time."""

    digest: Digest
    editor: User

    def __init__(self) -> None:
        super().__init__()
        Delivery.objects.all().delete()
        self.folder = Path(tempfile.mkdtemp(prefix="paperboy-promise-"))
        self.workers: dict[int, Worker] = {}
        self.now = MORNING
        self.left: Counter[int] = Counter()  # hand-overs that may have reached the reader
        self.allowed: Counter[int] = Counter()  # those that an editor asked for

    @rule(readers=st.integers(1, 5))
    def readers_are_planned(self, readers: int) -> None:
        for _reader in range(readers):
            make_delivery(self.digest)

    @rule(number=WORKERS, limit=st.integers(1, 4))
    def a_worker_claims(self, number: int, limit: int) -> None:
        if number in self.workers or not Delivery.objects.exists():
            return
        journal, slice_ = Journal(self.folder), uuid4()
        journal.start(slice_)
        sender = Delivery.objects.all()[0].sender
        claimed = claim(sender, now=self.now, limit=limit, slices=[slice_]).get(slice_, [])
        self.workers[number] = Worker(journal, slice_, [row.id for row in claimed])

    @rule(number=WORKERS)
    def a_body_is_begun(self, number: int) -> None:
        worker = self.workers.get(number)
        if worker and worker.waiting:
            row = worker.waiting.pop()
            worker.journal.begin(row)
            worker.begun.append(row)
            self.left[row] += 1

    @rule(number=WORKERS, kind=ANSWERS)
    def the_provider_answers(self, number: int, kind: Kind) -> None:
        worker = self.workers.get(number)
        if worker and worker.begun:
            row, answer = worker.begun.pop(), Answer(kind, "said")
            worker.journal.answer(row, answer)
            worker.answers[row] = answer
            self.left[row] -= kind not in MAY_HAVE_LEFT

    @rule(number=WORKERS)
    def a_worker_records(self, number: int) -> None:
        worker = self.workers.pop(number, None)
        if worker is None:
            return
        attempts = ledger.attempts_of(worker.answers)
        answered = [
            outcome(row, answer, attempts=attempts[row], now=self.now, chance=0.5)
            for row, answer in worker.answers.items()
        ]
        rest = [*map(in_doubt, worker.begun), *map(unsent, worker.waiting)]
        ledger.record([(worker.claim, found) for found in [*answered, *rest]], at=self.now)
        worker.journal.close()

    @rule(number=WORKERS)
    def a_worker_is_killed(self, number: int) -> None:
        worker = self.workers.pop(number, None)
        if worker:
            worker.journal.leave()

    @rule(number=WORKERS)
    def a_machine_is_lost_with_its_journal(self, number: int) -> None:
        worker = self.workers.pop(number, None)
        if worker:
            worker.journal.close()

    @rule()
    def the_sweeper_comes(self) -> None:
        sweep(self.folder, now=self.now)

    @rule()
    def leases_run_out(self) -> None:
        """Also those of workers that live, and answer later."""
        Delivery.objects.filter(status="sending").update(lease_until="2020-01-01T00:00Z")
        ledger.settle_leases()

    @rule(minutes=st.sampled_from([1, 7, 45]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: any(self.left.values()))
    @rule(data=st.data(), times=st.integers(1, 2))
    def the_provider_reports_a_mail(self, data: st.DataObject, times: int) -> None:
        row = data.draw(st.sampled_from(sorted(row for row, count in self.left.items() if count)))
        for _time in range(times):
            events.record(kind="delivered", source="sink", external_id=f"delivered:{row}", at=self.now, delivery_id=row)

    @rule()
    def an_editor_sends_an_uncertain_one_again(self) -> None:
        """Who takes the risk of a second mail; never for a row that a worker still holds."""
        held = {row for worker in self.workers.values() for row in [*worker.begun, *worker.waiting, *worker.answers]}
        rows = Delivery.objects.filter(status="uncertain").exclude(pk__in=held)[:1]
        for row in rows:
            self.allowed[row.pk] += ledger.send_again([row.pk], by=self.editor, at=self.now)

    @invariant()
    def no_reader_gets_two(self) -> None:
        for row, count in self.left.items():
            assert count <= 1 + self.allowed[row]

    @invariant()
    def what_is_sent_may_have_arrived(self) -> None:
        for row in Delivery.objects.filter(status="sent"):
            assert self.left[row.pk] >= 1

    def teardown(self) -> None:
        """Every worker dies; whatever was not begun goes out after all, and nobody is forgotten."""
        for number in list(self.workers):
            self.a_worker_is_killed(number)
        self.the_sweeper_comes()
        Delivery.objects.filter(status="planned").update(ready_at=self.now)
        while Delivery.objects.filter(status="planned").exists():
            self.a_worker_claims(0, 4)
            for _row in range(4):
                self.a_body_is_begun(0)
                self.the_provider_answers(0, Kind.SENT)
            self.a_worker_records(0)
        self.no_reader_gets_two()
        self.leases_run_out()
        statuses = dict(Delivery.objects.values_list("pk", "status"))
        assert set(statuses.values()) <= {"sent", "failed", "uncertain"}


@pytest.mark.django_db
def test_at_most_one_hand_over_and_none_forgotten() -> None:
    Ledger.digest, Ledger.editor = make_approved(), make_user()
    quick = settings(
        max_examples=40,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.reuse, Phase.generate],  # no shrinking: that takes minutes, and thirty steps can be read
    )
    run_state_machine_as_test(Ledger, settings=quick)
