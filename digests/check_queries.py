"""What is asked of the summaries' checks: the findings that are open, and the summaries that are missing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from digests.composing import in_order
from digests.models import Digest, Entry, Finding, Newsletter, Summary


@dataclass(frozen=True, slots=True)
class Missing:
    """A paper of a digest that has no summary in a language on offer."""

    paper: int
    title: str
    locale: str


def open_findings(digest: Digest) -> list[Finding]:
    """What the checks found in summaries of the digest's included papers and nobody has accepted, in two queries.

    In the order of the papers, each with its summary and paper. Of the newsletter's languages alone; what another
    newsletter's glossary forbids is left out.
    """
    entries = entries_in_order(digest)
    ranks = {entry.paper_id: rank for rank, entry in enumerate(entries)}
    found = (
        Finding.objects.filter(
            summary__paper__in=list(ranks), summary__locale__in=serving(digest.newsletter), accepted_at__isnull=True
        )
        .select_related("summary__paper")
        .order_by("bullet", "pk")
    )
    own = [finding for finding in found if concerns(finding, digest.newsletter)]
    return sorted(own, key=lambda finding: (ranks[finding.summary.paper_id], finding.summary.locale))


def missing_summaries(digest: Digest) -> list[Missing]:
    """The included papers that have no summary in one of the newsletter's languages, in two queries.

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
    """The included entries as readers get them, each with the paper's title."""
    included = Entry.objects.filter(digest=digest, included=True).select_related("paper")
    return in_order(included.only(*ENTRY, "paper__title"), ordering=digest.ordering)


def serving(newsletter: Newsletter) -> set[str]:
    """The languages in which a summary serves one of those on offer."""
    return {link for locale in newsletter.locales for link in own_chain(locale)}


def own_chain(locale: str) -> list[str]:
    """The language with and without its region: pt-br, pt."""
    parts = locale.split("-")
    return ["-".join(parts[:end]) for end in range(len(parts), 0, -1)]


def concerns(finding: Finding, newsletter: Newsletter) -> bool:
    """Whether it is the newsletter's matter: a glossary is one newsletter's own."""
    return bool(finding.detail.get("newsletter", newsletter.pk) == newsletter.pk)


def open_in(papers: Iterable[int], locale: str) -> QuerySet[Finding]:
    """What is open in one language of these papers."""
    return Finding.objects.filter(summary__paper__in=list(papers), summary__locale=locale, accepted_at__isnull=True)


ENTRY = [field.attname for field in Entry._meta.concrete_fields if field.name != "listing"]  # which may be long
