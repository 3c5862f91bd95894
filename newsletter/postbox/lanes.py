"""A lane: one SMTP connection and the slice that it works off, with the time that the other side has to answer."""

import selectors
import smtplib
import socket
import ssl
import time
from collections.abc import Container
from concurrent.futures import Future

from newsletter.postbox.answers import Answer
from newsletter.postbox.connecting import LONGEST_TIMEOUT
from newsletter.postbox.dialogue import Dialogue
from newsletter.postbox.slices import Slice

CHUNK = 65_536  # bytes to read or write at once
RECORD = 16_384  # bytes: what TLS encrypts as one (RFC 8446, 5.1)
LATER = (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError, InterruptedError)


class Lane:
    """`timeout` in seconds for each reply, counted from when the last byte that it answers was written.

    Neither stray bytes nor half a reply put the deadline off. A body that is being written does, for as long as
    something is taken of it, up to LONGEST_TIMEOUT in all.
    """

    def __init__(self, timeout: float) -> None:
        self.slice: Slice | None = None
        self.is_shut = False  # no connection was to be had for it: not tried again in this turn
        self.verdict: Answer | None = None  # why; until it is known what becomes of the slice
        self.connecting: Future[smtplib.SMTP] | None = None
        self.connection: smtplib.SMTP | None = None
        self.dialogue = Dialogue(())
        self.deadline = 0.0
        self.events = 0  # that the selector watches for
        self.failures = 0  # connections in a row that were lost before they took a mail
        self._timeout = timeout
        self._latest = 0.0  # no progress puts the deadline off beyond it
        self._unsent = b""
        self._offered = 0  # bytes that TLS could not write, and wants to be offered again

    @property
    def is_free(self) -> bool:
        return self.slice is None and not self.is_shut

    @property
    def socket(self) -> socket.socket:
        if self.connection is None or self.connection.sock is None:
            raise OSError("not connected")
        return self.connection.sock

    @property
    def wanted_events(self) -> int:
        """What the selector should watch for."""
        return selectors.EVENT_READ | (selectors.EVENT_WRITE if self._unsent else 0)

    def opened(self, connection: smtplib.SMTP) -> None:
        """A conversation begins over a new connection."""
        self.connection = connection
        self.socket.setblocking(False)
        extensions: Container[str] = connection.esmtp_features
        self.dialogue = Dialogue(extensions)
        self._unsent = b""
        self._offered = 0

    def expect(self) -> None:
        """From now on the other side has its time to answer."""
        now = time.monotonic()
        self.deadline, self._latest = now + self._timeout, now + LONGEST_TIMEOUT

    def write(self) -> None:
        """Writes what the connection takes now, and tells the dialogue exactly how much that was.

        Over TLS a record at a time, and one that was not taken is offered again with the same bytes. A longer offer
        may fail although whole records of it have left, and nobody would know that the final dot was among them.
        """
        self._unsent += self.dialogue.take()
        most = RECORD if isinstance(self.socket, ssl.SSLSocket) else CHUNK
        while self._unsent:
            self._offered = self._offered or min(len(self._unsent), most)
            try:
                size = self.socket.send(self._unsent[: self._offered])
            except LATER:
                return
            self._offered = 0
            self.dialogue.wrote(size)
            self._unsent = self._unsent[size:]
            self.deadline = min(time.monotonic() + self._timeout, self._latest)

    def read(self) -> None:
        """Hears what has come. Raises OSError when the other side has hung up."""
        connection, replies = self.socket, self.dialogue.replies
        try:
            while not self.dialogue.is_closing:
                data = connection.recv(CHUNK)
                if not data:
                    raise ConnectionResetError("the server hung up")
                self.dialogue.hear(data)
                # TLS may hold more than the socket shows: it is read until it has no more.
                if len(data) < CHUNK and not isinstance(connection, ssl.SSLSocket):
                    break
        except LATER:
            pass
        if self.dialogue.replies > replies:
            self.expect()
