"""The bench's own counting: a mail that is lost, doubled or misled makes the run worthless, and is said."""

from collections import Counter

import pytest

from benchmarks.checking import wrong_mails
from benchmarks.whole_way import Outcome, Watch
from tests.factories import make_subscriber

pytestmark = pytest.mark.django_db
READERS = ["alice@example.com", "bob@example.com", "carol@example.com"]


def faults(*arrived: str, **statuses: int) -> list[str]:
    """What is said of three readers, when these have mails, and the ledger's rows have these statuses."""
    for address in READERS:
        make_subscriber(address)
    outcome = Outcome(readers=3, seconds=1, bytes=0, editions=1, statuses=statuses or {"sent": 3}, watch=Watch())
    return wrong_mails(Counter(arrived), outcome)


def test_one_mail_for_each_reader_is_no_fault() -> None:
    assert faults(*READERS) == []


def test_a_reader_without_a_mail_is_seen() -> None:
    assert faults(*READERS[:2]) == ["1 of 3 mails were LOST"]


def test_a_reader_with_three_mails_has_two_too_many() -> None:
    assert faults(*READERS, READERS[0], READERS[0]) == ["2 mails were DOUBLED"]


def test_a_mail_to_somebody_else_is_seen() -> None:
    assert faults(*READERS[:2], "eve@example.com") == [
        "1 of 3 mails were LOST",
        "1 mails went to nobody's address",
    ]


def test_a_row_that_does_not_end_as_sent_is_seen_although_the_mail_arrived() -> None:
    assert faults(*READERS, sent=2, uncertain=1) == ["rows that are not SENT: {'uncertain': 1}"]
