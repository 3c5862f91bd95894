"""What a provider's answer or silence means, in one vocabulary. Pure."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

import requests
import urllib3

MOST_ATTEMPTS = 8
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 60, 120, 240, 240))
LONGEST_PAUSE = timedelta(hours=24)
ADDRESS = re.compile(r"[^\s<>\"',;:()\[\]]+@[^\s<>\"',;:()\[\]]+")
# What servers say of a sender whom they do not let through, no reader's fault: Postfix (at RCPT, too, where it says
# what it thinks of a client), Sendmail, Exchange, Gmail. A list that only its members may write to says 5.7.1 as well,
# and "authentication required": those words alone prove nothing.
OUR_FAULT = re.compile(
    r"relay access denied|relaying (is )?(denied|not (allowed|permitted))|unable to relay"
    r"|(sender address|client host|helo command) rejected|(sender address|client host) \[[^]]*\] blocked using"
    r"|banned send(er|ing ip)|client was not authenticated|\bdmarc\b"
    r"|(not (allowed|authorized)|permissions?) to send (as|from|on behalf of)\b|\bsending (limit|quota)",
    re.IGNORECASE,
)
# Limits of Gmail and Exchange, credentials and encryption (RFC 4954, 3207), and DKIM, SPF and reverse DNS (RFC 7372).
OUR_CODES = re.compile(r"5\.(4\.5|1\.90|7\.(8|9|10|11|13|14|2[0-7]))\b(?!\.)")
# What TLS says of a first answer that is none, or none that both sides know: before it nothing but a hello has left.
NO_HANDSHAKE = {
    *("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION"),
    *("SSLV3_ALERT_HANDSHAKE_FAILURE", "TLSV1_UNRECOGNIZED_NAME"),
}
# A proxy's 503 (Envoy) although the provider may have got the request; these reasons alone say that it has not.
PASSED_ON = re.compile(
    r"disconnect/reset before headers"
    r"(?!\. reset reason: (((local|remote) )?connection failure|connection timeout|overflow)\b)"
)
NO_REQUEST = (  # could be made from such a key, or such an address of the API
    *(requests.exceptions.InvalidURL, requests.exceptions.MissingSchema),
    *(requests.exceptions.InvalidHeader, requests.exceptions.InvalidSchema),
)


class Kind(StrEnum):
    SENT = "sent"
    BUSY = "busy"  # nothing has left: again later
    REFUSED = "refused"  # this mail to this reader, for good
    BROKEN = "broken"  # configuration, log-in or credit: true of every reader
    SILENT = "silent"  # it may have left, and nobody said so


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known about one mail. `text` names no address, so that it may stand in tables and logs."""

    kind: Kind
    text: str = ""
    retry_after: timedelta | None = None
    reached: bool = True  # whether the provider was there at all; if not, no reader is to blame


class Stage(StrEnum):
    """How far an SMTP dialogue had come."""

    LOGIN = "log-in"  # greeting, EHLO, STARTTLS, AUTH
    SENDER = "MAIL"
    RECIPIENT = "RCPT"
    DATA = "DATA"
    BODY = "body"
    EMPTY = "empty body"  # a mail to nobody is ended
    RESET = "RSET"


def from_smtp(stage: Stage, code: int, text: bytes | str = b"") -> Answer:
    """The meaning of an SMTP reply (RFC 5321, 4.2); a code that is none means that nothing can be known."""
    words = quiet(text.decode(errors="replace") if isinstance(text, bytes) else text)
    said = quiet(f"{stage} {code} {words}")
    if code in (250, 251, 252) and stage is Stage.BODY:
        return Answer(Kind.SENT, said)
    if 400 <= code <= 499:
        return Answer(Kind.BUSY, said)
    if 500 <= code <= 599:
        return Answer(Kind.BROKEN if _is_our_fault(stage, code, words) else Kind.REFUSED, said)
    return Answer(Kind.SILENT if stage is Stage.BODY else Kind.BUSY, said)


