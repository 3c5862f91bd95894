"""How large the largest mail is in each language, against what Gmail shows. Pure."""

from collections.abc import Iterator

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from digests.locales import language_name
from newsletter.desk.preflight.case import Case, mails_question
from newsletter.desk.preflight.report import Line, blocks, is_fine, warns

GMAIL_CUTS_AT = 102_000  # bytes


def lines(case: Case) -> Iterator[Line]:
    if not case.content.entries:
        return
    measured = case.answer(mails_question(case))
    if measured is None:
        yield warns("size.unknown", _("The mails were not measured since the last change."))
        return
    for locale, mail in sorted(measured["mails"].items()):
        said = {"language": language_name(locale, get_language() or "en"), "size": round(mail["size"] / 1000)}
        if mail["size"] > GMAIL_CUTS_AT:
            words = _("%(language)s: %(size)s kB. Gmail cuts mails of more than 102 kB.")
            yield blocks("size.large", words % said, case.pages.digest, (locale, str(said["size"])))
        elif mail["titles_alone"]:
            words = ngettext(
                "%(language)s: %(size)s kB. %(count)s paper does not fit in and is named by its title alone.",
                "%(language)s: %(size)s kB. %(count)s papers do not fit in and are named by their titles alone.",
                mail["titles_alone"],
            )
            told = words % {**said, "count": mail["titles_alone"]}
            yield warns("size.full", told, case.pages.digest, (locale, str(mail["titles_alone"])))
        else:
            yield is_fine("size.small", _("%(language)s: %(size)s kB at most.") % said)
