"""The privacy page says what is so, because it is made from it."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from newsletter.environment import bounce_mailbox
from newsletter.privacy import queries
from newsletter.privacy.carriers import carrier
from newsletter.privacy.facts import Known, facts, others
from tests.factories import make_sender
from tests.subscribers.pages import browser

KNOWN = Known(
    unconfirmed=timedelta(days=7),
    left=timedelta(days=90),
    letters=timedelta(days=7),
    moves=timedelta(days=7),
    payloads=timedelta(days=7),
    asks=timedelta(days=7),
    knocks=timedelta(days=2),
    lists=timedelta(days=7),
    invited=timedelta(days=30),
    ipv4_bits=24,
    ipv6_bits=48,
    reports=("delivered", "complained"),
    carriers=("Brevo",),
)
OTHER: dict[str, Any] = {
    **{name: timedelta(days=41) for name in ("unconfirmed", "left", "letters", "moves", "payloads", "asks", "knocks")},
    **dict.fromkeys(("lists", "invited"), timedelta(days=41)),
    "ipv4_bits": 41,
    "ipv6_bits": 41,
    "reports": ("41",),
    "carriers": ("41",),
    "bounces_to": "41",
    "asks_dns": True,
    "counts_links": True,
}


def said(known: Known) -> str:
    return " ".join([*map(str, facts(known, locale="en")), *others(known, locale="en")])


@pytest.mark.parametrize("name", [column.name for column in fields(Known)])
def test_whatever_is_set_otherwise_is_said_otherwise(name: str) -> None:
    changed = said(replace(KNOWN, **{name: OTHER[name]}))

    assert changed != said(KNOWN)
    assert isinstance(OTHER[name], bool) or "41" in changed


def test_one_day_is_said_as_one() -> None:
    assert "At most 1 day'" in said(replace(KNOWN, moves=timedelta(days=1)))


def test_numbers_are_written_as_the_language_does() -> None:
    thousands = replace(KNOWN, left=timedelta(days=1234))

    assert "1,234 days" in str(facts(thousands, locale="en"))
    assert "1.234 days" in str(facts(thousands, locale="de"))


@pytest.mark.django_db
def test_the_page_is_made_from_what_the_rooms_work_with(settings: Settings) -> None:
    settings.POSTBOX_URL = "smtp+tls://user:pass-word@smtp.example.org:587"
    settings.BOUNCE_MAILBOX = bounce_mailbox("imaps://bounces:pass-word@mail.example.org/INBOX")
    settings.PRIVACY_CONTACT = "privacy@example.org"
    make_sender()
    make_sender(postbox_url="anymail+brevo://:api-key@")

    page = browser().get("/privacy/").text

    for words in ("90 days", "7 days", "24", "48", "smtp.example.org, Brevo", "mail.example.org"):
        assert words in page
    assert 'href="mailto:privacy@example.org"' in page
    assert not any(secret in page for secret in ("pass-word", "api-key", "bounces", "user:"))


@pytest.mark.django_db
def test_without_a_sender_the_page_names_the_common_way(settings: Settings) -> None:
    settings.POSTBOX_URL = "smtps://user:secret@smtp.example.org"

    assert queries.known().carriers == ("smtp.example.org",)


@pytest.mark.django_db
def test_every_page_for_readers_leads_to_it() -> None:
    assert 'href="/privacy/"' in browser().get("/data/").text


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("smtp+tls://user:secret@smtp.example.org:587", "smtp.example.org"),
        ("anymail+brevo://:KEY@", "Brevo"),
        ("anymail+unisender-go://:KEY@", "Unisender Go"),
        ("smtp://localhost", "a mail server of our own"),
        ("smtp://10.1.2.3:25", "a mail server of our own"),
        ("smtp://relay.internal", "a mail server of our own"),
        ("file:///var/mail/out", ""),
        ("smtp://[::1", "a mail server"),
    ],
)
def test_who_carries_the_mails_is_named_without_secrets(url: str, name: str) -> None:
    assert carrier(url) == name