def from_lost_smtp(problem: Exception) -> Answer:
    """The meaning of an SMTP connection that failed before the body's final dot: nothing has left."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        return Answer(Kind.BROKEN, quiet(f"the server's certificate: {problem.verify_message}"))
    if isinstance(problem, smtplib.SMTPResponseException):
        return from_smtp(Stage.LOGIN, problem.smtp_code, problem.smtp_error)
    if isinstance(problem, ValueError):  # its text would quote them
        return Answer(Kind.BROKEN, "POSTBOX_URL or SITE_URL has a name or a password that cannot be said by SMTP")
    if isinstance(problem, smtplib.SMTPException) and not isinstance(problem, smtplib.SMTPServerDisconnected):
        return Answer(Kind.BROKEN, quiet(str(problem)))  # no STARTTLS, no way to log in, no certificates to believe
    return Answer(Kind.BUSY, quiet(f"{type(problem).__name__}: {problem}"))


def from_http(status: int, text: str = "", *, retry_after: timedelta | None = None, broken: bool = False) -> Answer:
    """The meaning of a provider's HTTP status. `broken`: its own error code says that the account is at fault.

    A 2xx that comes as an error is an answer that could not be read; a gateway's 502 or 504 and a crashed 500
    may come after the mail was taken, and so may a 503 from a proxy that lost the provider.
    """
    said = quiet(f"HTTP {status} {text}")
    if broken or status in (401, 402, 403, 404, 405, 501):
        return Answer(Kind.BROKEN, said)
    if status in (408, 425, 429) or (status == 503 and not PASSED_ON.search(said)):
        return Answer(Kind.BUSY, said, retry_after)
    return Answer(Kind.REFUSED if 300 <= status <= 499 else Kind.SILENT, said)


def from_lost_http(problem: requests.RequestException) -> Answer:
    """The meaning of an HTTP request without an answer: BUSY when no connection came about, else SILENT."""
    root = _root(problem)
    said = quiet(f"{type(problem).__name__}: {root}")
    if isinstance(problem, NO_REQUEST):  # its text would quote the key
        return Answer(Kind.BROKEN, f"{type(problem).__name__}: POSTBOX_URL's key or api_url makes no request")
    if isinstance(root, ssl.SSLCertVerificationError):
        return Answer(Kind.BROKEN, said)
    if isinstance(problem, (requests.ConnectTimeout, requests.exceptions.ProxyError)):
        return Answer(Kind.BUSY, said, reached=False)
    if isinstance(root, urllib3.exceptions.NewConnectionError):
        return Answer(Kind.BUSY, said, reached=False)
    if isinstance(root, ssl.SSLError) and root.reason in NO_HANDSHAKE:
        return Answer(Kind.BUSY, said, reached=False)
    return Answer(Kind.SILENT, said)


def from_anymail_status(status: str | None) -> Answer:
    """The meaning of Anymail's word for one recipient (anymail.message.ANYMAIL_STATUSES)."""
    kinds = {
        "sent": Kind.SENT,
        "queued": Kind.SENT,
        "invalid": Kind.REFUSED,
        "rejected": Kind.REFUSED,
        "failed": Kind.BUSY,
    }
    return Answer(kinds.get(status or "", Kind.SILENT), f"the provider says: {status or 'nothing'}")


def retry_after(header: str | None, *, now: datetime) -> timedelta | None:
    """The Retry-After header's wait (RFC 9110: seconds or a date); None when there is none that makes sense."""
    text = (header or "").strip()
    if text.isascii() and text.isdecimal():
        return min(timedelta(seconds=min(int(text[:9]), 10**8)), LONGEST_PAUSE)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    wait = moment - now if moment.tzinfo else None
    return min(max(wait, timedelta()), LONGEST_PAUSE) if wait is not None else None


def pause_after(answer: Answer, attempts: int, *, chance: float) -> timedelta:
    """How long to wait after the `attempts`-th busy answer; `chance` (0 to 1) spreads it by a fifth either way."""
    pause = PAUSES[min(max(attempts, 1), len(PAUSES)) - 1] * (0.8 + 0.4 * chance)
    return max(pause, answer.retry_after or pause)


def quiet(text: str) -> str:
    """`text` on one line of at most 300 characters, addresses hidden: servers like to repeat them.

    Without control characters and halves of a pair, which PostgreSQL does not take (NUL, surrogates).
    """
    line = "".join(filter(str.isprintable, " ".join(text.split())))
    return ADDRESS.sub("(address)", line)[:300]


def _is_our_fault(stage: Stage, code: int, words: str) -> bool:
    """Whether a 5xx is true of every reader: no access, no such command, or a sender who is not let through."""
    if stage in (Stage.LOGIN, Stage.SENDER) or code in (500, 502, 503, 504, 530, 535):
        return True
    return bool(OUR_CODES.match(words) or OUR_FAULT.search(words))


def _root(problem: BaseException) -> BaseException:
    """The innermost reason: requests wraps urllib3's errors, which wrap the socket's."""
    if isinstance(problem, urllib3.exceptions.NewConnectionError):
        return problem
    inside = (getattr(problem, "reason", None), *problem.args)
    inner = next((value for value in inside if isinstance(value, BaseException)), None)
    return _root(inner) if inner is not None else problem
