"""What an import's page says: its bar, its figures and what they mean, in the editor's language."""

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from digests.locales import number
from newsletter.subscribers.importing.columns import Kind
from newsletter.subscribers.importing.outcomes import OUTCOMES, PROBLEMS, Outcome
from newsletter.subscribers.models import ReaderImport

State = ReaderImport.State
PROGRAMS = {
    Kind.LISTMONK: "listmonk",
    Kind.MAILCHIMP: "Mailchimp",
    Kind.SUBSTACK: "Substack",
    Kind.BUTTONDOWN: "Buttondown",
    Kind.GHOST: "Ghost",
}
PAUSE = 2.0  # seconds to the next look


def goes_on(seen: ReaderImport) -> bool:
    """Whether the figures may still change by themselves."""
    return seen.state in (State.LOOKING, State.IMPORTING)


def figures(seen: ReaderImport) -> list[tuple[str, str, str]]:
    """Code, name and number of each outcome."""
    locale = get_language() or "en"
    return [(code, str(word), number(seen.counts.get(code, 0), locale)) for code, word in OUTCOMES.items()]


def bar(seen: ReaderImport) -> str:
    locale = get_language() or "en"
    done = number(seen.position, locale)
    if seen.records is None:
        return _("Looked at: %(done)s lines") % {"done": done}
    return _("Done: %(done)s of %(total)s") % {"done": done, "total": number(seen.records, locale)}


def found_out(seen: ReaderImport) -> str:
    """Whose export it is, and its encoding; empty before somebody looked."""
    if not seen.kind:
        return ""
    if seen.kind == Kind.PLAIN:
        return _("A plain list, in %(encoding)s.") % {"encoding": seen.encoding}
    return _("As %(program)s exports it, in %(encoding)s.") % {
        "program": PROGRAMS[Kind(seen.kind)],
        "encoding": seen.encoding,
    }


def problem(seen: ReaderImport) -> str:
    """Why the list cannot be read, and where; empty where it can."""
    if not seen.problem:
        return ""
    why = str(PROBLEMS[seen.problem])
    if seen.problem_line is None:
        return why
    line = number(seen.problem_line, get_language() or "en")
    return _("Line %(line)s: %(problem)s") % {"line": line, "problem": why}


def too_many(seen: ReaderImport, within_reach: int) -> str:
    """What an editor has to know who asks more readers than there are letters for; empty where these are enough."""
    asked = sum(seen.counts.get(code, 0) for code in (Outcome.NEW, Outcome.UNCONFIRMED))
    if asked <= within_reach:
        return ""
    return _(
        "As many letters as the sender may write in 30 days reach %(most)s of these readers. Who cannot be asked by "
        "then is forgotten: bring the others later, or let the sender write more a day."
    ) % {"most": number(within_reach, get_language() or "en")}


def as_json(seen: ReaderImport) -> dict[str, object]:
    """What the page's script shows."""
    return {
        "state": seen.state,
        "words": {code: shown for code, _name, shown in figures(seen)}
        | {"state": str(seen.get_state_display()), "bar": bar(seen)},
        "value": seen.position,
        "max": seen.records,
        "pause": PAUSE if goes_on(seen) else None,
    }


def report_lines(kept: Iterator[list[str]], language: str) -> Iterator[list[str]]:
    """The report as somebody reads it: lines of the file, what becomes of them, and why.

    It leaves long after the request has ended, and with it the language that was active.
    """
    with translation.override(language):
        heading = [_("Line"), _("What happens"), _("Why")]
        outcomes = {code: str(word) for code, word in OUTCOMES.items()}
    yield heading
    reasons = {"": ""}
    for lines, code, why in kept:
        if why not in reasons:
            with translation.override(language):
                reasons[why] = _(why)
        yield [lines, outcomes.get(code, code), reasons[why]]
