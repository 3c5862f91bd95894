"""An SMTP server that takes every mail and counts it, in a process of its own, as fast as Python allows.

`python -m benchmarks.smtp_sink [--port PORT] [--delay SECONDS] [--record]`: see counting.py for what it says.
"""

import argparse
import asyncio
import re
from collections.abc import Callable
from functools import partial

from benchmarks.counting import Tally, serve

END = b"\r\n.\r\n"
TAKEN = b"250 2.0.0 taken\r\n"
ENVELOPE = re.compile(rb"MAIL FROM:<[^>\r\n]*>[^\r\n]*\r\nRCPT TO:<([^>\r\n]*)>[^\r\n]*\r\nDATA\r\n")  # pipelined
READY = b"250 2.1.0 ok\r\n250 2.1.5 ok\r\n354 go on\r\n"
RECIPIENT = re.compile(rb"RCPT TO:<([^>\r\n]*)>")
UNKNOWN = b"502 5.5.1 not known here\r\n"
ANSWERS = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 50000000\r\n",
    b"HELO": b"250 sink\r\n",
    b"MAIL": b"250 2.1.0 ok\r\n",
    b"RCPT": b"250 2.1.5 ok\r\n",
    b"DATA": b"354 go on\r\n",
    b"RSET": b"250 2.0.0 ok\r\n",
    b"NOOP": b"250 2.0.0 ok\r\n",
    b"QUIT": b"221 2.0.0 bye\r\n",
}
# Every connection is read into it: each takes what it still needs before the next one is read.
SHARED = bytearray(256 * 1024)
VIEW = memoryview(SHARED)


class Session(asyncio.BufferedProtocol):
    """One connection. `rest` is what is not whole yet: the beginning of a line, of a body its last bytes."""

    def __init__(self, tally: Tally, *, delay: float, record: bool) -> None:
        self.tally, self.delay, self.record = tally, delay, record
        self.rest = b""
        self.in_body = False
        self.recipient = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.write: Callable[[bytes], object] = self._write_later if self.delay else transport.write
        self.write(b"220 sink ESMTP\r\n")

    def get_buffer(self, sizehint: int) -> memoryview:
        kept = len(self.rest)
        SHARED[:kept] = self.rest
        return VIEW[kept:]

    def buffer_updated(self, nbytes: int) -> None:
        """Answers everything that is whole, in one write."""
        end = len(self.rest) + nbytes
        answers: list[bytes] = []
        start, place = 0, 0
        while place >= 0:
            start = place
            place = self._body(start, end, answers) if self.in_body else self._command(start, end, answers)
        self.rest = bytes(VIEW[max(start, end - len(END) + 1) if self.in_body else start : end])
        self.tally.bytes += nbytes
        if answers:
            self.write(b"".join(answers))

    def _body(self, start: int, end: int, answers: list[bytes]) -> int:
        """Where the next command begins; -1 when the body has not ended.

        Looked for from behind: little follows it, for nobody says another body before this one is answered.
        """
        found = SHARED.rfind(END, start, end)
        if found < 0:
            return -1
        self.in_body = False
        self.tally.mails += 1
        if self.record:
            self.tally.seen.append(self.recipient)
        answers.append(TAKEN)
        return found + len(END)

    def _command(self, start: int, end: int, answers: list[bytes]) -> int:
        """Where the next command or the body begins; -1 when no command is whole.

        The line end of DATA belongs to the body too: a final dot may follow it.
        """
        if whole := ENVELOPE.match(SHARED, start, end):
            self.recipient = whole[1]
            self.in_body = True
            answers.append(READY)
            return whole.end() - 2
        found = SHARED.find(b"\r\n", start, end)
        if found < 0:
            return -1
        return self._line(bytes(VIEW[start:found]), answers) + found

    def _line(self, line: bytes, answers: list[bytes]) -> int:
        """Answers one command; how many bytes of its line end are done with."""
        verb = line[:4].upper()
        answers.append(ANSWERS.get(verb, UNKNOWN))
        if recipient := RECIPIENT.match(line):
            self.recipient = recipient[1]
        self.in_body = verb == b"DATA"
        return 0 if self.in_body else 2

    def _write_later(self, answer: bytes) -> None:
        """Each answer leaves `delay` seconds after its command came; what came together is answered together."""
        asyncio.get_running_loop().call_later(self.delay, self.transport.write, answer)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0, help="seconds before each answer")
    parser.add_argument("--record", action="store_true", help="keep each mail's recipient")
    options = parser.parse_args()
    tally = Tally()
    session = partial(Session, tally, delay=options.delay, record=options.record)
    asyncio.run(serve(session, tally, port=options.port))


if __name__ == "__main__":
    main()
