"""Why a reader gets a paper, and how many papers for which reasons, in the reader's language. Pure."""

from collections.abc import Iterator, Mapping

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digests import phrases
from digests.content import EntryContent
from digests.locales import comma, number
from digests.markup import line
from digests.selection import ALL, AUTHOR, FIRST, TOPIC, VOTES, WORD, Explained


def said(code: str, entry: EntryContent, names: Mapping[str, str], locale: str) -> str:
    """The reason of a Selected in words: short, for a quiet line. `names` are the topics' names by their slugs.

    Nothing where there is none, or one that this version does not know. `locale` is one that our own words are in.
    """
    kind, _colon, what = code.partition(":")
    with translation.override(locale):
        if kind == AUTHOR and what.isdecimal():
            return _because(line("".join(entry.authors[int(what) : int(what) + 1])))
        if kind == TOPIC:
            return _because(line(names.get(what, what)))
        if kind == WORD:
            return _("Because it says “%(word)s”") % {"word": line(what)} if what else _("Has a word you follow")
        plain = {
            VOTES: _("Has the votes you ask for"),
            FIRST: _("Among the first of the day"),
            ALL: _("From the day's list"),
        }
        return plain.get(kind, "")


def explained(numbers: Explained, locale: str) -> str:
    """12 of 24 papers: 3 by topic, 2 by author. Left out: 4 with a word to avoid, 15 outside of what you follow."""
    with translation.override(locale):
        parts = {
            "papers": phrases.papers(numbers.shown, numbers.total, locale),
            "reasons": comma(locale).join(_reasons(numbers, locale)),
            "left_out": comma(locale).join(_left_out(numbers, locale)),
        }
        told = _("%(papers)s: %(reasons)s.") if parts["reasons"] else _("%(papers)s.")
        more = _("%(told)s Left out: %(left_out)s.") if parts["left_out"] else "%(told)s"
        return more % {**parts, "told": told % parts}


def _because(followed: str) -> str:
    return _("Because you follow %(topic)s") % {"topic": followed} if followed else ""


def _reasons(numbers: Explained, locale: str) -> Iterator[str]:
    """What was followed; readers who follow nothing know why they get a paper."""
    for kind, count in numbers.by_reason.items():
        words = {
            AUTHOR: ngettext("%(count)s by author", "%(count)s by author", count),
            WORD: ngettext("%(count)s by a word", "%(count)s by a word", count),
            TOPIC: ngettext("%(count)s by topic", "%(count)s by topic", count),
        }
        if kind in words:
            yield words[kind] % {"count": number(count, locale)}


def _left_out(numbers: Explained, locale: str) -> Iterator[str]:
    avoided, not_followed, few, many = numbers.avoided, numbers.not_followed, numbers.few_votes, numbers.cut
    for count, words in (
        (avoided, ngettext("%(count)s with a word to avoid", "%(count)s with a word to avoid", avoided)),
        (
            not_followed,
            ngettext("%(count)s outside of what you follow", "%(count)s outside of what you follow", not_followed),
        ),
        (few, ngettext("%(count)s with few votes", "%(count)s with few votes", few)),
        (many, ngettext("%(count)s beyond the most you want", "%(count)s beyond the most you want", many)),
    ):
        if count:
            yield words % {"count": number(count, locale)}
