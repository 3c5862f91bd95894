"""An SMTP server that counts what it takes, and misbehaves when it is told to, in a process of its own.

`python -m benchmarks.drill.sink [--port PORT] [--delay SECONDS] [--seed SEED]`. It hears what counting.py hears, and
hang SECONDS, busy SECONDS, cut after, cut before, refuse COUNT, unanswered, refused FILE, stood. `seen` writes of each
mail the recipient, and d with its delivery's id or l with its letter's. A mail is taken with its final dot, whether or
not anybody is told so.
"""

import argparse
import asyncio
import random
import re
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.counting import Tally, serve
from benchmarks.smtp_sink import ANSWERS, END, TAKEN, UNKNOWN

TICK = 0.25  # seconds
LONGEST_HEAD = 8000  # bytes in which the Message-ID stands
MARK = re.compile(rb"^message-id:\s*<([dl]\d+)\.", re.IGNORECASE | re.MULTILINE)
READERS_ADDRESS = re.compile(rb"TO:<([^>]*)>", re.IGNORECASE)
GO_ON = b"354 go on\r\n"
LATER = b"451 4.3.2 later\r\n"
NOBODY = b"550 5.1.1 nobody of that name\r\n"


@dataclass
class Conduct(Tally):
    """What was taken, and how the server behaves just now."""

    delay: float = 0  # seconds before an answer, on average
    chance: random.Random = field(default_factory=random.Random)
    sessions: set["Session"] = field(default_factory=set)
    cut_after: set["Session"] = field(default_factory=set)
    cut_before: set["Session"] = field(default_factory=set)
    hangs_until: float = 0
    busy_until: float = 0
    refusals: int = 0
    refused: list[bytes] = field(default_factory=list)
    stood: float = 0  # seconds that this process stood still at most: it got no processor, and nobody told it to
    unanswered: int = 0  # mails that were taken, and it is the server's fault that nobody was told

    def answer(self, line: str) -> str:
        match line.split():
            case ["hang", seconds]:
                self.hangs_until = _clock() + float(seconds)
                asyncio.get_running_loop().call_later(float(seconds), self._go_on)
            case ["busy", seconds]:
                self.busy_until = _clock() + float(seconds)
            case ["cut", "after"]:
                self.cut_after |= self.sessions
            case ["cut", "before"]:
                self.cut_before |= self.sessions
            case ["refuse", count]:
                self.refusals += int(count)
            case ["stood"]:
                return f"{self.stood:.1f}"
            case ["unanswered"]:
                return str(self.unanswered)
            case ["refused", path]:
                Path(path).write_bytes(b"".join(b"%b\n" % one for one in self.refused))
            case ["clear"]:
                self.refusals = self.unanswered = 0
                self.stood = 0
                self.refused.clear()
                return super().answer(line)
            case _:
                return super().answer(line)
        return str(len(self.sessions))

    def trouble(self, recipient: bytes) -> bytes:
        """What this recipient hears instead of yes, if anything. Asked at RCPT and at the final dot: chance decides."""
        if _clock() < self.busy_until and self.chance.random() < 0.5:
            return LATER
        if self.refusals and self.chance.random() < 0.5:
            self.refusals -= 1
            self.refused.append(recipient)
            return NOBODY
        return b""

    def watch(self) -> None:
        """From here on it is noticed when the process stands still."""
        self._tick(_clock())

    def _tick(self, expected: float) -> None:
        now = _clock()
        self.stood = max(self.stood, now - expected)
        asyncio.get_running_loop().call_at(now + TICK, self._tick, now + TICK)

    def _go_on(self) -> None:
        for session in list(self.sessions):
            session.go_on()


