"""Whether each language is complete, or falls back as intended, and what the checks found in it. Pure."""

from collections.abc import Iterator, Sequence

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from digests.content import EntryContent
from digests.locales import chain, language_name
from digests.selection import readable_locale
from newsletter.desk.preflight.case import Case, Found
from newsletter.desk.preflight.papers import titled
from newsletter.desk.preflight.report import Line, blocks, is_fine, warns


def lines(case: Case) -> Iterator[Line]:
    yield from _silent(case)
    for locale in case.locales:
        yield from _language(case, locale)
    for locale in sorted({found.locale for found in case.findings}):
        yield from _findings(case, locale)


def _silent(case: Case) -> Iterator[Line]:
    """Papers of which some readers are told nothing, in no language."""
    for entry in case.content.entries:
        without = [locale for locale in case.locales if not readable_locale(entry, _chain(case, locale))]
        if without:
            yield blocks(
                "summaries.silent",
                _("“%(title)s” has no summary that everybody can read.") % {"title": titled(entry.title)},
                mend=case.pages.summary(entry.paper, without[0]),
                about=(str(entry.paper), *without),
            )


def _language(case: Case, locale: str) -> Iterator[Line]:
    entries = case.content.entries
    falling = [entry for entry in entries if readable_locale(entry, _chain(case, locale)) not in own(locale)]
    said = {"language": _named(locale), "done": len(entries) - len(falling), "total": len(entries)}
    if not falling:
        if entries:
            yield is_fine("summaries.complete", _("%(language)s: all summaries are there.") % said)
        return
    yield warns(
        "summaries.fallback",
        _("%(language)s: %(done)s of %(total)s summaries are there; the others fall back to %(others)s.")
        % {**said, "others": _others(case, locale, falling)},
        mend=case.pages.summary(falling[0].paper, locale),
        about=(locale, *(str(entry.paper) for entry in falling)),
    )


def _others(case: Case, locale: str, falling: Sequence[EntryContent]) -> str:
    shown = {readable_locale(entry, _chain(case, locale)) for entry in falling} - {""}
    return ", ".join(_named(one) for one in sorted(shown)) or _("no language")


def _findings(case: Case, locale: str) -> Iterator[Line]:
    found = [one for one in case.findings if one.locale == locale]
    errors = [one for one in found if one.level == "error"]
    others = [one for one in found if one.level != "error"]
    if errors:
        words = ngettext(
            "%(language)s: the checks found %(count)s error, and nobody has said that it is right so.",
            "%(language)s: the checks found %(count)s errors, and nobody has said that they are right so.",
            len(errors),
        )
        yield blocks("summaries.errors", *_told(case, words, errors, locale))
    if others:
        words = ngettext(
            "%(language)s: the checks have %(count)s doubt.",
            "%(language)s: the checks have %(count)s doubts.",
            len(others),
        )
        yield warns("summaries.doubts", *_told(case, words, others, locale))


def _told(case: Case, words: str, found: Sequence[Found], locale: str) -> tuple[str, str, tuple[str, ...]]:
    page = case.pages.summary(found[0].paper, locale)
    about = (locale, *sorted(one.mark for one in found))
    return words % {"language": _named(locale), "count": len(found)}, page, about


def _chain(case: Case, locale: str) -> tuple[str, ...]:
    return chain(locale, "", case.content.default_locale)


def own(locale: str) -> set[str]:
    """The locales in which nothing is missing for readers of this one: pt serves pt-br."""
    parts = locale.split("-")
    return {"-".join(parts[:end]) for end in range(len(parts), 0, -1)}


def _named(locale: str) -> str:
    return language_name(locale, get_language() or "en")
