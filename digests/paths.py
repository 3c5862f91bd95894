"""Addresses of the public pages, without their host: they stand in mails and search engines for ever. Pure."""

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse


def archive(newsletter: str, locale: str = "") -> str:
    """The newsletter's front page; in one language where `locale` says so, else in the visitor's own."""
    return reverse("archive", args=[newsletter]) + (f"?{urlencode({'lang': locale})}" if locale else "")


def join(newsletter: str, locale: str = "") -> str:
    """The sign-up page, which belongs to another room: its address is older than its name."""
    return f"/join/{newsletter}/" + (f"?{urlencode({'lang': locale})}" if locale else "")


def month(newsletter: str, day: date, locale: str) -> str:
    return reverse("month", args=[newsletter, f"{day:%Y-%m}", locale])


def day(newsletter: str, name: str, locale: str) -> str:
    """A digest's page. `name` is its date as YYYY-MM-DD, with what tells it from the daily one."""
    return reverse("day", args=[newsletter, name, locale])


def paper_name(number: int, key: str) -> str:
    """How a paper is called in addresses: by its number on arXiv, else by ours: 2404.03592, p17."""
    kind, _colon, name = key.partition(":")
    return name if kind == "arxiv" and "/" not in name else f"p{number}"


def paper(newsletter: str, name: str, locale: str) -> str:
    return reverse("paper", args=[newsletter, name, locale])


def topic(newsletter: str, slug: str, locale: str, page: int = 1) -> str:
    """The papers of a topic; the newest are on the first page, which has no number."""
    return reverse("topic", args=[newsletter, slug, locale]) + (f"?{urlencode({'page': page})}" if page > 1 else "")


def feed(newsletter: str, locale: str, topic: str = "") -> str:
    """The newest digests in a language; with a topic, its newest papers."""
    return reverse("topic_feed" if topic else "feed", args=[newsletter, locale, *([topic] if topic else [])])


def search(newsletter: str) -> str:
    return reverse("search", args=[newsletter])
