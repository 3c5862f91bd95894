"""A digest read through in one language: every summary that goes out, and which of them nobody has checked yet."""

from collections import Counter
from dataclasses import dataclass

from django.utils.safestring import SafeString

from digests import check_queries as queries
from digests import locales, markup
from digests.models import Digest, DigestText, Entry, Finding, Paper, Summary
from newsletter.desk.stages import Summaries
from newsletter.desk.standing import summaries_in
from newsletter.staff.models import User

ORIGINAL = Summary.Origin.ORIGINAL  # an abstract, which nobody wrote as Markdown


@dataclass(frozen=True, slots=True)
class Told:
    """A paper with its summary, if it has one. The checks found `errors` and `doubts`, and nobody has accepted them.

    `waits`: the user can say here that it is right, for nobody has yet, and no error speaks against it.
    """

    paper: Paper
    abstract: SafeString
    summary: Summary | None
    html: SafeString
    errors: int
    doubts: int
    waits: bool

    @property
    def locale(self) -> str:
        """The summary's, which may be the language without its region; empty where there is none."""
        return self.summary.locale if self.summary else ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The page; its papers are in the order of the mail, and `languages` say how far each of them is."""

    locale: str
    lang: str
    direction: str
    papers: list[Told]
    languages: list[Summaries]

    @property
    def waiting(self) -> int:
        return sum(told.waits for told in self.papers)


def reading(digest: Digest, locale: str, *, by: User) -> Reading:
    """A few questions, however many papers there are. `locale` is one that the newsletter offers."""
    entries = queries.entries_in_order(digest)
    numbers = [entry.paper_id for entry in entries]
    links = queries.own_chain(locale)
    summaries = queries.best_summaries(numbers, links)
    abstracts, levels = queries.abstracts_of(numbers), queries.open_levels(summaries.values(), digest.newsletter)
    may = {link: by.has_perm("digests.change_summary", DigestText(digest=digest, locale=link)) for link in links}

    def told(entry: Entry) -> Told:
        summary = summaries.get(entry.paper_id)
        found = levels[summary.pk] if summary else Counter[str]()
        errors = found[Finding.Level.ERROR]
        return Told(
            paper=entry.paper,
            abstract=markup.html(abstracts.get(entry.paper_id, ""), prose=True),
            summary=summary,
            html=markup.html(summary.text, prose=summary.origin == ORIGINAL) if summary else markup.html(""),
            errors=errors,
            doubts=found.total() - errors,
            waits=summary is not None and summary.checked_at is None and not errors and may[summary.locale],
        )

    return Reading(
        locale=locale,
        lang=locales.bcp47(locale),
        direction=locales.direction(locale),
        papers=[told(entry) for entry in entries],
        languages=list(summaries_in(digest, numbers, queries.states_of(numbers))),
    )
