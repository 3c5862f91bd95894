"""Our own SMTP: one connection for a batch, one command at a time, so that each failure is known by its stage."""

import contextlib
import ipaddress
import smtplib
import socket
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from newsletter.postbox.answers import Answer, Kind, Stage, from_lost_smtp, from_smtp, quiet
from newsletter.postbox.message import Message
from newsletter.postbox.mime import address, as_bytes

LEAVE_TAKING = 5  # seconds for QUIT: everything is recorded by then


class Security(StrEnum):
    NONE = "smtp"
    STARTTLS = "smtp+tls"  # required: without it nothing is said
    TLS = "smtps"


@dataclass(frozen=True, slots=True)
class Server:
    """Where to hand mails over. `timeout` in seconds for each answer; `hello` names us in EHLO."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 30
    hello: str = "localhost"
    ca: str | None = None  # file with the certificates to believe, else the system's


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail ready to go: dots doubled, everything but the final dot."""

    sender: str
    to: str
    body: bytes


class SmtpPostbox:
    """A postbox for one batch. A server that cannot be reached is asked once: the rest of the batch waits."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.connection: smtplib.SMTP | None = None
        self.out_of_order: Answer | None = None

    def send(self, messages: Iterable[Message]) -> Iterator[Answer]:
        for message in messages:
            yield self.out_of_order or self._send(message)

    def close(self) -> None:
        if self.connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if self.connection.sock is not None:
                    self.connection.sock.settimeout(LEAVE_TAKING)
                self.connection.quit()
            self._hang_up()

    def _send(self, message: Message) -> Answer:
        try:
            mail = _envelope(message)
        except ValueError as problem:
            return Answer(Kind.REFUSED, quiet(str(problem)))
        was_open = self.connection is not None
        answer = self._attempt(mail)
        if was_open and self.connection is None and answer.kind is Kind.BUSY:
            answer = self._attempt(mail)  # servers close a connection after some time, or some mails
        return answer

    def _attempt(self, mail: Envelope) -> Answer:
        try:
            connection = self.connection or self._connect()
        except (OSError, ValueError, smtplib.SMTPException) as problem:
            self.out_of_order = replace(from_lost_smtp(problem), reached=False)
            return self.out_of_order
        try:
            return self._envelope_refused(connection, mail) or self._hand_over(connection, mail)
        except (OSError, smtplib.SMTPException) as problem:
            self._hang_up()
            return from_lost_smtp(problem)

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        context = ssl.create_default_context(cafile=server.ca)
        if server.security is Security.TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, server.hello, timeout=server.timeout, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, server.hello, timeout=server.timeout)
        try:
            _introduce(connection, server, context)
        except BaseException:
            connection.close()
            raise
        self.connection = connection
        return connection

    def _envelope_refused(self, connection: smtplib.SMTP, mail: Envelope) -> Answer | None:
        """Says MAIL, RCPT and DATA; the answer if the server does not want the mail."""
        needs_utf8 = not (mail.sender + mail.to).isascii()
        if needs_utf8 and not connection.has_extn("smtputf8"):
            return Answer(Kind.REFUSED, "the server takes no addresses in other scripts (SMTPUTF8)")
        option = " SMTPUTF8" if needs_utf8 else ""
        connection.command_encoding = "utf-8" if needs_utf8 else "ascii"
        commands = (
            (Stage.SENDER, f"MAIL FROM:<{mail.sender}>{option}", 250),
            (Stage.RECIPIENT, f"RCPT TO:<{mail.to}>", 250),
            (Stage.DATA, "DATA", 354),
        )
        for stage, command, wanted in commands:
            code, text = connection.docmd(command)
            if code // 10 != wanted // 10:
                self._start_over(connection, code)
                return from_smtp(stage, code, text)
        return None

    def _hand_over(self, connection: smtplib.SMTP, mail: Envelope) -> Answer:
        """Sends the body. Until its final dot nothing has left; from then on only an answer tells."""
        connection.send(mail.body)
        try:
            connection.send(b".\r\n")
            code, text = connection.getreply()
        except (OSError, smtplib.SMTPException) as problem:
            self._hang_up()
            return Answer(Kind.SILENT, quiet(f"no answer after the mail: {type(problem).__name__}"))
        answer = from_smtp(Stage.BODY, code, text)
        if code == 421 or answer.kind is Kind.SILENT:
            self._hang_up()
        return answer

    def _start_over(self, connection: smtplib.SMTP, code: int) -> None:
        """Ends a mail that the server did not want, so that the next one starts clean."""
        if not 400 <= code <= 599 or code == 421:
            self._hang_up()
            return
        try:
            done, _text = connection.rset()
        except (OSError, smtplib.SMTPException):
            done = -1
        if done != 250:
            self._hang_up()

    def _hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None


def _introduce(connection: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> None:
    if connection.sock is not None:
        # The final dot goes in a packet of its own, which must not wait for the answer to the one before.
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.ehlo_or_helo_if_needed()
    if server.security is Security.STARTTLS:
        connection.starttls(context=context)
        connection.ehlo_or_helo_if_needed()
    if server.user:
        connection.login(server.user, server.password)


def _envelope(message: Message) -> Envelope:
    body = as_bytes(message).replace(b"\r\n.", b"\r\n..")
    return Envelope(address(message.sender_address), address(message.to), body)


def hello_name(host: str) -> str:
    """How EHLO names a host: an IP address stands in brackets (RFC 5321, 4.1.3)."""
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return host or "localhost"
    return f"[{number}]" if number.version == 4 else f"[IPv6:{number}]"
