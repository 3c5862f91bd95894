"""Whose fault a refusal is, where a provider refuses a call as a whole."""

from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.halving import ALIKE, Outcome, work_off
from newsletter.postbox.message import Message
from tests.postbox.editions import Desk, make_readers

NO = Answer(Kind.REFUSED, "the sender is not known")


def test_refusals_that_are_told_per_reader_are_no_proof_that_somebody_was_taken() -> None:
    def call(part: list[Message]) -> Outcome:
        told = part[0].row == 1 and len(part) == 1
        return {1: Answer(Kind.REFUSED, "the address has bounced before")} if told else NO

    work = Desk().slice_of(make_readers(4 * ALIKE))
    messages = list(iter(work.next, None))

    verdict = work_off(work, messages, call)

    assert verdict == Answer(Kind.BROKEN, NO.text)
    assert [row for row, answer in work.answers.items() if answer.kind is Kind.REFUSED] == [1]
