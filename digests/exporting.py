"""Exporting: a digest as Markdown, as its files listed it and as editors left it."""

from collections.abc import Mapping
from datetime import date

from digests import listed
from digests.meeting import standing
from digests.models import Digest, Entry, Newsletter
from digests.queries import daily_digest, editors_note, included_entries, summary_texts
from digests.sources.digest_markdown import write
from digests.sources.listing import ListedPaper, Listing


class NothingToExport(LookupError):
    """There is no digest on that day; `str()` says so in a line."""


def export(newsletter: Newsletter, day: date, locale: str) -> str:
    """The day's digest in one language, in the form that imports read.

    Papers that an editor left out are not in it; one without a summary in that language is, with its head alone.
    Raises NothingToExport.
    """
    digest = daily_digest(newsletter, day)
    if digest is None:
        raise NothingToExport(f"{newsletter.slug} has no digest of {day}")
    texts = summary_texts(digest, locale)
    entries = _in_order(included_entries(digest), locale=locale, ordering=digest.ordering)
    papers = tuple(_listed(entry, texts, locale=locale, line=line) for line, entry in enumerate(entries, 1))
    return write(Listing(day, locale, papers, preface=editors_note(digest, locale)))


def _in_order(entries: list[Entry], *, locale: str, ordering: str) -> list[Entry]:
    """As the language's file listed them, unless the editor has ordered them."""
    if ordering == Digest.Ordering.EDITOR:
        return entries
    return sorted(entries, key=lambda entry: entry.listing.get(locale, {}).get("position", entry.position))


def _listed(entry: Entry, texts: Mapping[int, str], *, locale: str, line: int) -> ListedPaper:
    now = standing(entry, entry.paper, texts.get(entry.paper_id, ""))
    return listed.export(entry.listing.get(locale, {}), now=now, line=line)
