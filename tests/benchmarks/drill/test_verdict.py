"""The drill's own counting: who is lost, who has two mails, and of whom nobody knows."""

import pytest

from benchmarks.drill.verdict import Mail, Row, Verdict, judge

ALICE = "alice@example.com"


def verdict_on(status: str, *, mails: int, refused: bool = False) -> Verdict:
    """What is said of Alice, whose row of the ledger has this status at the end."""
    sent = [Mail(ALICE, "d1")] * mails
    return judge([ALICE], [Row("d1", ALICE, status)], sent, refused=[ALICE] if refused else [])


def test_a_reader_who_has_the_mail_that_the_ledger_speaks_of_is_well() -> None:
    verdict = verdict_on("sent", mails=1)

    nobody = Verdict(readers=1, lost=0, doubled=0, uncertain=0, arrived=0, failed=0, misled=0, denied=0)
    assert verdict == nobody


@pytest.mark.parametrize("status", ["sent", "planned", "sending", "skipped", "failed"])
def test_a_reader_without_a_mail_is_lost_unless_the_ledger_says_that_nobody_knows(status: str) -> None:
    assert verdict_on(status, mails=0).lost == 1
    assert verdict_on("uncertain", mails=0).lost == 0


def test_a_reader_without_a_row_is_lost() -> None:
    assert judge([ALICE], [], [], refused=[]).lost == 1


def test_a_reader_whom_the_mail_server_refused_is_not_lost_when_the_ledger_says_so() -> None:
    verdict = verdict_on("failed", mails=0, refused=True)

    assert (verdict.lost, verdict.failed) == (0, 1)
    assert verdict_on("sent", mails=0, refused=True).lost == 1


@pytest.mark.parametrize("status", ["sent", "uncertain", "planned"])
def test_two_mails_are_two_mails_whatever_the_ledger_says(status: str) -> None:
    assert verdict_on(status, mails=2).doubled == 1
    assert verdict_on(status, mails=1).doubled == 0


def test_of_uncertain_readers_some_have_the_mail_and_some_have_not() -> None:
    readers = [ALICE, "bob@example.com", "carol@example.com"]
    rows = [Row(f"d{number}", reader, "uncertain") for number, reader in enumerate(readers)]

    verdict = judge(readers, rows, [Mail(ALICE, "d0")], refused=[])

    assert (verdict.uncertain, verdict.arrived, verdict.lost) == (3, 1, 0)


@pytest.mark.parametrize("status", ["failed", "planned", "skipped"])
def test_a_reader_with_a_mail_that_the_ledger_denies_is_counted(status: str) -> None:
    assert verdict_on(status, mails=1).denied == 1
    assert verdict_on(status, mails=0).denied == 0


def test_a_mail_in_another_readers_envelope_is_counted() -> None:
    rows = [Row("d1", ALICE, "sent"), Row("d2", "bob@example.com", "sent")]
    readers = [ALICE, "bob@example.com"]

    crossed = judge(readers, rows, [Mail(ALICE, "d2"), Mail("bob@example.com", "d1")], refused=[])
    strange = judge(
        readers, rows, [Mail(ALICE, "d1"), Mail("bob@example.com", "d2"), Mail("eve@example.com", "d3")], refused=[]
    )

    assert (crossed.misled, strange.misled) == (2, 1)


def test_a_letter_is_no_delivery_although_both_have_the_same_number() -> None:
    assert judge([ALICE], [Row("l1", ALICE, "sent")], [Mail(ALICE, "d1")], refused=[]).misled == 1
    assert judge([ALICE], [Row("l1", ALICE, "sent")], [Mail(ALICE, "l1")], refused=[]).misled == 0
