"""To an SMTP server: greeting, EHLO, TLS and log-in, until mails can be handed over."""

import ipaddress
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

# Seconds. A mail is begun two minutes before its lease ends at the latest, and must be answered within it.
LONGEST_TIMEOUT = 110
MOST_SAID = 65_536  # bytes from the server, until mails can be handed over


class Security(StrEnum):
    NONE = "smtp"
    STARTTLS = "smtp+tls"  # required: without it nothing is said
    TLS = "smtps"


@dataclass(frozen=True, slots=True)
class Server:
    """Where to hand mails over. `timeout` in seconds for all of connecting, and then for each answer, at most
    LONGEST_TIMEOUT; `hello` names us in EHLO.

    `connections` are kept at a time by each process that sends.
    """

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 30
    hello: str = "localhost"
    ca: str | None = None  # file with the certificates to believe, else the system's
    connections: int = 4


def connect(server: Server) -> smtplib.SMTP:
    """A connection that is ready for MAIL, within `server.timeout` in all; only the resolver takes its own time.

    Raises OSError, smtplib.SMTPException, or ValueError on odd names.
    """
    connection = _Dialled(server, ends=time.monotonic() + server.timeout)
    try:
        _introduce(connection, server)
    except BaseException:
        connection.close()
        raise
    return connection


def hello_name(host: str) -> str:
    """How EHLO names a host: an IP address stands in brackets (RFC 5321, 4.1.3)."""
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return host or "localhost"
    return f"[{number}]" if number.version == 4 else f"[IPv6:{number}]"


class _Dialled(smtplib.SMTP):
    """smtplib gives each address and each read the whole time-out; here all of it together ends at `ends`."""

    def __init__(self, server: Server, *, ends: float) -> None:
        self._server = server
        self._ends = ends
        super().__init__(server.host, server.port, server.hello, timeout=server.timeout)

    def getreply(self) -> tuple[int, bytes]:
        """Over `_Lines`, which smtplib lets go after STARTTLS."""
        if self.sock is not None:
            self.file = self.file or _Lines(self.sock, self._ends)
        return super().getreply()

    def _get_socket(self, host: str, port: int, _timeout: float) -> socket.socket:
        """smtplib's own hook, by which SMTP_SSL differs from SMTP."""
        trust = _trust(self._server.ca) if self._server.security is Security.TLS else None
        connection = _reached(host, port, self._ends)
        return trust.wrap_socket(connection, server_hostname=host) if trust else connection


class _Lines:
    """The file that smtplib reads from. Bytes that drip in do not put off the end."""

    def __init__(self, connection: socket.socket, ends: float) -> None:
        self._connection = connection
        self._ends = ends
        self._said = 0
        self._heard = b""

    def readline(self, limit: int) -> bytes:
        """Up to `limit` bytes of the next line. Raises OSError when it does not come in time, or has no end."""
        while b"\n" not in self._heard and len(self._heard) < limit:
            self._connection.settimeout(_time_left(self._ends))
            data = self._connection.recv(4096)
            if not data:
                break
            self._heard += data
            self._said += len(data)
            if self._said > MOST_SAID:
                raise OSError("the server says more than anybody needs")
        end = self._heard.find(b"\n", 0, limit) + 1 or limit
        line, self._heard = self._heard[:end], self._heard[end:]
        return line

    def close(self) -> None:
        """smtplib closes the connection itself, too."""


def _reached(host: str, port: int, ends: float) -> socket.socket:
    """A TCP connection to the first of the host's addresses that takes one; none of them has all the time."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    problem = OSError("the name has no address")
    for number, (*_kind, address) in enumerate(found):
        try:
            share = _time_left(ends) / (len(found) - number)
            return socket.create_connection((str(address[0]), port), timeout=share)
        except OSError as failed:
            problem = failed
    raise problem


def _time_left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("no connection in time")
    return left


@lru_cache(maxsize=8)
def _trust(ca: str | None) -> ssl.SSLContext:
    """Reading a system's certificates takes longer than all the rest of connecting: once per process.

    Raises smtplib.SMTPException, which no later attempt mends, when there are none in the file.
    """
    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as problem:
        raise smtplib.SMTPException(f"no certificates could be read from ca={ca}: {problem.strerror}") from problem


def _introduce(connection: smtplib.SMTP, server: Server) -> None:
    if connection.sock is not None:
        # A body's end must not wait for the answer to what was written before.
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.ehlo_or_helo_if_needed()
    if server.security is Security.STARTTLS:
        connection.starttls(context=_trust(server.ca))
        connection.ehlo_or_helo_if_needed()
    if server.user:
        connection.login(server.user, server.password)
