"""How digests stand: the stage of each, and how far a draft is in each language, in a few questions for all of them."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

from digests import check_queries
from digests.check_queries import State
from digests.models import Digest
from newsletter.delivery.models import Delivery
from newsletter.delivery.queries import statuses_of
from newsletter.desk.progress import last_morning
from newsletter.desk.stages import Stage, Summaries, stage_of

LEFT = {Delivery.Status.SENDING, Delivery.Status.SENT, Delivery.Status.UNCERTAIN, Delivery.Status.FAILED}
ON_ITS_WAY = {Delivery.Status.PLANNED, Delivery.Status.SENDING}


class Standing(NamedTuple):
    """The stage, and how each language on offer is, for a draft alone: what is approved does not change."""

    stage: Stage
    languages: tuple[Summaries, ...] = ()


def standings_of(digests: Collection[Digest], *, now: datetime, since: date = date.min) -> dict[int, Standing]:
    """How each digest stands, by its id; they come with their newsletter.

    Of drafts of days before `since` it is said that they came in, and no more: a month of them has 1,400 papers.
    """
    statuses = statuses_of(digests)
    languages = _languages([one for one in digests if one.status == Digest.Status.DRAFT and one.day >= since])
    found = {}
    for digest in digests:
        said, rows = languages.get(digest.pk, ()), statuses[digest.pk]
        has_left = not rows.isdisjoint(LEFT)
        stage = stage_of(
            digest.status,
            said,
            was_approved=digest.approved_at is not None,
            has_left=has_left,
            is_waiting=has_left and (not rows.isdisjoint(ON_ITS_WAY) or _is_to_come(digest, now=now)),
        )
        found[digest.pk] = Standing(stage, said)
    return found


def _is_to_come(digest: Digest, *, now: datetime) -> bool:
    """Whether readers of later mornings are to get it: they have no row yet, for rows are made half an hour ahead."""
    morning = last_morning(digest) if digest.status == Digest.Status.APPROVED else None
    return morning is not None and morning > now


def _languages(drafts: Collection[Digest]) -> dict[int, tuple[Summaries, ...]]:
    papers = check_queries.papers_of_drafts(drafts)
    states = check_queries.states_of({paper for of_one in papers.values() for paper in of_one})
    return {digest.pk: tuple(summaries_in(digest, papers[digest.pk], states)) for digest in drafts}


def summaries_in(digest: Digest, papers: list[int], states: Mapping[int, Mapping[str, State]]) -> Iterator[Summaries]:
    """How far the digest is in each language on offer. `papers` go out with it, `states` are their summaries'."""
    for locale in digest.newsletter.locales:
        chain = check_queries.own_chain(locale)
        said = {paper: next((states[paper][link] for link in chain if link in states[paper]), None) for paper in papers}
        errors = {paper: _errors_in(state, digest) for paper, state in said.items() if state}
        missing = [paper for paper, state in said.items() if state is None]
        unchecked = {paper for paper, state in said.items() if state and not state.is_checked}
        to_do = [*missing, *(paper for paper in papers if errors.get(paper) or paper in unchecked)]
        yield Summaries(
            locale=locale,
            papers=len(papers),
            done=len(papers) - len(missing),
            checked=len(papers) - len(missing) - len(unchecked),
            findings=sum(errors.values()),
            paper=to_do[0] if to_do else None,
        )


def _errors_in(state: State, digest: Digest) -> int:
    """How many are open that concern the digest's newsletter."""
    return sum(check_queries.is_about(detail, digest.newsletter) for detail in state.errors)
