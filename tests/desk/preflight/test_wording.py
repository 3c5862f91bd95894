"""The editor's words: nothing left over from a template, and subjects that inboxes show whole."""

import pytest

from digests.content import SummaryContent
from newsletter.desk.preflight import wording
from newsletter.desk.preflight.case import Written
from tests.desk.preflight.cases import case, entry, kinds

LEFT = [
    "Hi {{ name }}",
    "{% if x %}",
    "Dear %recipient.name%",
    "[TODO] title",
    "[tbd]",
    "Lorem ipsum dolor",
    "*|FNAME|*",
]
RIGHT = ["100% of recipients", "A set {a}", "50 % {of} it", "To do: nothing", "The %s token", "Kites & {braces}"]


@pytest.mark.parametrize("text", LEFT)
@pytest.mark.parametrize("name", ["subject", "preheader", "note", "correction"])
def test_what_a_template_left_behind_blocks(name: str, text: str) -> None:
    given = case(written=(Written("ko", name, text),))

    assert kinds(wording.lines, given)[0] == ("blocking", "left_over")


@pytest.mark.parametrize("text", RIGHT)
def test_what_people_write_does_not(text: str) -> None:
    given = case(written=(Written("ko", "note", text),))

    assert kinds(wording.lines, given)[0] == ("fine", "clean")


@pytest.mark.parametrize(
    ("text", "level"), [("- It is [TODO].", "blocking"), ("- Lorem ipsum.", "blocking"), ("- For x^{{2}}.", "warning")]
)
def test_a_summary_may_have_braces_for_mathematics_and_no_placeholder(text: str, level: str) -> None:
    says = {"ko": SummaryContent(text=text, origin="human"), "en": SummaryContent(text="- Fine.", origin="human")}

    [line, *_subjects] = wording.lines(case(entry(summaries=says)))

    assert (line.level, line.kind) == (level, "wording.left_over_in_summary")
    assert line.mend == "/paper/101/ko/"


@pytest.mark.parametrize(
    ("name", "length", "is_long"),
    [("subject", 90, False), ("subject", 91, True), ("preheader", 140, False), ("preheader", 141, True)],
)
def test_what_inboxes_cut_is_warned_of(name: str, length: int, is_long: bool) -> None:
    given = case(written=(Written("en", name, "x" * length),))

    assert (("warning", "long") in kinds(wording.lines, given)) == is_long


def test_wide_letters_count_twice() -> None:
    given = case(written=(Written("ko", "subject", "가" * 46),))

    assert ("warning", "long") in kinds(wording.lines, given)


def test_it_is_said_whose_subject_it_is() -> None:
    given = case(written=(Written("ko", "subject", "연"), Written("en", "subject", "  ")))

    words = [line.words for line in wording.lines(given)]

    assert "English: the subject is proposed." in words
    assert "Korean: the subject is the editor's." in words
