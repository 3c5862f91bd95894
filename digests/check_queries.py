"""What is asked of the summaries' checks: the findings that are open, and the summaries that are missing."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from digests.composing import in_order, is_in
from digests.models import Digest, Entry, Finding, GlossaryTerm, Newsletter, Paper, Summary
from digests.queries import papers_told_by_newsletter, told_elsewhere

ENTRY = [field.attname for field in Entry._meta.concrete_fields if field.name != "listing"]  # which may be long


@dataclass(frozen=True, slots=True)
class Missing:
    """A paper of a digest that has no summary in a language on offer."""

    paper: int
    title: str
    locale: str


def open_findings(digest: Digest) -> list[Finding]:
    """What the checks found in summaries of the papers that go out and nobody has accepted, in four queries.

    In the order of the papers, each with its summary and paper. Of the newsletter's languages alone; what another
    newsletter's glossary forbids is left out.
    """
    entries = entries_in_order(digest)
    ranks = {entry.paper_id: rank for rank, entry in enumerate(entries)}
    summaries = _numbers(ranks, serving(digest.newsletter))
    rows = Finding.objects.filter(summary__in=summaries, accepted_at__isnull=True)
    found = rows.select_related("summary__paper").order_by("bullet", "pk")
    own = [finding for finding in found if concerns(finding, digest.newsletter)]
    return sorted(own, key=lambda finding: (ranks[finding.summary.paper_id], finding.summary.locale))


def _numbers(papers: Iterable[int], locales: Iterable[str]) -> list[int]:
    """The ids of summaries. Findings are asked for by them: joined to papers, PostgreSQL reads all there are."""
    found = Summary.objects.filter(paper__in=list(papers), locale__in=list(locales)).order_by()
    return list(found.values_list("pk", flat=True))


def missing_summaries(digest: Digest) -> list[Missing]:
    """The papers that go out and have no summary in one of the newsletter's languages, in three queries.

    Where a language has a region (pt-br), a summary in the language itself (pt) serves.
    """
    entries = entries_in_order(digest)
    told: dict[int, set[str]] = {entry.paper_id: set() for entry in entries}
    for paper, locale in Summary.objects.filter(paper__in=list(told)).values_list("paper", "locale"):
        told[paper].add(locale)
    return [
        Missing(paper=entry.paper_id, title=entry.paper.title, locale=locale)
        for entry in entries
        for locale in digest.newsletter.locales
        if told[entry.paper_id].isdisjoint(own_chain(locale))
    ]


def entries_in_order(digest: Digest) -> list[Entry]:
    """The entries that go out, as readers get them, each with the paper's title."""
    included = Entry.objects.filter(digest=digest, included=True).select_related("paper")
    entries = list(included.only(*ENTRY, "paper__title"))
    told = told_elsewhere(digest, [entry.paper_id for entry in entries])
    return in_order([entry for entry in entries if is_in(entry, told)], ordering=digest.ordering)


def papers_of_drafts(drafts: Collection[Digest]) -> dict[int, list[int]]:
    """The papers that each draft goes out with, as it stands, by the draft's id: their ids as readers get them."""
    entries: dict[int, list[Entry]] = {digest.pk: [] for digest in drafts}
    for entry in Entry.objects.filter(digest__in=list(entries), included=True).only(*ENTRY):
        entries[entry.digest_id].append(entry)
    papers = {entry.paper_id for of_one in entries.values() for entry in of_one if not entry.again}
    told = papers_told_by_newsletter({digest.newsletter_id for digest in drafts}, papers)
    found = {}
    for digest in drafts:
        old = told.get(digest.newsletter_id, set()) if digest.kind == Digest.Kind.DAILY else set()
        own = [entry for entry in entries[digest.pk] if is_in(entry, old)]
        found[digest.pk] = [entry.paper_id for entry in in_order(own, ordering=digest.ordering)]
    return found


@dataclass(frozen=True, slots=True)
class State:
    """How far a summary is: whether somebody has checked it, and the details of the errors that nobody has accepted."""

    is_checked: bool
    errors: list[dict[str, Any]]


def states_of(papers: Collection[int]) -> dict[int, dict[str, State]]:
    """For each paper the languages that it has a summary in, each with how far that is."""
    found: dict[int, dict[str, State]] = {paper: {} for paper in papers}
    by_number: dict[int, State] = {}
    rows = Summary.objects.filter(paper__in=papers).order_by()
    for number, paper, locale, checked_at in rows.values_list("pk", "paper", "locale", "checked_at"):
        by_number[number] = found[paper][locale] = State(checked_at is not None, [])
    findings = Finding.objects.filter(summary__in=by_number, level=Finding.Level.ERROR, accepted_at__isnull=True)
    for number, detail in findings.order_by().values_list("summary", "detail"):
        by_number[number].errors.append(detail)
    return found


def best_summaries(papers: Collection[int], links: Sequence[str]) -> dict[int, Summary]:
    """For each paper that has one the summary in the first of these languages that it is told in."""
    rows = Summary.objects.filter(paper__in=papers, locale__in=links)
    found = sorted(rows, key=lambda summary: links.index(summary.locale), reverse=True)
    return {summary.paper_id: summary for summary in found}


def open_levels(summaries: Iterable[Summary], newsletter: Newsletter) -> dict[int, Counter[str]]:
    """How many findings of each level are open in each summary that concern the newsletter, by the summary's id."""
    found = {summary.pk: Counter[str]() for summary in summaries}
    rows = Finding.objects.filter(summary__in=list(found), accepted_at__isnull=True).order_by()
    for number, level, detail in rows.values_list("summary", "level", "detail"):
        found[number][level] += is_about(detail, newsletter)
    return found