class Session(asyncio.Protocol):
    """One connection. `pending` are answers that have not been said, each with the mails that it says are taken."""

    def __init__(self, conduct: Conduct) -> None:
        self.conduct = conduct
        self.rest = b""
        self.recipient = b""
        self.in_body = False
        self.hung = False
        self.pending: deque[tuple[bytes, int]] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.conduct.sessions.add(self)
        self._say(b"220 sink ESMTP\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        for sessions in (self.conduct.sessions, self.conduct.cut_after, self.conduct.cut_before):
            sessions.discard(self)
        if self.hung:
            self.conduct.unanswered += sum(taken for _answers, taken in self.pending)
        self.pending.clear()

    def data_received(self, data: bytes) -> None:
        """Answers everything that is whole. What came together is answered together."""
        self.conduct.bytes += len(data)
        self.rest += data
        answers: list[bytes] = []
        while not self.transport.is_closing() and (answer := self._body() if self.in_body else self._command()):
            answers.append(answer)
        if not answers or self.transport.is_closing():
            return
        if answers[-1] is GO_ON and self in self.conduct.cut_before:
            self._say(b"".join(answers[:-1]))
            self._hang_up()
        else:
            self._say(b"".join(answers), taken=answers.count(TAKEN))

    def go_on(self) -> None:
        self.hung = False
        while self.pending:
            self._say_next()

    def _say(self, answers: bytes, *, taken: int = 0) -> None:
        self.pending.append((answers, taken))
        wait = self.conduct.delay * 2 * self.conduct.chance.random()
        asyncio.get_running_loop().call_later(wait, self._say_next)

    def _say_next(self) -> None:
        """The oldest answer that was not said, unless the server hangs."""
        if _clock() < self.conduct.hangs_until:
            self.hung = True
        elif self.pending and not self.transport.is_closing():
            self.transport.write(self.pending.popleft()[0])

    def _hang_up(self) -> None:
        """The connection ends; what was said before is heard."""
        for said, _taken in self.pending:
            self.transport.write(said)
        self.pending.clear()
        self.transport.close()

    def _body(self) -> bytes:
        """The answer to a whole mail; nothing while its final dot is missing."""
        body, end, rest = self.rest.partition(END)
        if not end:
            return b""
        self.rest, self.in_body = rest, False
        if refusal := self.conduct.trouble(self.recipient):
            return refusal
        found = MARK.search(body, 0, LONGEST_HEAD)
        self.conduct.mails += 1
        self.conduct.seen.append(b"%b %b" % (self.recipient, found[1] if found else b"?"))
        if self in self.conduct.cut_after:
            self.conduct.unanswered += 1 + sum(taken for _answers, taken in self.pending)
            self.transport.abort()
        return TAKEN

    def _command(self) -> bytes:
        """The answer to a whole command. The line end of DATA belongs to the body too: a final dot may follow it."""
        line, end, rest = self.rest.partition(b"\r\n")
        if not end:
            return b""
        self.rest = rest
        verb = line[:4].upper()
        if verb == b"RCPT":
            return self._rcpt(line)
        if verb == b"DATA":
            return self._data()
        if verb == b"QUIT":
            self.transport.write(ANSWERS[verb])
            self.transport.close()
        if verb in (b"MAIL", b"RSET"):
            self.recipient = b""
        return ANSWERS.get(verb, UNKNOWN)

    def _rcpt(self, line: bytes) -> bytes:
        found = READERS_ADDRESS.search(line)
        recipient = found[1] if found else b""
        refusal = self.conduct.trouble(recipient)
        self.recipient = b"" if refusal else recipient
        return refusal or b"250 2.1.5 ok\r\n"

    def _data(self) -> bytes:
        if not self.recipient:
            return b"554 5.5.1 no valid recipients\r\n"
        self.in_body = True
        self.rest = b"\r\n" + self.rest
        return GO_ON


def _clock() -> float:
    return asyncio.get_running_loop().time()


async def _serve(conduct: Conduct, *, port: int) -> None:
    conduct.watch()
    await serve(partial(Session, conduct), conduct, port=port)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0, help="seconds before an answer, on average")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    conduct = Conduct(delay=options.delay, chance=random.Random(options.seed))
    asyncio.run(_serve(conduct, port=options.port))


if __name__ == "__main__":
    main()
