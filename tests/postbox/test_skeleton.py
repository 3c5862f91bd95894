"""What is encoded once and filled per reader reads, in a mail program, as if it had been written for that reader."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digests.links import LEAVE, PLACES, PREFERENCES, TOKEN_LENGTH, WEB, Piece, Place, fill
from newsletter.postbox import skeleton as skeletons
from newsletter.postbox.message import Message
from newsletter.postbox.skeleton import LINE_END, SHARED, skeleton
from tests.postbox.makers import make_message, make_wording

TOKENS = {LEAVE: "L" * TOKEN_LENGTH, PREFERENCES: "p-" * 20, WEB: "W_" * 20}
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=120)
PIECES = st.lists(TEXT | st.sampled_from(PLACES), max_size=14).map(tuple)


def read(message: Message, *, eight_bit: bool) -> EmailMessage:
    data = skeleton(message.wording, eight_bit=eight_bit).fill(message)
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 998
    found = message_from_bytes(data, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return LINE_END.sub("\n", str(part.get_content()))


def as_written(pieces: tuple[Piece, ...]) -> str:
    text = fill(pieces, TOKENS)
    return text if text.endswith("\n") else f"{text}\n"


@pytest.mark.parametrize("eight_bit", [True, False])
@given(text=PIECES, html=PIECES.filter(lambda pieces: "".join(pieces) != ""))
@example(text=("\n", ""), html=("0",))
def test_any_pieces_read_as_if_they_had_been_written_in_one_go(
    eight_bit: bool, text: tuple[Piece, ...], html: tuple[Piece, ...]
) -> None:
    message = make_message(wording=make_wording(text=text, html=html), tokens=TOKENS)

    mail = read(message, eight_bit=eight_bit)

    assert (body(mail, "plain"), body(mail, "html")) == (as_written(text), as_written(html))


def test_a_piece_is_encoded_once_for_all_editions_it_stands_in() -> None:
    paper = "<p>" + "한국어 " * 200 + "</p>\n"
    wordings = [make_wording(text=(paper, LEAVE), html=(f"{number}\n", paper)) for number in (111, 222)]

    one, two = (skeleton(wording, eight_bit=False) for wording in wordings)

    shared = {id(piece) for piece in one.body} & {id(piece) for piece in two.body}
    assert max(len(piece) for piece in one.body if id(piece) in shared) > len(paper)


@pytest.mark.parametrize("eight_bit", [True, False])
def test_nothing_of_a_letter_is_kept(eight_bit: bool) -> None:
    before = SHARED.size

    mail = read(make_message(text=f"확인 {'x' * 2000}\n확인", html="<p>확인</p>"), eight_bit=eight_bit)

    assert "확인" in body(mail, "plain")
    assert SHARED.size == before


@pytest.mark.parametrize("eight_bit", [True, False])
def test_what_editions_share_is_let_go_before_it_fills_the_memory(
    eight_bit: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(skeletons, "ENCODED_KEPT", 20_000)

    for number in range(40):
        text = (f"{number} 논문 " * 50, LEAVE, "\n")
        mail = read(make_message(wording=make_wording(text=text), tokens=TOKENS), eight_bit=eight_bit)
        assert body(mail, "plain") == as_written(text)

    assert SHARED.size <= 20_000


def test_eight_bits_travel_as_they_are_where_the_server_takes_them() -> None:
    message = make_message(text="아침", html="<p>아침</p>")

    made = skeleton(message.wording, eight_bit=True)

    assert made.eight_bit
    assert "아침".encode() in made.fill(message)
    assert skeleton(message.wording, eight_bit=False).fill(message).isascii()


@pytest.mark.parametrize("text", ["x" * 999, "nul\0", "bell\7", "--=_paperboy"])
def test_what_no_line_can_hold_is_base64_whatever_the_server_takes(text: str) -> None:
    message = make_message(text=text)

    assert b"Content-Transfer-Encoding: base64" in skeleton(message.wording, eight_bit=True).fill(message)


def test_the_words_of_a_title_open_no_place() -> None:
    title = str(Place.LEAVE)
    message = make_message(wording=make_wording(text=(title, " ", Place.LEAVE)), tokens=TOKENS)

    mail = read(message, eight_bit=False)

    assert body(mail, "plain") == f"leave {TOKENS[LEAVE]}\n"


def test_two_readers_differ_in_nothing_but_what_is_theirs() -> None:
    wording = make_wording(text=("아침 ", LEAVE, "\n"), html=())
    one = make_message(1, wording=wording, tokens={LEAVE: "a" * TOKEN_LENGTH})
    two = make_message(2, wording=wording, tokens={LEAVE: "b" * TOKEN_LENGTH})

    first, second = (skeleton(wording, eight_bit=False).fill(message).splitlines() for message in (one, two))

    assert len(first) == len(second)
    differing = [line.split(b":")[0] for line, other in zip(first, second, strict=True) if line != other]
    assert differing[:2] == [b"To", b"Message-ID"]
    assert len(differing) == 3
