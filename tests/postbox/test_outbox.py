"""A letter's row after each answer: by the same rules as a delivery's."""

from datetime import timedelta
from uuid import uuid4

import pytest

from newsletter.postbox import outbox
from newsletter.postbox.answers import MOST_ATTEMPTS, Answer, Kind
from newsletter.postbox.models import Letter
from newsletter.postbox.outcomes import outcome
from tests.postbox.letters import make_letter
from tests.postbox.makers import NOON

ANSWERS = [
    Answer(Kind.SENT, "250 taken"),
    Answer(Kind.SILENT),
    Answer(Kind.REFUSED, "no such user"),
    Answer(Kind.BROKEN, "no credit"),
    Answer(Kind.BUSY, "later", timedelta(hours=12)),
    Answer(Kind.BUSY, "not there", timedelta(hours=12), reached=False),
]


@pytest.mark.django_db
@pytest.mark.parametrize("attempts", [1, MOST_ATTEMPTS])
@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer.kind} {answer.text}")
def test_a_letters_row_is_what_the_outcome_says(answer: Answer, attempts: int) -> None:
    make_letter(attempts=attempts - 1)
    [letter] = outbox.claim(Letter.objects.get().sender, claim=uuid4(), now=NOON, limit=1)
    expected = outcome(letter.pk, answer, attempts=attempts, now=NOON, chance=0.5)

    assert outbox.record(letter, answer, now=NOON)

    letter.refresh_from_db()
    assert (letter.status, letter.reason) == (expected.status, expected.reason)
    assert letter.ready_at == (expected.ready_at or NOON)
    assert letter.attempts == (attempts if expected.is_attempt else attempts - 1)
    assert letter.sent_at == (NOON if answer.kind is Kind.SENT else None)
    assert (letter.claim, letter.lease_until) == (None, None)


def test_what_the_sender_is_to_blame_for_costs_the_row_neither_its_place_nor_an_attempt() -> None:
    found = outcome(1, Answer(Kind.BROKEN, "no credit"), attempts=3, now=NOON, chance=0.5)

    assert (found.status, found.ready_at, found.is_attempt) == ("planned", None, False)
