"""How far a digest has come, from what its tables say."""

import pytest

from newsletter.desk.stages import Stage, Summaries, stage_of


def said(*, papers: int = 10, done: int = 10, checked: int = 10, findings: int = 0) -> Summaries:
    return Summaries(locale="en", papers=papers, done=done, checked=checked, findings=findings)


@pytest.mark.parametrize(
    ("languages", "stage"),
    [
        ([said(done=0, checked=0)], Stage.CAME_IN),
        ([], Stage.CAME_IN),
        ([said(), said(done=9, checked=9)], Stage.DRAFTED),
        ([said(), said(checked=9)], Stage.TO_CHECK),
        ([said(), said(findings=1)], Stage.TO_CHECK),
        ([said(), said()], Stage.READY),
    ],
)
def test_a_draft_comes_nearer_with_its_summaries(languages: list[Summaries], stage: Stage) -> None:
    assert stage_of("draft", languages, was_approved=False, has_left=False, is_waiting=False) is stage


@pytest.mark.parametrize(
    ("status", "has_left", "is_waiting", "stage"),
    [
        ("approved", False, False, Stage.APPROVED),
        ("approved", False, True, Stage.APPROVED),
        ("approved", True, True, Stage.GOING_OUT),
        ("approved", True, False, Stage.SENT),
        ("closed", True, False, Stage.SENT),
        ("closed", False, False, Stage.SENT),
        ("paused", True, True, Stage.PAUSED),
        ("cancelled", False, False, Stage.CANCELLED),
    ],
)
def test_an_approved_digest_goes_by_its_ledger(status: str, has_left: bool, is_waiting: bool, stage: Stage) -> None:
    assert stage_of(status, [said()], was_approved=True, has_left=has_left, is_waiting=is_waiting) is stage


def test_what_was_taken_back_for_good_was_never_sent() -> None:
    assert stage_of("closed", [], was_approved=False, has_left=False, is_waiting=False) is Stage.CLOSED
