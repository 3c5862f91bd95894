"""Ways from a digest's page to its neighbours in the admin."""

from functools import lru_cache

from django.urls import NoReverseMatch, reverse

SOME = 10**9  # a number that stands for a paper's id in an address, until the id is known


def summary(paper: int, locale: str) -> str:
    """Where the paper's summary in this language is worked on."""
    return _summary(locale).replace(str(SOME), str(paper))


@lru_cache
def _summary(locale: str) -> str:
    """Asked for 600 times a page, so each address is looked up once."""
    try:
        return reverse("admin:summary_desk", args=[SOME, locale])
    except NoReverseMatch:  # the paper's own page has its summaries too
        return reverse("admin:digests_paper_change", args=[SOME])
