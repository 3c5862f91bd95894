"""What a sink has counted, and how its parent asks for it: lines on standard input, answers on standard output.

count -> "MAILS BYTES"; seen FILE -> writes a line for each mail, "written"; clear -> "cleared". The sink ends with
its standard input, so that it never outlives a parent that was killed.
"""

import asyncio
import builtins
import os
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

BACKLOG = 1024


@dataclass
class Tally:
    """Mails (at a provider: readers) that were taken, for whom, where that is recorded, and how many bytes came."""

    mails: int = 0
    seen: list[builtins.bytes] = field(default_factory=list)
    bytes: int = 0

    def answer(self, line: str) -> str:
        verb, _space, argument = line.partition(" ")
        if verb == "count":
            return f"{self.mails} {self.bytes}"
        if verb == "seen":
            Path(argument).write_bytes(b"".join(b"%b\n" % one for one in self.seen))
            return "written"
        if verb == "clear":
            self.mails = self.bytes = 0
            self.seen.clear()
            return "cleared"
        raise ValueError(f"not known: {line}")


async def serve(protocol: Callable[[], asyncio.BaseProtocol], tally: Tally, *, port: int) -> None:
    """Serves on 127.0.0.1 until standard input ends. Several processes may share one port (SO_REUSEPORT)."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(("127.0.0.1", port))
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    server = await loop.create_server(protocol, sock=listener, backlog=BACKLOG)
    _say(str(listener.getsockname()[1]))
    loop.add_reader(0, _listen, tally, ended)
    await ended.wait()
    server.close()


def _listen(tally: Tally, ended: asyncio.Event) -> None:
    """One line is asked at a time, and answered before the next."""
    line = os.read(0, 4096).decode().strip()
    if line:
        _say(tally.answer(line))
    else:
        asyncio.get_running_loop().remove_reader(0)
        ended.set()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
