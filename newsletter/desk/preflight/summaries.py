"""Whether each language is complete, or falls back as intended, and what the checks found in it. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from digests.content import EntryContent
from digests.locales import chain, comma, language_name
from digests.selection import readable_locale
from newsletter.desk.preflight.case import Case, Found
from newsletter.desk.preflight.papers import titled
from newsletter.desk.preflight.report import Line, blocks, is_fine, warns

Shown = Mapping[int, str]  # the language in which each entry is told, empty where it is in none


def lines(case: Case) -> Iterator[Line]:
    shown = {locale: _shown(case, locale) for locale in case.locales}
    yield from _silent_papers(case, shown)
    for locale in case.locales:
        yield from _language(case, locale, shown[locale])
    for locale in sorted({found.locale for found in case.findings}):
        yield from _findings(case, locale)


def _shown(case: Case, locale: str) -> Shown:
    return {entry.id: readable_locale(entry, _chain(case, locale)) for entry in case.content.entries}


def _language(case: Case, locale: str, shown: Shown) -> Iterator[Line]:
    entries = case.content.entries
    silent = [entry for entry in entries if not shown[entry.id]]
    falling = [entry for entry in entries if shown[entry.id] and shown[entry.id] not in own(locale)]
    if falling:
        said = {
            "language": _named(locale),
            "done": len(entries) - len(falling) - len(silent),
            "total": len(entries),
            "others": ", ".join(_named(one) for one in sorted({shown[entry.id] for entry in falling})),
        }
        words = _("%(language)s: %(done)s of %(total)s summaries are there; the others fall back to %(others)s.")
        yield warns("summaries.fallback", words % said, *_where(case, locale, falling))
    if entries and not silent and not falling:
        yield is_fine("summaries.complete", _("%(language)s: all summaries are there.") % {"language": _named(locale)})


def _silent_papers(case: Case, shown: Mapping[str, Shown]) -> Iterator[Line]:
    """One line for the same papers in however many languages: it is one thing to do, or to overrule."""
    found: dict[tuple[int, ...], list[str]] = {}
    for locale, by_entry in shown.items():
        silent = tuple(entry for entry, told in by_entry.items() if not told)
        found.setdefault(silent, []).append(locale)
    entries = {entry.id: entry for entry in case.content.entries}
    for numbers, locales in found.items():
        if numbers:
            yield _silent(case, locales, [entries[number] for number in numbers])


def _silent(case: Case, locales: Sequence[str], silent: Sequence[EntryContent]) -> Line:
    """Papers of which the readers of these languages are told nothing, in no language."""
    words = ngettext(
        "%(language)s: %(count)s paper has no summary that its readers could get: “%(title)s”.",
        "%(language)s: %(count)s papers have no summary that its readers could get, the first is “%(title)s”.",
        len(silent),
    )
    named = comma(get_language() or "en").join(map(_named, locales))
    said = {"language": named, "count": len(silent), "title": titled(silent[0].title)}
    page, about = _where(case, locales[0], silent)
    return blocks("summaries.silent", words % said, page, (*locales[1:], *about))


def _where(case: Case, locale: str, entries: Sequence[EntryContent]) -> tuple[str, tuple[str, ...]]:
    """The page of the first of these summaries, and what makes it this line."""
    return case.pages.summary(entries[0].paper, locale), (locale, *(str(entry.paper) for entry in entries))


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
