"""Answers in a row: what so many of them say of the provider, or of us, and not of one reader. Pure."""

import re

from newsletter.postbox.answers import Answer, Kind

SILENCES = 20  # calls in a row without an answer: more would leave more readers in doubt
DOUBTS = 1000  # readers of such calls, from the third call on: a provider's call can have so many
REFUSALS = 50  # in a row, in the same words: a list has not so many bad addresses beside each other
FAILURES = 20  # mails in a row that could not be made: then it is the template, not a reader
NUMBERS = re.compile(r"\S*\d\S*")  # a server's id of the mail, or the time: words that tell refusals apart
NOT_MADE = Answer(Kind.REFUSED, "could not be rendered")


class Series:
    """What was heard under one Sender since the last mail that was taken."""

    def __init__(self) -> None:
        self._silences = self._doubts = self._refusals = self._failures = 0
        self._silent: Answer | None = None  # the last answer of each kind
        self._refused: Answer = NOT_MADE

    def heard(self, answer: Answer) -> Answer | None:
        """BROKEN, once what is heard is true of every reader. Then a new series begins.

        Readers of one call share one Answer, which is one silence. Only a mail that is taken ends the silence.
        """
        if answer.kind is Kind.SENT:
            self._silences = self._doubts = self._refusals = 0
        elif answer.kind is Kind.BROKEN:
            return self._verdict(answer.text)
        elif answer.kind is Kind.SILENT:
            return self._unanswered(answer)
        elif answer.kind is Kind.REFUSED:
            self._refusals = self._refusals + 1 if is_alike(answer, self._refused) else 1
            self._refused = answer
            if self._refusals >= REFUSALS:
                return self._verdict(answer.text)
        return None

    def made(self) -> None:
        """A mail could be made."""
        self._failures = 0

    def not_made(self) -> Answer | None:
        """A mail could not be made: BROKEN, once that is true of every reader."""
        self._failures += 1
        return self._verdict(NOT_MADE.text) if self._failures >= FAILURES else None

    def _unanswered(self, answer: Answer) -> Answer | None:
        self._doubts += 1
        if answer is not self._silent:
            self._silences, self._silent = self._silences + 1, answer
        if self._silences >= SILENCES or (self._silences > 2 and self._doubts >= DOUBTS):
            return self._verdict(answer.text or f"no answer, {self._silences} times in a row")
        return None

    def _verdict(self, reason: str) -> Answer:
        self._silences = self._doubts = self._refusals = self._failures = 0
        return Answer(Kind.BROKEN, reason)


def is_alike(one: Answer, other: Answer) -> bool:
    """Whether both say the same, whatever numbers they name."""
    return one.text == other.text or NUMBERS.sub("", one.text) == NUMBERS.sub("", other.text)


def series_of(sender: int) -> Series:
    """The Sender's series in this process: it goes on from turn to turn."""
    return _by_sender.setdefault(sender, Series())


def forget() -> None:
    """Nothing was heard yet."""
    _by_sender.clear()


_by_sender: dict[int, Series] = {}
