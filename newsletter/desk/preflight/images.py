"""Whether the pictures are there, and say in words what they show. Pure."""

import re
from collections.abc import Iterator

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from digests.locales import language_name
from newsletter.desk.preflight.case import Case, mails_question
from newsletter.desk.preflight.papers import titled
from newsletter.desk.preflight.report import Line, blocks, is_fine, warns

WITHOUT_WORDS = re.compile(r"!\[\s*\]\(\s*<?([^)\s>]+)")  # Markdown: ![](address)


def lines(case: Case) -> Iterator[Line]:
    entries = case.content.entries
    for entry in entries:
        if entry.id in case.images_missing:
            yield blocks(
                "images.lost",
                _("The picture of “%(title)s” is lost.") % {"title": titled(entry.title)},
                case.pages.paper(entry.paper),
                (str(entry.paper), entry.image),
            )
    yield from _without_words(case)
    without = sum(not entry.image for entry in entries)
    if without:
        words = ngettext("%(count)s paper has no picture.", "%(count)s papers have no picture.", without)
        yield is_fine("images.none", words % {"count": without})
    if entries and not case.images_missing and without < len(entries):
        yield is_fine("images.there", _("The other pictures are there.") if without else _("All pictures are there."))


def _without_words(case: Case) -> Iterator[Line]:
    for written in case.written:
        for found in WITHOUT_WORDS.finditer(written.text):
            words = _("A picture in the editor's words has no text beside it: %(url)s")
            yield warns("images.silent", words % {"url": found[1][:120]}, case.pages.digest, (written.locale, found[1]))
    measured = case.answer(mails_question(case)) or {}
    for locale, mail in sorted(measured.get("mails", {}).items()):
        if mail["images_without_words"]:
            words = _("Pictures in the mail in %(language)s have no text beside them.")
            yield blocks(
                "images.without_words",
                words % {"language": language_name(locale, get_language() or "en")},
                about=(locale,),
            )
