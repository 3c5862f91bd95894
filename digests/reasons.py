"""Why a reader gets a paper, and how many papers for which reasons, in the reader's language. Pure."""

from collections.abc import Iterator, Mapping

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digests import phrases
from digests.columns import shorten
from digests.content import EntryContent
from digests.days import DAILY, SPECIAL, WEEKLY
from digests.locales import comma, number
from digests.markup import line
from digests.selection import ALL, AUTHOR, FIRST, PINNED, TOPIC, VOTES, WORD, Explained

LONGEST_NAME = 60  # columns of an author, a topic or a word


def said(code: str, entry: EntryContent, names: Mapping[str, str], locale: str, *, digest: str = DAILY) -> str:
    """The reason of a Selected in words: short, for a quiet line. `names` are the topics' names by their slugs.

    Nothing where there is none, or one that this version does not know. `locale` is one that our own words are in,
    `digest` the digest's kind.
    """
    kind, _colon, what = code.partition(":")
    with translation.override(locale):
        if kind == AUTHOR and what.isdecimal():
            author = _short("".join(entry.authors[int(what) : int(what) + 1]))
            return _("Because you follow %(author)s") % {"author": author} if author else ""
        if kind == TOPIC:
            return _("Because you follow %(topic)s") % {"topic": _short(names.get(what, what))}
        if kind == WORD:
            return _("Because it says “%(word)s”") % {"word": _short(what)} if what else _("Has a word you follow")
        plain = {
            PINNED: _("The editor's choice"),
            VOTES: _("Has the votes you ask for"),
            FIRST: _("Among the first of the day"),
            ALL: _("From the day's list"),
        }
        if digest == WEEKLY:
            plain |= {FIRST: _("Among the first of the week"), ALL: _("From the week's list")}
        elif digest == SPECIAL:
            plain |= {FIRST: _("Among the first of this issue"), ALL: ""}
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


def _short(text: str) -> str:
    return shorten(line(text), LONGEST_NAME)


def _reasons(numbers: Explained, locale: str) -> Iterator[str]:
    """What was followed, or pinned; readers who follow nothing know why they get the others."""
    for kind, count in numbers.by_reason.items():
        words = {
            AUTHOR: ngettext("%(count)s by author", "%(count)s by author", count),
            WORD: ngettext("%(count)s by a word", "%(count)s by a word", count),
            TOPIC: ngettext("%(count)s by topic", "%(count)s by topic", count),
            PINNED: ngettext("%(count)s of the editor's choice", "%(count)s of the editor's choice", count),
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
