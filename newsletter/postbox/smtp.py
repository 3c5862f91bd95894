"""Our own SMTP: several connections in one process, each working off a slice, none waiting for another.

Only connecting is done in threads: of fifty connections to a server 20 ms away each would else wait for those before
it, three seconds in all instead of 60 ms.
"""

import contextlib
import selectors
import smtplib
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from newsletter.postbox.answers import Answer, Kind, from_lost_smtp
from newsletter.postbox.connecting import Server, connect
from newsletter.postbox.lanes import CHUNK, Lane
from newsletter.postbox.slices import MOST_ROWS, More, Slice

LEAVE_TAKING = 5  # seconds for QUIT: everything is recorded by then
GATHERING = 0.04  # seconds that a free lane waits for others, to ask for slices together
PATIENCE = 0.5  # seconds between two looks at the time-outs
FEW = 100  # mails: for a lane that has no more left others take no smaller slices; it may be silent for long
MOST_FAILURES = 3


class SmtpPostbox:
    """A postbox for one turn. A server that cannot be reached is asked once: the rest of the mails waits."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.lanes = server.connections
        self._lanes = [Lane(server.timeout) for _number in range(server.connections)]
        self._selector = selectors.DefaultSelector()
        self._threads = ThreadPoolExecutor(max_workers=server.connections, thread_name_prefix="smtp")
        self._is_waiting = True  # for slices, or for connections
        self._next_round = 0.0
        self._asked_with = 0  # free lanes at the last time that fewer slices came than were asked for
        self._free_since = 0.0

    @property
    def slice_rows(self) -> int:
        """As many as a busy lane still has: then all are free at once, and one claim serves them all.

        Else two halves of the lanes would ask in turns for ever, and claims for half as many rows cost more each.
        """
        left = max((lane.slice.left for lane in self._lanes if lane.slice is not None), default=0)
        return min(left, MOST_ROWS) if left > FEW else MOST_ROWS

    def carry(self, more: More) -> None:
        """Works off slices until `more` has none."""
        self._asked_with = 0
        while self._feed(more):
            for key, events in self._selector.select(GATHERING / 4 if self._is_waiting else PATIENCE):
                self._serve(key.data, events)
            if time.monotonic() >= self._next_round:
                self._look_round()

    def close(self) -> None:
        """Takes leave of the server: of all connections at once, so that this takes no longer than of one."""
        ends = time.monotonic() + LEAVE_TAKING
        for step in (_say_quit, _hear_quit):
            for lane in self._lanes:
                with contextlib.suppress(OSError):
                    lane.socket.settimeout(max(0.01, ends - time.monotonic()))
                    step(lane.socket)
        for lane in self._lanes:
            self._hang_up(lane)
            if lane.connecting is not None:
                _give_up(lane.connecting)
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._selector.close()

    def _busy(self) -> Iterator[Lane]:
        return (lane for lane in self._lanes if lane.slice is not None)

    def _feed(self, more: More) -> bool:
        """Gives free lanes something to do; whether any lane is busy then."""
        if not self._is_waiting:
            return True
        free = [lane for lane in self._lanes if lane.is_free]
        busy = sum(1 for _lane in self._busy())
        if not free or (busy and (len(free) <= self._asked_with or not self._is_time())):
            return bool(busy)
        slices = more(len(free))
        self._free_since = 0.0
        self._asked_with = len(free) - len(slices) if len(slices) < len(free) else 0
        for lane, slice_ in zip(free, slices, strict=False):
            self._start(lane, slice_)
        return bool(busy or slices)

    def _is_time(self) -> bool:
        """Whether to ask for slices now, or to wait a moment for further lanes: many at once cost the database less."""
        now = time.monotonic()
        self._free_since = self._free_since or now
        return now - self._free_since > GATHERING

    def _look_round(self) -> None:
        """What no event tells: a connection is ready or has failed, or an answer takes too long."""
        self._next_round = time.monotonic() + GATHERING / 4
        for lane in self._busy():
            self._look_after(lane)
        self._is_waiting = any(
            lane.slice is None or lane.connecting is not None or lane.verdict is not None for lane in self._lanes
        )

    def _start(self, lane: Lane, slice_: Slice) -> None:
        lane.slice = slice_
        lane.expect()
        if lane.connection is None:
            lane.connecting = self._threads.submit(connect, self.server)
            return
        lane.dialogue.work_off(slice_)
        self._push(lane)

    def _serve(self, lane: Lane, events: int) -> None:
        """What the selector says of a lane's connection: there is something to read, or room to write."""
        try:
            if events & selectors.EVENT_READ:
                lane.read()
        except OSError as problem:
            self._lost(lane, problem)
            return
        self._push(lane)

    def _push(self, lane: Lane) -> None:
        """Writes what is to be written, and sees whether the slice is done."""
        try:
            lane.write()
            if lane.events != lane.wanted_events:
                lane.events = lane.wanted_events
                self._selector.modify(lane.socket, lane.events, lane)
        except OSError as problem:
            self._lost(lane, problem)
            return
        if lane.dialogue.is_closing:
            self._lost(lane, ConnectionResetError("the server closed the connection"))
        elif lane.dialogue.is_idle:
            lane.slice = lane.dialogue.slice = None
            self._is_waiting = True

    def _look_after(self, lane: Lane) -> None:
        is_late = time.monotonic() > lane.deadline
        if lane.slice is not None and lane.verdict is not None:
            self._settle(lane, lane.slice, lane.verdict)
        elif lane.connecting is not None and lane.connecting.done():
            self._connected(lane, lane.connecting)
        elif lane.connecting is not None and is_late:  # its resolver alone can take longer than it may
            _give_up(lane.connecting)
            lane.connecting = None
            self._unreachable(lane, TimeoutError("no connection in time"))
        elif lane.connection is not None and is_late:
            self._hurry(lane)

    def _hurry(self, lane: Lane) -> None:
        """The time for an answer is over; but it may have come while this process waited for its database."""
        self._serve(lane, selectors.EVENT_READ)
        if lane.connection is not None and lane.slice is not None and time.monotonic() > lane.deadline:
            self._lost(lane, TimeoutError("no answer in time"))

    def _connected(self, lane: Lane, connecting: "Future[smtplib.SMTP]") -> None:
        lane.connecting = None
        try:
            lane.opened(connecting.result())
        except (OSError, ValueError, smtplib.SMTPException) as problem:
            self._unreachable(lane, problem)
            return
        lane.events = selectors.EVENT_READ
        self._selector.register(lane.socket, lane.events, lane)
        lane.expect()
        if lane.slice is not None:
            lane.dialogue.work_off(lane.slice)
        self._push(lane)

    def _unreachable(self, lane: Lane, problem: Exception) -> None:
        """No connection is to be had for this lane: in this turn it is not tried again."""
        lane.is_shut = True
        self._is_waiting = True
        if lane.slice is not None:
            lane.verdict = replace(from_lost_smtp(problem), reached=False)
            self._settle(lane, lane.slice, lane.verdict)

    def _settle(self, lane: Lane, slice_: Slice, answer: Answer) -> None:
        """What becomes of a shut lane's mails, which shows when no other lane is still connecting.

        Where another one stands, the server has enough of them, and the mails are left for it.
        """
        is_busy = answer.kind is Kind.BUSY
        if is_busy and any(other.connection is not None for other in self._lanes):
            slice_.halt()
        elif is_busy and any(other.connecting is not None for other in self._lanes):
            return
        while (message := slice_.next()) is not None:
            slice_.answer(message, answer)
        lane.slice = lane.verdict = None

    def _lost(self, lane: Lane, problem: OSError) -> None:
        """The connection is gone. What is left of the slice goes over a new one."""
        was_of_use = lane.dialogue.answered or lane.dialogue.is_called_off
        lane.failures = 0 if was_of_use else lane.failures + 1
        lane.dialogue.lost(from_lost_smtp(problem))
        self._hang_up(lane)
        self._is_waiting = True
        if lane.slice is None or lane.slice.is_done:
            lane.slice = None
        elif lane.failures < MOST_FAILURES:
            self._start(lane, lane.slice)
        else:
            self._unreachable(lane, problem)

    def _hang_up(self, lane: Lane) -> None:
        if lane.connection is not None:
            with contextlib.suppress(KeyError, OSError, ValueError):
                self._selector.unregister(lane.socket)
            lane.connection.close()
        lane.connection = None


def _give_up(connecting: "Future[smtplib.SMTP]") -> None:
    """A connection that comes about all the same is closed."""
    connecting.add_done_callback(_close_late)


def _close_late(connecting: "Future[smtplib.SMTP]") -> None:
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().close()


def _say_quit(connection: socket.socket) -> None:
    connection.sendall(b"QUIT\r\n")


def _hear_quit(connection: socket.socket) -> None:
    connection.recv(CHUNK)
