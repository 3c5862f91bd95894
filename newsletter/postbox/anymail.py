"""The postbox of HTTP providers, by way of Anymail: one mail a call, and its outcome in our words."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import requests
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused
from anymail.message import AnymailMessage
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from newsletter.postbox import answers
from newsletter.postbox.answers import Answer, Kind, quiet
from newsletter.postbox.message import Message
from newsletter.postbox.mime import header_lines, one_line
from newsletter.postbox.providers import Provider

TIMEOUT = (10, 30)  # seconds to connect, and to answer


class AnymailPostbox:
    """Hands mails to one provider over one HTTP session. `options` go to Anymail's backend, keys included."""

    def __init__(self, provider: Provider, options: dict[str, Any]) -> None:
        self.provider = provider
        self.backend = _backend(provider, options)

    def send(self, messages: Iterable[Message]) -> Iterator[Answer]:
        self.backend.open()
        for message in messages:
            yield self._send(message)

    def close(self) -> None:
        self.backend.close()

    def _send(self, message: Message) -> Answer:
        try:
            header_lines(message)  # refuses what would break out of a header, as by SMTP
            mail = as_anymail(message, self.provider)
        except ValueError as problem:
            return Answer(Kind.REFUSED, quiet(str(problem)))
        try:
            self.backend.send_messages([mail])
        except AnymailError as problem:
            return answer_to(problem, self.provider)
        status = mail.anymail_status.recipients.get(message.to)
        return answers.from_anymail_status(
            status.status if status else next(iter(mail.anymail_status.status or ()), None)
        )


def as_anymail(message: Message, provider: Provider) -> AnymailMessage:
    """The mail in Anymail's form; it must not be personal in any way but its fields."""
    mail = AnymailMessage(
        subject=disarmed(one_line(message.subject), provider.marks),
        body=disarmed(message.text, provider.marks),
        from_email=_mailbox(message.sender_name, message.sender_address),
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers=dict(message.headers),
    )
    if message.html:
        mail.attach_alternative(disarmed(message.html, provider.marks, in_html=True), "text/html")
    if provider.metadata:
        mail.metadata = message.metadata
    return mail


def disarmed(text: str, marks: Iterable[str], *, in_html: bool = False) -> str:
    """`text` in which nothing is the provider's merge syntax: a title may say {{ x }}, and says it to the reader."""
    for mark in marks:
        broken = f"&#{ord(mark[0])};{mark[1:]}" if in_html else f"{mark[0]}\N{WORD JOINER}{mark[1:]}"
        while mark in text:
            text = text.replace(mark, broken)
    return text


def answer_to(problem: AnymailError, provider: Provider) -> Answer:
    """What Anymail's exception says of the one mail in the call."""
    if isinstance(problem, (AnymailRecipientsRefused, AnymailInvalidAddress)):
        return Answer(Kind.REFUSED, quiet(str(problem.args[0] if problem.args else problem)))
    if not isinstance(problem, AnymailAPIError):
        return Answer(Kind.BROKEN, quiet(str(problem)))  # what Anymail or the provider cannot do for any reader
    response = problem.response
    if response is None or problem.status_code is None:
        lost = problem.__cause__
        is_lost = isinstance(lost, requests.RequestException)
        return answers.from_lost_http(lost) if is_lost else Answer(Kind.SILENT, quiet(str(problem)))
    return answers.from_http(
        problem.status_code,
        response.text,
        retry_after=answers.retry_after(response.headers.get("Retry-After"), now=datetime.now(UTC)),
        broken=_error_code(response) in provider.broken_codes,
    )


def _error_code(response: requests.Response) -> str:
    """The provider's own code for what went wrong: Brevo's `code`, Postmark's `ErrorCode`."""
    try:
        said = response.json()
    except ValueError:
        return ""
    return str(said.get("code", said.get("ErrorCode", ""))) if isinstance(said, dict) else ""


def _backend(provider: Provider, options: dict[str, Any]) -> Any:
    try:
        backend = import_string(f"anymail.backends.{provider.name}.EmailBackend")
        return backend(timeout=TIMEOUT, **options) if provider.key_option else backend(**options)
    except ImportError as problem:  # a provider whose client library is not installed
        raise ImproperlyConfigured(f"anymail+{provider.name}: {problem}") from problem


def _mailbox(name: str, address: str) -> str:
    """`"Name" <address>`, not yet encoded: that is the provider's part."""
    words = one_line(name).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{words}" <{address}>' if words else address
