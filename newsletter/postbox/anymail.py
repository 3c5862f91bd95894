"""The postbox of HTTP providers, by way of Anymail: many readers a call where it can, and what came of each."""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import requests
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused
from anymail.message import AnymailMessage, AnymailRecipientStatus
from django.conf import settings

from newsletter.postbox import answers
from newsletter.postbox.answers import Answer, Kind, quiet
from newsletter.postbox.batches import call_key, calls_of
from newsletter.postbox.halving import Outcome, answer_all, parted, work_off
from newsletter.postbox.merging import as_anymail
from newsletter.postbox.message import Message
from newsletter.postbox.mime import address, own_lines
from newsletter.postbox.payloads import backend_class
from newsletter.postbox.providers import Provider
from newsletter.postbox.slices import MOST_ROWS, More, Slice

TIMEOUT = (10, 30)  # seconds to connect, and to answer
LONGEST_TEXT = 2000  # characters of an answer that are looked at for what it says
# Mailjet's ErrorIdentifier, a UUID, is another in each answer; what is said for the same reason must be the same words.
UNIQUE = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)


class AnymailPostbox:
    """Hands mails to one provider over one HTTP session. `options` go to Anymail's backend, keys included."""

    lanes = 1

    def __init__(self, provider: Provider, options: dict[str, Any]) -> None:
        self.provider = provider
        self.link_keys: Mapping[int, bytes] = settings.LINK_KEYS
        self.slice_rows = max(provider.readers_per_call, MOST_ROWS)  # docs/decisions/0009
        self.backend = backend_class(provider.name)(timeout=TIMEOUT, **options)

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
            # Again before each call: the slice looks whether it may go on, and passes over what was withdrawn.
            calls.extend(calls_of(_drawn(slice_), self.provider))
            if slice_.is_over or not calls:
                break
            wanted, unwanted = parted(slice_, calls.popleft())
            for message in unwanted:
                slice_.give_back(message)
            verdict = self._carry(slice_, wanted) if wanted else None
            if verdict is not None and verdict.kind is Kind.BUSY:
                answer_all(slice_, _all(calls), replace(verdict, reached=False))
                return []
            if verdict is not None:
                slice_.halt()
        return _all(calls)

    def _carry(self, slice_: Slice, messages: list[Message]) -> Answer | None:
        """Makes a call and answers its mails; what is true of all further calls too, if anything is."""
        slice_.begin(*messages)
        return work_off(slice_, messages, lambda part: self._call(part, slice_))

    def _call(self, messages: Sequence[Message], slice_: Slice) -> Outcome:
        """Makes one API call. Where the answer is lost and the provider knows the call by its key, it is made again,
        if all its mails may still leave.

        Then only a yes counts: a no may have come because the first call was taken.
        """
        key = call_key(slice_.claim, messages) if self.provider.idempotency else ""
        try:
            mail = as_anymail(messages, self.provider, link_keys=self.link_keys, key=key)
        except ValueError as unfit:
            return Answer(Kind.REFUSED, quiet(str(unfit)))
        problem = self._post(mail)
        is_lost = problem is not None and answer_to(problem, self.provider).kind is Kind.SILENT
        if problem is not None and is_lost and key and all(map(slice_.may_begin, messages)):
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
        return Answer(Kind.SILENT, quiet(said_in(response)))
    codes = _error_codes(response)
    return answers.from_http(
        problem.status_code,
        said_in(response),
        retry_after=answers.retry_after(response.headers.get("Retry-After"), now=datetime.now(UTC)),
        broken=bool(codes) and codes <= provider.broken_codes,
    )


def said_in(response: requests.Response) -> str:
    """The beginning of an answer, where its words are; the same for the same reason."""
    return UNIQUE.sub("(id)", response.text[:LONGEST_TEXT])


def _answers(messages: Sequence[Message], statuses: Mapping[str, AnymailRecipientStatus]) -> dict[int, Answer]:
    """What Anymail says of each reader, under the row."""
    words = {name.lower(): status.status for name, status in statuses.items()}
    meanings = {word: answers.from_anymail_status(word) for word in {*words.values(), None}}
    if len(messages) == 1:  # whatever the provider has made of the address
        return {messages[0].row: meanings[next(iter(words.values()), None)]}
    return {message.row: meanings[words.get(address(message.to).lower())] for message in messages}


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
