"""The headers by which mail programs know what a mail is, and how to leave. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from digests.locales import bcp47


@lru_cache(maxsize=256)
def digest_headers(
    *, newsletter_slug: str, newsletter_name: str, day: date, site_host: str, locale: str
) -> Mapping[str, str]:
    """What the mails of an edition have in common: RFC 2919 (list), 3834 (made by a machine), Gmail's Feedback-ID."""
    return {
        "List-Id": _list_id(newsletter_slug, newsletter_name, site_host),
        "Feedback-ID": f"{day:%Y%m%d}:{newsletter_slug}:digest:{_sender_id(site_host)}",
        **_machine_made(locale),
    }


def reader_headers(
    *, delivery: int, newsletter_slug: str, day: date, site_host: str, leave_url: str, leave_mail: str = ""
) -> dict[str, str]:
    """What is one reader's own: the mail's id, and how to leave (RFC 2369 and 8058).

    `leave_mail` is an address that somebody reads for it: the second choice, behind the page that takes one click.
    """
    ways = f"<{leave_url}>, <mailto:{leave_mail}?subject=leave>" if leave_mail else f"<{leave_url}>"
    return {
        "Message-ID": f"<d{delivery}.{day.isoformat().replace('-', '')}.{newsletter_slug}@{site_host}>",
        "List-Unsubscribe": ways,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def letter_headers(*, letter: int, created_at: datetime, site_host: str, locale: str) -> dict[str, str]:
    """Headers of a service mail: it belongs to no list, so there is nothing to leave."""
    return {"Message-ID": f"<l{letter}.{created_at:%Y%m%d%H%M%S}@{site_host}>", **_machine_made(locale)}


def _machine_made(locale: str) -> dict[str, str]:
    return {"Auto-Submitted": "auto-generated", "Content-Language": bcp47(locale)}


def _list_id(slug: str, name: str, site_host: str) -> str:
    """`"Daily Papers" <daily-papers.papers.example.org>`; the name only where it is plain ASCII.

    Brevo sends other letters in headers as raw 8-bit text, which some servers refuse.
    """
    phrase = name.replace("\\", "").replace('"', "").strip()
    words = f'"{phrase}" ' if phrase and phrase.isascii() and phrase.isprintable() else ""
    return f"{words}<{slug}.{site_host}>"


def _sender_id(site_host: str) -> str:
    """Gmail's Feedback-ID ends with 5 to 15 characters that name the sender."""
    return site_host.replace(".", "-").replace(":", "-")[:15].ljust(5, "-")
