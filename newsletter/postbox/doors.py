"""The way out: from a POSTBOX_URL to a postbox. Errors name the scheme and what is missing, never the password."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, closing, suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from newsletter.postbox.anymail import AnymailPostbox
from newsletter.postbox.connecting import LONGEST_TIMEOUT, Security, Server, hello_name
from newsletter.postbox.file import FilePostbox
from newsletter.postbox.providers import PROVIDERS
from newsletter.postbox.slices import Postbox
from newsletter.postbox.smtp import SmtpPostbox

MOST_CONNECTIONS = 100  # of one process to one server
PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


class _Door(Postbox, Protocol):
    def close(self) -> None: ...


def open_postbox(url: str) -> AbstractContextManager[Postbox]:
    """The postbox that `url` names; it connects with the first mail.

    smtp://host:25?connections=8&timeout=30, smtp+tls://user:password@host:587 (STARTTLS or nothing), smtps://user:password@host:465,
    anymail+brevo://:KEY@ (and every provider in providers.py), file:///folder. Raises ImproperlyConfigured.
    """
    try:
        parts = urlsplit(url)
        scheme, _port = parts.scheme, parts.port
    except ValueError:
        raise ImproperlyConfigured("POSTBOX_URL is not a URL; reserved characters in a password need %-codes") from None
    if scheme == "file":
        return closing(_file(parts))
    if scheme in set(Security):
        return closing(_smtp(parts))
    if scheme.startswith("anymail+"):
        return closing(_anymail(parts))
    raise ImproperlyConfigured(
        f"POSTBOX_URL begins with {scheme}://, which is none of "
        "smtp://, smtp+tls://, smtps://, anymail+PROVIDER://, file:///"
    )


def _file(parts: SplitResult) -> FilePostbox:
    if parts.netloc or not parts.path.strip("/"):
        raise ImproperlyConfigured("POSTBOX_URL must name a folder by its whole path: file:///var/mail/out")
    return FilePostbox(Path(unquote(parts.path)))


def _smtp(parts: SplitResult) -> SmtpPostbox:
    security = Security(parts.scheme)
    if not parts.hostname:
        raise ImproperlyConfigured(f"POSTBOX_URL names no server: {parts.scheme}://user:password@host")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():  # smtplib says no other letters, and its error quotes one of the password's
        raise ImproperlyConfigured("POSTBOX_URL's user or password has letters outside ASCII, and SMTP knows no others")
    timeout, connections = _number(float, 1, LONGEST_TIMEOUT), _number(int, 1, MOST_CONNECTIONS)
    options = _options(parts, {"timeout": timeout, "ca": str, "connections": connections})
    return SmtpPostbox(
        Server(
            host=parts.hostname,
            port=parts.port or PORTS[security],
            security=security,
            user=user,
            password=password,
            hello=hello_name(settings.SITE_HOST),
            **options,
        )
    )


def _anymail(parts: SplitResult) -> AnymailPostbox:
    name = parts.scheme.removeprefix("anymail+").replace("-", "_")
    provider = PROVIDERS.get(name)
    if provider is None:
        known = ", ".join(sorted(PROVIDERS))
        raise ImproperlyConfigured(f"POSTBOX_URL names the provider {name}, which is none of {known}")
    options = _options(parts, dict.fromkeys(provider.options, str))
    for option, value in ((provider.user_option, parts.username), (provider.key_option, parts.password)):
        if option and not value:
            raise ImproperlyConfigured(f"POSTBOX_URL lacks the {option} of {name}: {parts.scheme}://:KEY@")
        if option:
            options[option] = unquote(value or "")
    return AnymailPostbox(provider, options)


def _number(kind: Callable[[str], float], least: int, most: int) -> Callable[[str], float]:
    """Reads a number between the two; its ValueError says so, without the text that it could not read."""

    def read(text: str) -> float:
        with suppress(ValueError):
            number = kind(text)
            if least <= number <= most:  # nan is not
                return number
        raise ValueError(f"must be {least} to {most}")

    return read


def _options(parts: SplitResult, known: Mapping[str, Callable[[str], Any]]) -> dict[str, Any]:
    """The URL's query; an option that nobody reads would be lost in silence. `known` says what it must be."""
    options: dict[str, Any] = {}
    for name, value in parse_qsl(parts.query):
        option = name.lower()
        if option not in known:
            raise ImproperlyConfigured(f"{parts.scheme}:// knows no option {option}, only {', '.join(sorted(known))}")
        try:
            options[option] = known[option](value)
        except ValueError as problem:
            raise ImproperlyConfigured(f"the option {option} of {parts.scheme}:// {problem}") from None
    return options
