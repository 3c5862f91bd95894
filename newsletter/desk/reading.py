"""A digest read through in one language: every summary that goes out, and which of them nobody has checked yet."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from digests import check_queries as queries
from digests import locales, markup
from digests.check_queries import State
from digests.models import Digest, DigestText, Entry, Finding, Paper, Summary
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
class Tab:
    """A language of the newsletter, with how many of its summaries are missing, and how many nobody has checked."""

    locale: str
    lang: str
    name: str
    missing: int
    unchecked: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The page; its papers are in the order of the mail."""

    locale: str
    lang: str
    direction: str
    papers: list[Told]
    tabs: list[Tab]

    @property
    def waiting(self) -> int:
        return sum(told.waits for told in self.papers)


def reading(digest: Digest, locale: str, *, by: User) -> Reading:
    """A few questions, however many papers there are. `locale` is one that the newsletter offers."""
    entries = queries.entries_in_order(digest)
    numbers = [entry.paper_id for entry in entries]
    links = queries.own_chain(locale)
    states, summaries = queries.states_of(numbers), queries.best_summaries(numbers, links)
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
        tabs=[_tab(code, states) for code in digest.newsletter.locales],
    )


def _tab(locale: str, states: Mapping[int, Mapping[str, State]]) -> Tab:
    links = queries.own_chain(locale)
    serving = [next((said[link] for link in links if link in said), None) for said in states.values()]
    return Tab(
        locale=locale,
        lang=locales.bcp47(locale),
        name=locales.native_name(locale),
        missing=serving.count(None),
        unchecked=sum(state is not None and not state.is_checked for state in serving),
    )
