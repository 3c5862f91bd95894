"""To an SMTP server: greeting, EHLO, TLS and log-in, until mails can be handed over."""

import ipaddress
import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache


class Security(StrEnum):
    NONE = "smtp"
    STARTTLS = "smtp+tls"  # required: without it nothing is said
    TLS = "smtps"


@dataclass(frozen=True, slots=True)
class Server:
    """Where to hand mails over. `timeout` in seconds for each answer; `hello` names us in EHLO.

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
    """A connection that is ready for MAIL. Raises OSError, smtplib.SMTPException, or ValueError on odd names."""
    if server.security is Security.TLS:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, server.hello, timeout=server.timeout, context=_trust(server.ca)
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, server.hello, timeout=server.timeout)
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


@lru_cache(maxsize=8)
def _trust(ca: str | None) -> ssl.SSLContext:
    """Reading a system's certificates takes longer than all the rest of connecting: once per process."""
    return ssl.create_default_context(cafile=ca)


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
