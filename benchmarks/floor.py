"""The floor: a bare loop that pushes ready bytes to a sink. What no sender on this machine can be faster than.

`python -m benchmarks.floor PORT MAILS SIZE CONNECTIONS` is one of its processes; `floor` runs several and times them.
"""

import selectors
import socket
import subprocess
import sys
import time
from contextlib import ExitStack

from benchmarks.processes import python
from benchmarks.sinks import Sink, line_of, tell

ENVELOPE = b"MAIL FROM:<papers@example.org> BODY=8BITMIME\r\nRCPT TO:<reader@example.com>\r\nDATA\r\n"
LINE = b"Q" * 76 + b"\r\n"
GO = b"354"


def floor(sink: Sink, *, mails: int, size: int, processes: int, connections: int) -> float:
    """Mails a second, `connections` of each process, each mail of `size` bytes. All of them must have arrived."""
    sink.clear()
    arguments = [str(sink.port), str(mails // processes), str(size), str(connections)]
    with ExitStack() as stack:
        pushers = [
            stack.enter_context(
                python("-m", "benchmarks.floor", *arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            )
            for _number in range(processes)
        ]
        for pusher in pushers:
            line_of(pusher)  # connected
        started = time.perf_counter()
        for pusher in pushers:
            tell(pusher, "go")
        for pusher in pushers:
            line_of(pusher)  # everything is answered
        seconds = time.perf_counter() - started
    arrived, _bytes = sink.count()
    if arrived != mails // processes * processes:
        raise RuntimeError(f"the floor lost mails: {arrived} of {mails} arrived")
    sink.clear()
    return arrived / seconds


def push(port: int, *, mails: int, size: int, connections: int) -> None:
    """Says `connected`, waits for a line, pushes all mails, says `done`."""
    connections = min(connections, mails)
    body = LINE * (max(size - len(ENVELOPE), 200) // len(LINE)) + b".\r\n"
    selector = selectors.DefaultSelector()
    for _number in range(connections):
        selector.register(_connected(port), selectors.EVENT_READ)
    print("connected", flush=True)
    sys.stdin.readline()
    for key in selector.get_map().values():
        _socket(key).sendall(ENVELOPE)
    _push_all(selector, body, mails=mails, connections=connections)
    print("done", flush=True)


def _push_all(selector: selectors.BaseSelector, body: bytes, *, mails: int, connections: int) -> None:
    """One mail of each connection is in the air: its body and the next envelope leave in one write."""
    body_and_next, begun, answered = body + ENVELOPE, connections, 0
    while answered < mails:
        for key, _events in selector.select():
            connection = _socket(key)
            said = connection.recv(4096)
            if not said:
                raise ConnectionError("the sink has closed a connection")
            answered += said.startswith(b"250 2.0.0")
            if GO in said:
                connection.sendall(body_and_next if begun < mails else body)
                begun += 1


def _connected(port: int) -> socket.socket:
    """A connection that has been greeted."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.recv(4096)
    connection.sendall(b"EHLO floor\r\n")
    while b"250 " not in connection.recv(4096):
        pass
    return connection


def _socket(key: selectors.SelectorKey) -> socket.socket:
    assert isinstance(key.fileobj, socket.socket)
    return key.fileobj


if __name__ == "__main__":
    port, mails, size, connections = map(int, sys.argv[1:])
    push(port, mails=mails, size=size, connections=connections)
