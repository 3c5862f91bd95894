"""What SpamAssassin makes of the mails, where it is installed. Pure."""

from collections.abc import Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from digests.locales import language_name
from newsletter.desk.preflight.case import Case, mails_question
from newsletter.desk.preflight.report import Line, blocks, is_fine, warns

SPAM = 5.0  # points at which SpamAssassin, as it comes, calls a mail spam
DOUBTFUL = 3.0


def lines(case: Case) -> Iterator[Line]:
    if not case.content.entries:
        return
    measured = case.answer(mails_question(case))
    if measured is None:
        yield warns("spam.unknown", _("The mails were not judged since the last change."))
        return
    judged = measured["spam"]
    if judged is None:
        yield is_fine("spam.absent", _("SpamAssassin is not installed, so nobody has judged the mails."))
    elif not judged:
        yield warns("spam.silent", _("SpamAssassin did not answer in time."))
    else:
        yield from _scores(case, judged)


def _scores(case: Case, judged: dict[str, float]) -> Iterator[Line]:
    high = {locale: score for locale, score in judged.items() if score >= DOUBTFUL}
    for locale, score in sorted(high.items()):
        said = {"language": language_name(locale, get_language() or "en"), "score": f"{score:.1f}"}
        if score >= SPAM:
            words = _("%(language)s: SpamAssassin gives it %(score)s points, and takes 5 for spam.")
            yield blocks("spam.high", words % said, case.pages.digest, (locale, said["score"]))
        else:
            words = _("%(language)s: SpamAssassin gives it %(score)s points. Below 3 is well.")
            yield warns("spam.doubtful", words % said, case.pages.digest, (locale, said["score"]))
    if not high:
        most = f"{max(judged.values()):.1f}"
        yield is_fine("spam.low", _("SpamAssassin gives %(score)s points at most; 5 were spam.") % {"score": most})
