"""The conversation, byte by byte: what is said when, and what each answer or silence means for which mail."""

from collections.abc import Iterable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.postbox import slices
from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.dialogue import Dialogue
from newsletter.postbox.slices import Slice
from tests.postbox.makers import Notes, make_message, make_slice

MODERN = ("pipelining", "8bitmime")
OK, GO, GONE = b"250 ok\r\n", b"354 go on\r\n", Answer(Kind.BUSY, "gone")


def begin(mails: int, extensions: Iterable[str] = MODERN, notes: Notes | None = None) -> tuple[Dialogue, Slice]:
    dialogue = Dialogue(set(extensions))
    slice_ = make_slice([make_message(number) for number in range(1, mails + 1)], notes)
    dialogue.work_off(slice_)
    return dialogue, slice_


def says(dialogue: Dialogue, heard: bytes = b"") -> bytes:
    """What it says to what it has heard, all of it written."""
    dialogue.hear(heard)
    data = dialogue.take()
    dialogue.wrote(len(data))
    return data


def verbs(data: bytes) -> list[bytes]:
    known = (b"MAIL", b"RCPT", b"DATA", b"RSET", b".")
    return [line.split(b" ")[0] for line in data.split(b"\r\n") if line.startswith(known)]


def kinds(slice_: Slice) -> dict[int, str]:
    return {row: answer.kind.value for row, answer in slice_.answers.items()}


def test_with_pipelining_a_mail_costs_one_round_trip() -> None:
    dialogue, slice_ = begin(2)

    first = says(dialogue)
    second = says(dialogue, OK + OK + GO)
    third = says(dialogue, OK + OK + OK + GO)

    assert verbs(first) == [b"MAIL", b"RCPT", b"DATA"]
    assert verbs(second) == [b".", b"MAIL", b"RCPT", b"DATA"]
    assert verbs(third) == [b"."]
    assert says(dialogue, OK) == b""
    assert (kinds(slice_), dialogue.is_idle) == ({1: "sent", 2: "sent"}, True)


def test_without_it_each_command_waits_for_its_answer() -> None:
    dialogue, slice_ = begin(2, extensions=[])

    said = [verbs(says(dialogue, heard)) for heard in (b"", OK, OK, GO, OK)]

    assert said == [[b"MAIL"], [b"RCPT"], [b"DATA"], [b"."], [b"MAIL"]]
    assert kinds(slice_) == {1: "sent"}


def test_at_most_one_body_is_in_the_air() -> None:
    notes = Notes()
    dialogue, slice_ = begin(3, notes=notes)

    says(dialogue)
    says(dialogue, OK + OK + GO)

    assert notes.said == [("begin", 1)]
    assert slice_.begun == {1}


@pytest.mark.parametrize("extensions", [MODERN, ()])
def test_a_refused_reader_is_answered_and_the_next_one_starts_clean(extensions: tuple[str, ...]) -> None:
    dialogue, slice_ = begin(2, extensions)
    says(dialogue)

    said = b"".join(says(dialogue, heard) for heard in (OK, b"550 no such user\r\n", b"503 no recipient\r\n"))

    assert kinds(slice_)[1] == "refused"
    assert verbs(said)[-4:][0] == b"RSET" or b"RSET" in verbs(said)


def test_a_server_that_wants_a_body_for_nobody_gets_an_empty_one() -> None:
    dialogue, slice_ = begin(1)
    says(dialogue)

    said = says(dialogue, OK + b"550 no such user\r\n" + GO)

    assert verbs(said) == [b".", b"RSET"]
    assert kinds(slice_) == {1: "refused"}
    assert says(dialogue, b"554 no recipients\r\n" + OK) == b""
    assert dialogue.is_idle


def test_a_mail_whose_final_dot_was_written_may_have_arrived() -> None:
    dialogue, slice_ = begin(2)
    says(dialogue)
    says(dialogue, OK + OK + GO)

    dialogue.lost(GONE)

    assert kinds(slice_) == {1: "silent"}
    assert slice_.next() is not None, "the second mail was never begun"


