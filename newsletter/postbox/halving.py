"""A call that a provider refuses as a whole is tried in halves, until only the readers at fault are refused."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.message import Message
from newsletter.postbox.slices import Slice

ALIKE = 5  # readers refused alone in the same words, and nobody taken: then it is not their fault
NO_TIME = Answer(Kind.BUSY, "refused among others, and no time to try it alone", reached=False)

Outcome = Answer | dict[int, Answer]  # of all mails of a call, or of each row


def work_off(slice_: Slice, messages: list[Message], call: Callable[[list[Message]], Outcome]) -> Answer | None:
    """Calls with all messages, or with fewer and fewer; each is answered then.

    The answer that is true of further calls too, if there is one: BUSY or BROKEN.
    """
    trial = _Trial(slice_, [messages])
    while trial.parts and trial.verdict is None and not slice_.is_over:
        part = trial.parts.pop()
        trial.hear(part, call(part))
    trial.end()
    return trial.verdict


def answer_all(slice_: Slice, messages: Iterable[Message], answer: Answer) -> None:
    for message in messages:
        slice_.answer(message, answer)


@dataclass
class _Trial:
    """The parts that are left to try, who was refused alone, and what is true of all."""

    slice: Slice
    parts: list[list[Message]]
    refused: list[tuple[Message, Answer]] = field(default_factory=list)
    somebody_is_taken: bool = False
    verdict: Answer | None = None

    def hear(self, part: list[Message], outcome: Outcome) -> None:
        """Answers the mails of a part, or halves it."""
        if isinstance(outcome, dict):
            self.somebody_is_taken = True
            for message in part:
                self.slice.answer(message, outcome[message.row])
        elif outcome.kind is not Kind.REFUSED:
            self.verdict = outcome if outcome.kind in (Kind.BUSY, Kind.BROKEN) else None
            answer_all(self.slice, part, outcome)
        elif len(part) > 1:
            middle = len(part) // 2
            self.parts += [part[middle:], part[:middle]]
            _look_at_the_clock(self.slice)
        else:
            self.refused.append((part[0], outcome))
            self._look_whose_fault_it_is(outcome)
            self.parts.sort(key=len)  # the largest comes next: if anybody is let through, it shows there

    def end(self) -> None:
        """Answers what is left."""
        for part in self.parts:
            answer_all(self.slice, part, self.verdict or NO_TIME)
        for message, answer in self.refused:
            is_ours = self.verdict is not None and self.verdict.text == answer.text
            self.slice.answer(message, self.verdict if self.verdict is not None and is_ours else answer)

    def _look_whose_fault_it_is(self, answer: Answer) -> None:
        words = {refusal.text for _message, refusal in self.refused}
        if len(self.refused) >= ALIKE and len(words) == 1 and not self.somebody_is_taken:
            self.verdict = Answer(Kind.BROKEN, answer.text)


def _look_at_the_clock(slice_: Slice) -> None:
    """A slice that may not go on is over from here on: it looks when it is asked for its next mail."""
    message = slice_.next()
    if message is not None:
        slice_.give_back(message)
