"""A digest read through in one language: every summary that goes out, and which of them nobody has checked yet."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from digests import check_queries as queries
from digests import locales, markup
from digests.check_queries import State
from digests.models import Digest, DigestText, Entry, Paper, Summary
from newsletter.staff.models import User


@dataclass(frozen=True, slots=True)
class Told:
    """A paper with its summary, if it has one. `errors` were found by the checks, and nobody has accepted them.

    `waits`: the user can say here that it is right, for nobody has yet, and no error speaks against it.
    """

    paper: Paper
    abstract: SafeString
    summary: Summary | None
    html: SafeString
    errors: int
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
    abstracts = queries.abstracts_of(numbers)
    may = {link: by.has_perm("digests.change_summary", DigestText(digest=digest, locale=link)) for link in links}

    def told(entry: Entry) -> Told:
        summary = summaries.get(entry.paper_id)
        errors = _errors(states[entry.paper_id][summary.locale], digest) if summary else 0
        return Told(
            paper=entry.paper,
            abstract=markup.html(abstracts[entry.paper_id], prose=True),
            summary=summary,
            html=markup.html(summary.text if summary else ""),
            errors=errors,
            waits=summary is not None and summary.checked_at is None and not errors and may[summary.locale],
        )

    return Reading(
        locale=locale,
        lang=locales.bcp47(locale),
        direction=locales.direction(locale),
        papers=[told(entry) for entry in entries],
        tabs=[_tab(code, states) for code in digest.newsletter.locales],
    )


def _errors(state: State, digest: Digest) -> int:
    return sum(queries.is_about(detail, digest.newsletter) for detail in state.errors)


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