def told_in(digest: Digest, locale: str, numbers: Collection[int]) -> list[Summary]:
    """Those of these summaries that readers of the digest get in this language, with their papers.

    Nobody else checks or writes them until the transaction ends.
    """
    papers = [entry.paper_id for entry in entries_in_order(digest)]
    rows = Summary.objects.filter(pk__in=numbers, paper__in=papers, locale__in=own_chain(locale))
    hold_papers(set(rows.values_list("paper", flat=True)))
    return list(rows.select_related("paper").order_by("pk"))


def unchecked_among(numbers: Collection[int]) -> int:
    """How many of these summaries nobody has checked."""
    return Summary.objects.filter(pk__in=numbers, checked_at__isnull=True).count()


def abstracts_of(papers: Collection[int]) -> dict[int, str]:
    return dict(Paper.objects.filter(pk__in=papers).values_list("pk", "abstract"))


def serving(newsletter: Newsletter) -> set[str]:
    """The languages in which a summary serves one of those on offer."""
    return {link for locale in newsletter.locales for link in own_chain(locale)}


def own_chain(locale: str) -> list[str]:
    """The language with and without its region: pt-br, pt."""
    parts = locale.split("-")
    return ["-".join(parts[:end]) for end in range(len(parts), 0, -1)]


def concerns(finding: Finding, newsletter: Newsletter) -> bool:
    """Whether it is the newsletter's matter: a glossary is one newsletter's own."""
    return is_about(finding.detail, newsletter)


def papers_with_something_open(papers: Collection[int], locale: str, newsletter: Newsletter) -> set[int]:
    """Those of the papers in whose summary in this language something is open that concerns the newsletter."""
    rows = Finding.objects.filter(summary__in=_numbers(papers, [locale]), accepted_at__isnull=True)
    found = rows.values_list("summary__paper", "detail").order_by()
    return {paper for paper, detail in found if is_about(detail, newsletter)}


def is_about(detail: Mapping[str, Any], newsletter: Newsletter) -> bool:
    """The same of a finding's detail."""
    return bool(detail.get("newsletter", newsletter.pk) == newsletter.pk)


def hold_papers(papers: Collection[int]) -> None:
    """Nobody else checks or writes these papers' summaries until the transaction ends: whoever does, holds first."""
    held = Paper.objects.select_for_update(no_key=True).filter(pk__in=papers).order_by("pk")
    list(held.values_list("pk", flat=True))


def summaries_of(papers: Collection[int], locales: Collection[str] | None) -> list[Summary]:
    """The summaries in these languages, or in all, with their papers."""
    rows = Summary.objects.filter(paper__in=papers).select_related("paper")
    return list((rows if locales is None else rows.filter(locale__in=locales)).order_by("pk"))


def texts_of(papers: Collection[int]) -> dict[int, dict[str, str]]:
    """What is said of each paper, by its language."""
    texts: dict[int, dict[str, str]] = {paper: {} for paper in papers}
    for paper, locale, text in Summary.objects.filter(paper__in=papers).values_list("paper", "locale", "text"):
        texts[paper][locale] = text
    return texts


def newsletters_by_paper(papers: Collection[int]) -> dict[int, set[int]]:
    """The ids of the newsletters that have each paper in a digest."""
    owners: dict[int, set[int]] = {paper: set() for paper in papers}
    rows = Entry.objects.filter(paper__in=papers).values_list("paper", "digest__newsletter").distinct()
    for paper, newsletter in rows:
        owners[paper].add(newsletter)
    return owners


def glossary_of(newsletters: Collection[int]) -> list[GlossaryTerm]:
    return list(GlossaryTerm.objects.filter(newsletter__in=newsletters).order_by("pk"))


def findings_of(summaries: Collection[Summary]) -> list[Finding]:
    """All of these summaries, the accepted ones too."""
    return list(Finding.objects.filter(summary__in=[summary.pk for summary in summaries]).order_by("pk"))


def papers_of(digest: Digest) -> set[int]:
    return set(Entry.objects.filter(digest=digest).values_list("paper", flat=True))


def papers_of_newsletter(newsletter: Newsletter) -> set[int]:
    """Of all its digests, the papers that somebody has said something of."""
    told = Summary.objects.filter(paper__entries__digest__newsletter=newsletter)
    return set(told.values_list("paper", flat=True))


def recent_papers(newsletter: Newsletter) -> set[int]:
    """The papers of the newsletter's drafts: of the 14 newest, for what is older goes out no more."""
    drafts = Digest.objects.filter(newsletter=newsletter, status=Digest.Status.DRAFT).order_by("-day")[:14]
    return set(
        Entry.objects.filter(digest__in=list(drafts.values_list("pk", flat=True))).values_list("paper", flat=True)
    )


def paper_by_id(number: int) -> Paper | None:
    return Paper.objects.filter(pk=number).first()


def told_of(paper: Paper) -> dict[str, Summary]:
    """The paper's summaries by language, with who checked them."""
    rows = paper.summaries.select_related("checked_by").order_by("locale")
    return {summary.locale: summary for summary in rows}


def all_findings(paper: Paper) -> list[Finding]:
    """All of the paper's summaries, with who accepted them."""
    return list(Finding.objects.filter(summary__paper=paper).select_related("accepted_by", "summary").order_by("pk"))


def finding_in(number: int, paper: Paper, locale: str) -> Finding | None:
    rows = Finding.objects.select_related("summary__paper")
    return rows.filter(pk=number, summary__paper=paper, summary__locale=locale).first()


def digests_with(paper: Paper) -> list[Digest]:
    """The digests that have the paper, the newest day first: a paper is in a few."""
    return list(Digest.objects.filter(entries__paper=paper).select_related("newsletter").order_by("-day", "-pk")[:20])
