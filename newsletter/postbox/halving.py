"""A call that a provider refuses as a whole is tried in halves, until only the readers at fault are refused."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.message import Message
from newsletter.postbox.slices import Slice

ALIKE = 5  # readers refused alone in the same words, and nobody taken: then it is not their fault
NOT_TRIED = Answer(Kind.BUSY, "refused among others, and not tried alone any more", reached=False)

Outcome = Answer | dict[int, Answer]  # of all mails of a call, or of each row


def work_off(slice_: Slice, messages: list[Message], call: Callable[[list[Message]], Outcome]) -> Answer | None:
    """Calls with all messages, or with fewer and fewer, as far as they may still leave; each is answered then.

    The answer that is true of further calls too, if there is one: BUSY or BROKEN.
    """
    trial = _Trial(slice_, [messages])
    while trial.parts and trial.verdict is None and not slice_.is_over:
        part, unwanted = parted(slice_, trial.parts.pop())
        answer_all(slice_, unwanted, NOT_TRIED)
        if part:
            trial.hear(part, call(part))
    trial.end()
    return trial.verdict


def parted(slice_: Slice, messages: list[Message]) -> tuple[list[Message], list[Message]]:
    """Those that may leave now, and the others: to be asked right before their call."""
    allowed = [slice_.may_begin(message) for message in messages]
    if slice_.is_over:  # that may have shown at the last of them
        return [], messages
    together = list(zip(messages, allowed, strict=True))
    return [message for message, may in together if may], [message for message, may in together if not may]


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
            self.somebody_is_taken |= any(answer.kind is not Kind.REFUSED for answer in outcome.values())
            for message in part:
                self.slice.answer(message, outcome[message.row])
        elif outcome.kind is not Kind.REFUSED:
            self.verdict = outcome if outcome.kind in (Kind.BUSY, Kind.BROKEN) else None
            answer_all(self.slice, part, outcome)
        elif len(part) > 1:
            middle = len(part) // 2
            self.parts += [part[middle:], part[:middle]]
        else:
            self.refused.append((part[0], outcome))
            self._look_whose_fault_it_is(outcome)
            self.parts.sort(key=len)  # the largest comes next: if anybody is let through, it shows there

    def end(self) -> None:
        """Answers what is left."""
        for part in self.parts:
            answer_all(self.slice, part, self.verdict or NOT_TRIED)
        for message, answer in self.refused:
            is_ours = self.verdict is not None and self.verdict.text == answer.text
            self.slice.answer(message, self.verdict if self.verdict is not None and is_ours else answer)

    def _look_whose_fault_it_is(self, answer: Answer) -> None:
        words = {refusal.text for _message, refusal in self.refused}
        if len(self.refused) >= ALIKE and len(words) == 1 and not self.somebody_is_taken:
            self.verdict = Answer(Kind.BROKEN, answer.text)
