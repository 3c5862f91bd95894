"""Checking: what digests.faithfulness finds in summaries becomes Finding rows, and what is found no more goes."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import transaction

from digests import faithfulness
from digests.check_queries import (
    findings_of,
    glossary_of,
    hold_papers,
    newsletters_by_paper,
    papers_of,
    recent_papers,
    summaries_of,
    texts_of,
)
from digests.faithfulness import Found, Subject, Term
from digests.models import Digest, Finding, GlossaryTerm, Newsletter, Paper, Summary

AT_ONCE = 200  # papers: their texts in nine languages are some megabytes


def check_digest(digest: Digest) -> int:
    """As `check`, for all papers of the digest."""
    return check(papers_of(digest))


def check_recent(newsletter: Newsletter, locale: str) -> int:
    """As `check`, for the papers of drafts: what a glossary asks for is asked of what is still to go out."""
    return check(recent_papers(newsletter), locales={locale})


def check(papers: Iterable[int], *, locales: Collection[str] | None = None) -> int:
    """The papers' summaries have the findings that the checks make now, in seven queries for 200 papers; how many.

    What somebody has accepted stays accepted as long as its mark is the same: kind, the bullet's words, detail.
    The authors' own abstract is not checked. Runs as often as you like.
    """
    wanted, found = sorted(set(papers)), 0
    for start in range(0, len(wanted), AT_ONCE):
        found += _check(wanted[start : start + AT_ONCE], locales=locales)
    return found


@transaction.atomic
def _check(papers: list[int], *, locales: Collection[str] | None) -> int:
    hold_papers(papers)  # of two that check a summary, the later one knows its last text
    summaries = summaries_of(papers, locales)
    if not summaries:
        return 0
    texts = texts_of(papers)
    owners = newsletters_by_paper(papers)
    glossary = _glossary({number for numbers in owners.values() for number in numbers})
    rows: dict[tuple[int, str], Finding] = {}
    for summary in summaries:
        terms = [term for owner in sorted(owners[summary.paper_id]) for term in glossary[owner, summary.locale]]
        subject = _subject(summary, texts[summary.paper_id], terms)
        for found in faithfulness.check(subject) if summary.origin != Summary.Origin.ORIGINAL else ():
            row = _row(summary, found, subject)
            rows.setdefault((summary.pk, row.mark), row)
    found_now = len(rows)
    _store(rows, findings_of(summaries))
    return found_now


def _store(rows: dict[tuple[int, str], Finding], known: list[Finding]) -> None:
    gone = [finding.pk for finding in known if (finding.summary_id, finding.mark) not in rows]
    if gone:
        Finding.objects.filter(pk__in=gone).delete()
    moved = []
    for finding in known:
        row = rows.pop((finding.summary_id, finding.mark), None)
        if row and (row.bullet, row.level) != (finding.bullet, finding.level):
            finding.bullet, finding.level = row.bullet, row.level
            moved.append(finding)
    if moved:
        Finding.objects.bulk_update(moved, ["bullet", "level"])
    Finding.objects.bulk_create(rows.values(), ignore_conflicts=True)


def _subject(summary: Summary, texts: dict[str, str], terms: list[Term]) -> Subject:
    paper: Paper = summary.paper
    return Subject(
        locale=summary.locale,
        text=summary.text,
        title=paper.title,
        abstract=paper.abstract,
        others=tuple(text for locale, text in sorted(texts.items()) if locale != summary.locale),
        links=tuple(filter(None, (paper.url, paper.code_url, paper.project_url))),
        glossary=tuple(terms),
    )


def _row(summary: Summary, found: Found, subject: Subject) -> Finding:
    return Finding(
        summary=summary,
        kind=found.kind,
        level=found.level,
        bullet=found.bullet,
        detail=found.detail,
        mark=found.mark(subject),
    )


def _glossary(newsletters: set[int]) -> dict[tuple[int, str], list[Term]]:
    """The terms by newsletter and language."""
    terms: dict[tuple[int, str], list[Term]] = defaultdict(list)
    for row in glossary_of(newsletters):
        terms[row.newsletter_id, row.locale].append(_term(row))
    return terms


def _term(row: GlossaryTerm) -> Term:
    forbidden = tuple(str(rendering) for rendering in row.forbidden)
    return Term(newsletter=row.newsletter_id, term=row.term, wanted=row.wanted, forbidden=forbidden)
