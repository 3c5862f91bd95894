"""The postbox of HTTP providers, by way of Anymail: many readers a call where it can, and what came of each."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import requests
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused
from anymail.message import AnymailMessage, AnymailRecipientStatus
from django.core.exceptions import ImproperlyConfigured

from newsletter.postbox import answers
from newsletter.postbox.answers import Answer, Kind, quiet
from newsletter.postbox.batches import call_key, calls_of, known_address
from newsletter.postbox.halving import Outcome, answer_all, work_off
from newsletter.postbox.merging import as_anymail
from newsletter.postbox.message import Message
from newsletter.postbox.mime import own_lines
from newsletter.postbox.payloads import backend_class
from newsletter.postbox.providers import Provider
from newsletter.postbox.slices import MOST_ROWS, More, Slice

TIMEOUT = (10, 30)  # seconds to connect, and to answer
MOST_SLICE_ROWS = 1000


class AnymailPostbox:
    """Hands mails to one provider over one HTTP session. `options` go to Anymail's backend, keys included."""

    lanes = 1

    def __init__(self, provider: Provider, options: dict[str, Any]) -> None:
        self.provider = provider
        self.slice_rows = min(max(provider.readers_per_call, MOST_ROWS), MOST_SLICE_ROWS)
        self.backend = _backend(provider, options)

    def carry(self, more: More) -> None:
        """Works off slices until `more` has none. What was not begun when a slice is over is given back."""
        self.backend.open()
        while slices := more(self.lanes):
            for slice_ in slices:
                for message in self._work_off(slice_):
                    slice_.give_back(message)

    def close(self) -> None:
        self.backend.close()

    def _work_off(self, slice_: Slice) -> list[Message]:
        """Makes the slice's calls, one after the other; the messages that are left when it is over."""
        calls: deque[list[Message]] = deque()
        while True:
            # Before each call, for the slice looks at the clock, and whether it may go on.
            calls.extend(calls_of(_drawn(slice_), self.provider))
            if slice_.is_over or not calls:
                break
            verdict = self._carry(slice_, calls.popleft())
            if verdict is not None and verdict.kind is Kind.BUSY:
                answer_all(slice_, _all(calls), replace(verdict, reached=False))
                return []
            if verdict is not None:
                slice_.halt()
        return _all(calls)

    def _carry(self, slice_: Slice, messages: list[Message]) -> Answer | None:
        """Makes a call and answers its mails; what is true of all further calls too, if anything is."""
        slice_.begin(*messages)
        return work_off(slice_, messages, lambda part: self._call(part, slice_.claim))

    def _call(self, messages: Sequence[Message], claim: UUID) -> Outcome:
        """Makes one API call. Where the answer is lost and the provider knows the call by its key, it is made again.

        Then only a yes counts: a no may have come because the first call was taken.
        """
        key = call_key(claim, messages) if self.provider.idempotency else ""
        try:
            mail = as_anymail(messages, self.provider, key=key)
        except ValueError as unfit:
            return Answer(Kind.REFUSED, quiet(str(unfit)))
        problem = self._post(mail)
        if problem is not None and key and answer_to(problem, self.provider).kind is Kind.SILENT:
            again = self._post(mail)
            if _knows_the_key(again, self.provider) and _may_have_been_taken(problem):
                return Answer(Kind.SENT, "taken, but the answer to it was lost")
            problem = problem if again is not None else None
        statuses = mail.anymail_status.recipients
        if problem is None or (isinstance(problem, AnymailRecipientsRefused) and statuses):
            return _answers(messages, statuses)
        return answer_to(problem, self.provider)

    def _post(self, mail: AnymailMessage) -> AnymailError | None:
        """Makes the call; what went wrong, if anything did."""
        try:
            self.backend.send_messages([mail])
        except AnymailError as problem:
            return problem
        except (LookupError, TypeError, AttributeError, ValueError) as problem:
            if mail.anymail_status.esp_response is None:
                raise
            return AnymailAPIError(f"an answer that makes no sense: {type(problem).__name__}")
        return None


def answer_to(problem: AnymailError, provider: Provider) -> Answer:
    """What Anymail's exception says of all mails in the call."""
    if isinstance(problem, (AnymailRecipientsRefused, AnymailInvalidAddress)):
        return Answer(Kind.REFUSED, quiet(str(problem.args[0] if problem.args else problem)))
    if not isinstance(problem, AnymailAPIError):
        return Answer(Kind.BROKEN, quiet(str(problem)))  # what Anymail or the provider cannot do for any reader
    response = problem.response
    if response is None or problem.status_code is None:
        lost = problem.__cause__
        is_lost = isinstance(lost, requests.RequestException)
        return answers.from_lost_http(lost) if is_lost else Answer(Kind.SILENT, quiet(str(problem)))
    if _knows_the_key(problem, provider):
        return Answer(Kind.SILENT, quiet(response.text))
    codes = _error_codes(response)
    return answers.from_http(
        problem.status_code,
        response.text,
        retry_after=answers.retry_after(response.headers.get("Retry-After"), now=datetime.now(UTC)),
        broken=bool(codes) and codes <= provider.broken_codes,
    )


def _answers(messages: Sequence[Message], statuses: Mapping[str, AnymailRecipientStatus]) -> dict[int, Answer]:
    """What Anymail says of each reader, under the row."""
    words = {name.lower(): status.status for name, status in statuses.items()}
    meanings = {word: answers.from_anymail_status(word) for word in {*words.values(), None}}
    if len(messages) == 1:  # whatever the provider has made of the address
        return {messages[0].row: meanings[next(iter(words.values()), None)]}
    return {message.row: meanings[words.get(known_address(message.to).lower())] for message in messages}


def _knows_the_key(problem: AnymailError | None, provider: Provider) -> bool:
    """Whether the provider says that a call with this key came before."""
    response = problem.response if isinstance(problem, AnymailAPIError) else None
    return response is not None and bool(_error_codes(response) & provider.known_codes)


def _may_have_been_taken(problem: AnymailError) -> bool:
    """A call that crashed at the provider may have used up its key and nothing more."""
    return problem.status_code is None or 200 <= problem.status_code <= 299


def _error_codes(response: requests.Response) -> frozenset[str]:
    """The provider's own codes for what went wrong: Brevo's `code`, Postmark's `ErrorCode`, one for each mail."""
    try:
        said = response.json()
    except ValueError:
        return frozenset()
    items = said if isinstance(said, list) else [said]
    return frozenset(str(item.get("code", item.get("ErrorCode", ""))) for item in items if isinstance(item, dict))


def _drawn(slice_: Slice) -> Iterator[Message]:
    """What may leave now. Who breaks out of a header, as by SMTP, is refused at once."""
    while (message := slice_.next()) is not None:
        try:
            own_lines(message)
        except ValueError as problem:
            slice_.answer(message, Answer(Kind.REFUSED, quiet(str(problem))))
        else:
            yield message


def _all(calls: deque[list[Message]]) -> list[Message]:
    return [message for call in calls for message in call]


def _backend(provider: Provider, options: dict[str, Any]) -> Any:
    try:
        backend = backend_class(provider.name)
        return backend(timeout=TIMEOUT, **options) if provider.key_option else backend(**options)
    except ImportError as problem:  # a provider whose client library is not installed
        raise ImproperlyConfigured(f"anymail+{provider.name}: {problem}") from problem
