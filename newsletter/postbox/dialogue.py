"""The conversation over one SMTP connection, without the connection: bytes in, bytes out, answers to the slice. Pure.

With PIPELINING (RFC 2920) a mail's body and the next mail's MAIL, RCPT and DATA go out together, so each mail costs one
round trip, and at most one body is in the air. Without it each command waits for the answer to the one before.
"""

from collections import deque
from collections.abc import Container
from typing import NamedTuple

from newsletter.postbox.answers import Answer, Kind, Stage, from_smtp, quiet
from newsletter.postbox.message import Message
from newsletter.postbox.mime import address
from newsletter.postbox.skeleton import skeleton
from newsletter.postbox.slices import Slice

LONGEST_REPLY = 65_536  # bytes without a line end: nobody means well who says more
DATA = (Stage.DATA, b"DATA\r\n")
END = b".\r\n"  # after a body
TAKEN = Answer(Kind.SENT)
CLOSING = 421  # the server hangs up: RFC 5321, 3.8


class Mail(NamedTuple):
    """A mail ready to go. `body` has its dots doubled; END ends it."""

    message: Message
    envelope: tuple[tuple[Stage, bytes], ...]
    body: bytes


class Dialogue:
    """`extensions` are EHLO's, in lower case. `take` gives what is to be written, `wrote` is told what was.

    `is_closing`: the server says good-bye, or talks nonsense; the connection is to be closed, and `lost` told.
    `is_called_off`: it is closed because a mail may not begin any more, and after DATA nothing else ends it.
    """

    def __init__(self, extensions: Container[str]) -> None:
        self.slice: Slice | None = None
        self.is_closing = False
        self.is_called_off = False
        self.answered = 0  # mails over this connection
        self.replies = 0  # that were awaited, and came
        self._pipelining = "pipelining" in extensions
        self._eight_bit = "8bitmime" in extensions
        self._utf8 = "smtputf8" in extensions
        self._coming: Mail | None = None  # its envelope is being said
        self._begun: Mail | None = None  # its body is being written, or was
        self._trouble: Answer | None = None  # why the coming mail is not wanted
        self._waiting: deque[tuple[Stage, bytes]] = deque()  # commands that wait for their turn
        self._awaited: deque[Stage] = deque()  # replies to come
        self._out: list[bytes] = []
        self._queued = self._written = self._body_ends = 0  # bytes since the beginning
        self._heard = b""  # of a line without its end
        self._lines: list[bytes] = []  # of a reply that goes on

    @property
    def is_idle(self) -> bool:
        """Whether it has nothing to do: no mail on its way, and none in its slice."""
        return self._coming is None and self._begun is None and not self._awaited

    def work_off(self, of: Slice) -> None:
        """Begins with the mails of a slice."""
        self.slice = of
        self._introduce()

    def take(self) -> bytes:
        """What is to be written now."""
        data, self._out = b"".join(self._out), []
        return data

    def wrote(self, size: int) -> None:
        """So many bytes have gone into the connection."""
        self._written += size

    def hear(self, data: bytes) -> None:
        """Bytes from the server."""
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            self._line(line.rstrip())
        self.is_closing = self.is_closing or len(self._heard) > LONGEST_REPLY

    def lost(self, answer: Answer) -> None:
        """The connection is gone. A mail whose final dot was written may have arrived, and nobody can tell."""
        was_in_use = bool(self.answered) or self._begun is not None
        if self._begun is not None and self.slice is not None:
            has_left = self._written >= self._body_ends
            silent = Answer(Kind.SILENT, quiet(f"no answer after the mail: {answer.text}"))
            self.slice.answer(self._begun.message, silent if has_left else answer)
        if self._coming is not None and self.slice is not None:
            if was_in_use:  # servers close a connection after some time, or some mails: nobody's fault
                self.slice.give_back(self._coming.message)
            else:
                self.slice.answer(self._coming.message, self._trouble or answer)
        self._begun = self._coming = self._trouble = None

    def _introduce(self) -> None:
        """Says the envelope of the slice's next mail, if there is one."""
        while self.slice is not None and (message := self.slice.next()) is not None:
            try:
                self._coming = self._mail(message)
            except ValueError as problem:
                self.slice.answer(message, Answer(Kind.REFUSED, quiet(str(problem))))
                continue
            self._say(*self._coming.envelope)
            return

    def _mail(self, message: Message) -> Mail:
        made = skeleton(message.wording, eight_bit=self._eight_bit)
        sender, to = address(message.return_path or message.wording.sender_address), address(message.to)
        options = " BODY=8BITMIME" if made.eight_bit else ""
        if not (sender.isascii() and to.isascii()):
            if not self._utf8:
                raise ValueError("the server takes no addresses in other scripts (SMTPUTF8)")
            options += " SMTPUTF8"
        body = made.fill(message)
        envelope = (
            (Stage.SENDER, f"MAIL FROM:<{sender}>{options}\r\n".encode()),
            (Stage.RECIPIENT, f"RCPT TO:<{to}>\r\n".encode()),
            DATA,
        )
        return Mail(message, envelope, body.replace(b"\r\n.", b"\r\n..") if made.has_dots else body)

    def _say(self, *commands: tuple[Stage, bytes]) -> None:
        self._waiting.extend(commands)
        self._go_on()

    def _go_on(self) -> None:
        """Queues the commands whose turn it is: all of them, or the next one when nothing is awaited."""
        while self._waiting and (self._pipelining or not self._awaited):
            stage, data = self._waiting.popleft()
            self._awaited.append(stage)
            self._out.append(data)
            self._queued += len(data)
            if stage is Stage.BODY:
                self._out.append(END)
                self._queued += len(END)
                self._body_ends = self._queued

    def _line(self, line: bytes) -> None:
        if line[3:4] == b"-" and len(self._lines) < 100:
            self._lines.append(line[4:])
            return
        code, text = line[:3], line[4:]
        if self._lines:
            text, self._lines = b" ".join([*self._lines, text]), []
        self._reply(int(code) if code.isdigit() else -1, text)

    def _reply(self, code: int, text: bytes) -> None:
        self.is_closing = self.is_closing or code in (CLOSING, -1) or not self._awaited
        if not self._awaited:
            return
        stage = self._awaited.popleft()
        self.replies += 1
        if stage is Stage.BODY:
            self._answer(TAKEN if code == 250 else from_smtp(stage, code, text))
        elif stage is Stage.DATA:
            self._data(code, text)
        elif stage in (Stage.SENDER, Stage.RECIPIENT):
            if code not in (250, 251, 252):
                self._refuse(stage, code, text)
        elif stage is Stage.RESET and code != 250:
            self.is_closing = True
        if self._waiting:
            self._go_on()

    def _data(self, code: int, text: bytes) -> None:
        if code != 354:
            self._refuse(Stage.DATA, code, text)
        if self._trouble is not None:
            if code == 354:  # although it refused the only recipient: an empty mail to nobody ends it
                self._say((Stage.EMPTY, END))
            self._drop()
        elif self._coming is not None and self.slice is not None:
            coming, self._coming = self._coming, None
            if self.slice.may_begin(coming.message):
                self._begin(coming, self.slice)
            else:
                self.slice.give_back(coming.message)
                self.is_closing = self.is_called_off = True

    def _begin(self, mail: Mail, of: Slice) -> None:
        self._begun = mail
        of.begin(mail.message)
        self._say((Stage.BODY, mail.body))
        self._introduce()

    def _refuse(self, stage: Stage, code: int, text: bytes) -> None:
        self._trouble = self._trouble or from_smtp(stage, code, text)
        if not self._pipelining and stage is not Stage.DATA:
            self._waiting.clear()  # the rest of the envelope
            self._drop()

    def _drop(self) -> None:
        """The coming mail is answered, and the next one starts clean."""
        if self.is_closing or self._coming is None or self.slice is None or self._trouble is None:
            return
        self.slice.answer(self._coming.message, self._trouble)
        self._coming = self._trouble = None
        self.answered += 1
        self._say((Stage.RESET, b"RSET\r\n"))
        self._introduce()

    def _answer(self, answer: Answer) -> None:
        """The begun mail has its answer."""
        if self._begun is not None and self.slice is not None:
            self.slice.answer(self._begun.message, answer)
        self._begun = None
        self.answered += 1
