"""Values from the environment, read once by settings.py, and refused in words when they make no sense."""

import os
import secrets
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

NAMES = frozenset(
    {
        *("SITE_URL", "SECRET_KEY", "LINK_KEYS", "SUPPRESSION_KEY", "TRUSTED_PROXIES", "DEBUG", "DEMO"),
        *("DATABASE_URL", "REDIS_URL", "POSTBOX_URL", "WEBHOOK_SECRET", "HF_DAILY_URL"),
        *("BOUNCE_MAILBOX_URL", "PRIVACY_CONTACT", "STAFF_TWO_FACTOR"),
        *("JOINS_PER_NETWORK", "EMBED_ORIGINS", "MX_CHECK"),
        *("VAR_DIR", "JOURNAL_DIR", "LOG_LEVEL", "ALARM_URL"),
    }
)


def site_url(text: str) -> str:
    """The address under which readers see the site: scheme and host, no path, no trailing slash."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise ImproperlyConfigured(f"SITE_URL must look like https://papers.example.org, not {text!r}")
    return f"{parts.scheme}://{parts.netloc}"


def embed_origins(text: str) -> list[str]:
    """`"https://example.org,https://www.example.org"`: the sites whose scripts may send the sign-up form.

    Written as browsers write Origin: scheme, host in lower case and in ASCII, and a port where it is not the usual one.
    """
    return [_origin(part.strip()) for part in text.split(",") if part.strip()]


def _origin(text: str) -> str:
    try:
        parts = urlsplit(text)
        usual = parts.port == {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        parts, usual = urlsplit(""), False
    host = parts.netloc.lower()
    is_origin = text.lower().rstrip("/") == f"{parts.scheme}://{host}" and parts.scheme in {"http", "https"}
    if not is_origin or not parts.hostname or "@" in host or "*" in host or not host.isascii():
        raise ImproperlyConfigured(
            f"EMBED_ORIGINS must list sites such as https://example.org, in ASCII, without a path or *, not {text!r}"
        )
    return f"{parts.scheme}://{host.rpartition(':')[0] if usual else host}"


def trusted_proxies(text: str) -> list[str]:
    """`"10.0.0.1, 172.16.0.0/12, unix"`: whose X-Forwarded-For is believed; unix is who comes by a socket."""
    proxies = [part.strip() for part in text.split(",") if part.strip()]
    for proxy in proxies:
        if proxy == "unix":
            continue
        try:
            ip_network(proxy, strict=False)
        except ValueError as error:
            words = f"TRUSTED_PROXIES must list addresses such as 10.0.0.1 or 172.16.0.0/12, or unix, not {proxy!r}"
            raise ImproperlyConfigured(words) from error
    return proxies


def two_factor(text: str) -> str:
    """Whether who works at the desk needs a second factor to log in: optional or required."""
    if text not in {"optional", "required"}:
        raise ImproperlyConfigured(f"STAFF_TWO_FACTOR must be optional or required, not {text!r}")
    return text


def alarm_url(text: str) -> str:
    """Where alarms are posted to; empty for nowhere. What is said about a wrong one names none of it."""
    try:
        parts = urlsplit(text)
        if not text or (parts.scheme in {"http", "https"} and parts.hostname):
            return text
    except ValueError:
        pass
    raise ImproperlyConfigured("ALARM_URL must look like https://alarms.example.org/paperboy")


def privacy_contact(text: str) -> str:
    """Whom readers ask about their data: a mail address, or a page with http or https; empty for nobody."""
    try:
        parts = urlsplit(text)
        name, at, host = text.partition("@")
        is_page = parts.scheme in {"http", "https"} and bool(parts.hostname)
        is_address = bool(not parts.scheme and name and at and "." in host and "@" not in host and "/" not in text)
        if not text or ((is_page or is_address) and text.isprintable() and " " not in text):
            return text
    except ValueError:
        pass
    raise ImproperlyConfigured(f"PRIVACY_CONTACT must look like privacy@example.org or https://..., not {text!r}")


def link_keys(text: str) -> dict[int, bytes]:
    """`"2:newest,1:older"` as {2: b"newest", 1: b"older"}: the first signs, all of them are believed.

    An id is a number from 1 to 255; a key has 32 characters or more.
    """
    keys: dict[int, bytes] = {}
    for part in text.split(","):
        number, colon, key = part.strip().partition(":")
        if not colon or not number.isdecimal() or not 1 <= int(number) <= 255 or len(key) < 32:
            raise ImproperlyConfigured(
                "LINK_KEYS must be ID:KEY[,ID:KEY...], the newest first: ids from 1 to 255, keys of 32 characters"
            )
        if int(number) in keys:
            raise ImproperlyConfigured(f"LINK_KEYS names the id {number} twice")
        keys[int(number)] = key.encode()
    return keys


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The mailbox that bounces come to. `security` is tls, starttls or empty, `timeout` in seconds."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    ca: str | None = None
    timeout: float = 15.0


IMAP = {"imaps": ("tls", 993), "imap+tls": ("starttls", 143), "imap": ("", 143)}
NO_MAILBOX = (
    "BOUNCE_MAILBOX_URL must look like imaps://user:password@mail.example.org/INBOX, in ASCII, with ca and timeout "
    "(at most 60 seconds) as its only options"
)


def bounce_mailbox(text: str) -> Mailbox | None:
    """`imaps://user:password@host[:port][/FOLDER][?ca=FILE&timeout=SECONDS]`; none where it is empty.

    `imap+tls` begins in the clear and changes to TLS; `imap` stays so, for a server on the same machine.
    What has a meaning in an address is written as %40 and its like.
    """
    if not text:
        return None
    try:
        mailbox = _mailbox(text)
    except (KeyError, ValueError, TypeError):
        raise ImproperlyConfigured(NO_MAILBOX) from None  # the text holds a password
    said = f"{mailbox.user}{mailbox.password}{mailbox.folder}"
    is_whole = mailbox.host and mailbox.user and mailbox.password
    if not is_whole or not said.isascii() or not said.isprintable() or not 0 < mailbox.timeout <= 60:
        raise ImproperlyConfigured(NO_MAILBOX)
    return mailbox


def _mailbox(text: str) -> Mailbox:
    parts = urlsplit(text)
    security, port = IMAP[parts.scheme]
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    if "timeout" in options:
        options["timeout"] = float(options["timeout"])
    return Mailbox(
        host=parts.hostname or "",
        port=parts.port or port,
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        **options,
    )


def kept_secret(name: str, folder: Path, *, prefix: str = "") -> str:
    """The secret `name` from the environment; else one that is made once and kept in `folder` (mode 600).

    So that one machine works without any set-up. Several machines must share one value:
    `manage.py check --deploy` asks for it.
    """
    if value := os.environ.get(name):
        return value
    path = folder / name.lower()
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{name.lower()}.{os.getpid()}"
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(prefix + secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # of two processes that start together the first one wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
