"""The editor's words: subjects and what stands beside them, and what was left over from templates. Pure."""

import re
from collections.abc import Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from digests.columns import width
from digests.locales import language_name
from newsletter.desk.preflight.case import Case, Written
from newsletter.desk.preflight.papers import titled
from newsletter.desk.preflight.report import Line, blocks, is_fine, warns

LONG_SUBJECT = 90  # columns: what inboxes show of a subject at most; phones show about 40
LONG_PREHEADER = 140
# What nobody writes on purpose. In summaries a double brace may be mathematics, so it alone does not block there.
LEFT_OVER = re.compile(r"%recipient|%%\w+%%|\*\|\w+\|\*|\[(?:todo|tbd|xxx)\]|\blorem ipsum\b|\bTKTK\b", re.IGNORECASE)
BRACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{\{|\{%", re.DOTALL)


def lines(case: Case) -> Iterator[Line]:
    found = [*_in_words(case), *_in_summaries(case)]
    yield from found
    if not found:
        yield is_fine("wording.clean", _("Nothing is left over from templates."))
    yield from _subjects(case)


def left_over(text: str) -> str:
    """The first thing in a text that a template has left behind; nothing where there is none."""
    found = LEFT_OVER.search(text) or BRACES.search(text)
    return found[0][:40] if found else ""


def _in_words(case: Case) -> Iterator[Line]:
    for written in case.written:
        if piece := left_over(written.text):
            yield blocks(
                "wording.left_over",
                _("%(language)s: “%(piece)s” stands in the %(place)s.")
                % {"language": _named(written.locale), "piece": piece, "place": _place(written.name)},
                case.pages.digest,
                (written.locale, written.name, piece),
            )


def _in_summaries(case: Case) -> Iterator[Line]:
    for entry in case.content.entries:
        for locale, summary in entry.summaries.items():
            if not (piece := left_over(summary.text)):
                continue
            says = blocks if LEFT_OVER.search(summary.text) else warns
            yield says(
                "wording.left_over_in_summary",
                _("%(language)s: “%(piece)s” stands in the summary of “%(title)s”.")
                % {"language": _named(locale), "piece": piece, "title": titled(entry.title)},
                case.pages.summary(entry.paper, locale),
                (locale, str(entry.paper), piece),
            )


def _subjects(case: Case) -> Iterator[Line]:
    said = {(one.locale, one.name): one for one in case.written if one.text.strip()}
    for locale in case.locales:
        subject, preheader = said.get((locale, "subject")), said.get((locale, "preheader"))
        too_long = [_too_long(case, one) for one in (subject, preheader) if one and _is_long(one)]
        yield from too_long
        if not too_long:
            words = (
                _("%(language)s: the subject is the editor's.")
                if subject
                else _("%(language)s: the subject is proposed.")
            )
            yield is_fine("wording.subject", words % {"language": _named(locale)}, mend=case.pages.digest)


def _is_long(written: Written) -> bool:
    return width(written.text) > (LONG_SUBJECT if written.name == "subject" else LONG_PREHEADER)


def _too_long(case: Case, written: Written) -> Line:
    words = _("%(language)s: the %(place)s is long, and inboxes cut it.")
    said = {"language": _named(written.locale), "place": _place(written.name)}
    return warns("wording.long", words % said, case.pages.digest, (written.locale, written.name, written.text))


def _place(name: str) -> str:
    return {
        "subject": _("subject"),
        "preheader": _("preheader"),
        "note": _("editor's note"),
        "correction": _("correction"),
    }[name]


def _named(locale: str) -> str:
    return language_name(locale, get_language() or "en")
