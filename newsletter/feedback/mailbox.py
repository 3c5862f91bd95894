"""The mailbox that undeliverable mails come back to, by IMAP (RFC 3501) over TLS."""

import contextlib
import imaplib
import ssl
from collections.abc import Iterator, Sequence
from typing import Any, Self

from newsletter.environment import Mailbox

WINDOW = 10_000  # mails that are searched at once: imaplib takes no answer of a million octets or more


class Refused(imaplib.IMAP4.error):
    """The server has said NO to a command. The connection is as good as it was."""


class OpenMailbox:
    """One connection to the mailbox, its folder selected. Mails are named by their UID.

    Raises OSError and imaplib.IMAP4.error where the server does not answer in time, or refuses.
    """

    def __init__(self, mailbox: Mailbox) -> None:
        self._server = _connect(mailbox)
        try:
            self._server.login(mailbox.user, mailbox.password)
            (mails,) = _accepted(self._server.select(_quoted(mailbox.folder)))
            self._mails = int(mails or 0)
        except BaseException:
            self._hang_up()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failure: object, *_details: object) -> None:
        """What was removed is gone, also what an earlier turn had removed before it was killed."""
        try:
            if failure is None:
                _accepted(self._server.expunge())
                with contextlib.suppress(OSError, imaplib.IMAP4.error):  # all is done, whatever it answers now
                    self._server.logout()
        finally:
            self._hang_up()

    def new(self) -> Iterator[str]:
        """The mails that nobody has read or removed, the oldest first; searched no further than they are wanted."""
        for first in range(1, self._mails + 1, WINDOW):
            last = min(first + WINDOW - 1, self._mails)
            found = _accepted(self._server.uid("SEARCH", f"{first}:{last}", "UNSEEN", "UNDELETED"))
            yield from (number.decode() for line in found if line for number in line.split())

    def read(self, number: str, *, octets: int) -> bytes | None:
        """The mail's first octets, and it stays unread; None where it is no longer there."""
        for part in _accepted(self._server.uid("FETCH", number, f"(BODY.PEEK[]<0.{octets}>)")):
            if isinstance(part, tuple):
                return bytes(part[1])
        return None

    def remove(self, number: str) -> None:
        self._mark(number, r"(\Deleted)")

    def leave(self, number: str) -> None:
        """It stays, and is not new any more."""
        self._mark(number, r"(\Seen)")

    def _mark(self, number: str, flag: str) -> None:
        _accepted(self._server.uid("STORE", number, "+FLAGS.SILENT", flag))

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):  # closed already
            self._server.shutdown()


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    context = ssl.create_default_context(cafile=mailbox.ca)
    if mailbox.security == "tls":
        return imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=context, timeout=mailbox.timeout)
    server = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=mailbox.timeout)
    if mailbox.security == "starttls":
        try:
            server.starttls(context)
        except BaseException:
            server.shutdown()
            raise
    return server


def _accepted(answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:
    status, data = answer
    if status != "OK":
        raise Refused(f"the bounce mailbox's server answered {status}")
    return data


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