def test_a_mail_whose_final_dot_was_not_written_has_not_left() -> None:
    dialogue, slice_ = begin(1)
    says(dialogue)
    dialogue.hear(OK + OK + GO)
    dialogue.wrote(len(dialogue.take()) - 1)

    dialogue.lost(GONE)

    assert kinds(slice_) == {1: "busy"}


def test_a_mail_that_the_last_byte_of_is_written_is_in_doubt() -> None:
    dialogue, slice_ = begin(1)
    says(dialogue)
    dialogue.hear(OK + OK + GO)
    dialogue.wrote(len(dialogue.take()))

    dialogue.lost(GONE)

    assert kinds(slice_) == {1: "silent"}


@pytest.mark.parametrize("line", [b"421 good-bye\r\n", b"what?\r\n", b"\r\n", b"x" * 70_000])
def test_good_byes_and_nonsense_end_the_connection(line: bytes) -> None:
    dialogue, slice_ = begin(1)
    says(dialogue)

    dialogue.hear(line)
    dialogue.lost(GONE)

    assert dialogue.is_closing
    assert kinds(slice_) == {1: "busy"}


def test_an_answer_of_many_lines_is_one_answer() -> None:
    dialogue, slice_ = begin(1)
    says(dialogue)

    says(dialogue, b"250-first\r\n250 last\r\n" + OK + GO)
    says(dialogue, b"554-it is\r\n554 spam\r\n")

    assert slice_.answers[1].text == "body 554 it is spam"


@pytest.mark.parametrize("extensions", [MODERN, ()])
def test_a_paused_slice_begins_nothing_more_and_hears_the_rest(extensions: tuple[str, ...]) -> None:
    notes = Notes()
    dialogue, slice_ = begin(3, extensions, notes)
    for heard in (b"", OK, OK, GO):
        says(dialogue, heard)

    slice_.halt()
    said = [verbs(says(dialogue, heard)) for heard in (OK, OK, OK, GO)]

    assert kinds(slice_) == {1: "sent"}
    assert notes.said == [("begin", 1), ("answer", 1)]
    assert [b"."] not in said
    assert slice_.is_done


def test_a_mail_may_not_begin_after_its_time_although_its_envelope_was_said_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dialogue, slice_ = begin(1)
    says(dialogue)

    later = slices.clock() + 120
    monkeypatch.setattr(slices, "clock", lambda: later)
    said = says(dialogue, OK + OK + GO)

    assert (said, kinds(slice_), slice_.begun) == (b"", {}, set())
    assert dialogue.is_called_off, "nothing but hanging up ends DATA without a mail"
    assert dialogue.is_closing


def test_a_withdrawn_mail_is_given_back_and_the_next_one_is_left_for_another_connection() -> None:
    dialogue, slice_ = begin(2)
    says(dialogue)

    slice_.withdraw([1])
    says(dialogue, OK + OK + GO)

    assert dialogue.is_called_off
    assert (kinds(slice_), slice_.is_done) == ({}, False)
    left = slice_.next()
    assert left is not None
    assert left.row == 2


@given(st.data())
def test_however_the_bytes_come_in_every_mail_is_answered_once(data: st.DataObject) -> None:
    """A server that answers at random, in random pieces, and hangs up at a random moment."""
    notes = Notes()
    dialogue, slice_ = begin(6, MODERN if data.draw(st.booleans()) else (), notes)
    replies = [OK, OK, OK, GO, GO, b"451 later\r\n", b"550 no\r\n", b"250-more\r\n250 ok\r\n"]
    for _turn in range(data.draw(st.integers(0, 40))):
        out = dialogue.take()
        dialogue.wrote(data.draw(st.integers(len(out) // 2, len(out))))
        heard = b"".join(data.draw(st.lists(st.sampled_from(replies), max_size=4)))
        cut = data.draw(st.integers(0, len(heard)))
        dialogue.hear(heard[:cut])
        dialogue.hear(heard[cut:])
        if dialogue.is_closing:
            break

    dialogue.lost(GONE)

    assert len(slice_.begun) == 0
    begun = [row for word, row in notes.said if word == "begin"]
    assert len(begun) == len(set(begun))
    assert set(begun) <= slice_.answers.keys()
    assert isinstance(slice_.claim, UUID)
