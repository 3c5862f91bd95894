"""System checks: what would hurt an operator later, said at the start with a hint."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured


@register(Tags.security, deploy=True)
def secrets_are_shared(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Secrets that were made on one machine are not known to the others."""
    unset = [name for name in ("SECRET_KEY", "LINK_KEYS", "SUPPRESSION_KEY") if not os.environ.get(name)]
    if not unset:
        return []
    text = f"{', '.join(unset)}: not in the environment, so made once and kept in {settings.VAR_DIR / 'keys'}."
    hint = (
        "Set them on every machine to the same values (.env.example shows how), and keep a copy: links in mails "
        "that have left depend on LINK_KEYS, and the suppression list on SUPPRESSION_KEY."
    )
    if settings.DATABASE_URL.startswith("sqlite"):
        return [Warning(text, hint=hint, id="paperboy.W001")]
    return [Error(text, hint=hint, id="paperboy.E001")]


@register(deploy=True)
def site_is_public(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Links in mails lead to SITE_URL."""
    if settings.SITE_IS_SECURE and settings.SITE_HOST not in {"127.0.0.1", "localhost"}:
        return []
    return [
        Warning(
            f"SITE_URL is {settings.SITE_URL}: readers cannot open the links in their mails.",
            hint="Set SITE_URL to the public address, with https.",
            id="paperboy.W002",
        )
    ]


@register(deploy=True)
def mails_leave(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without a provider mails are files."""
    if not settings.POSTBOX_URL.startswith("file:"):
        return []
    return [
        Warning(
            "POSTBOX_URL is a folder: mails are written to files and reach nobody.",
            hint="Set POSTBOX_URL, for example to smtp+tls://user:password@smtp.example.org:587.",
            id="paperboy.W003",
        )
    ]


@register(deploy=True)
def readers_have_somebody_to_ask(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The privacy page names whom readers ask about their data: in most countries it has to."""
    if settings.PRIVACY_CONTACT:
        return []
    return [
        Warning(
            "PRIVACY_CONTACT is not set: /privacy/ names nobody whom readers could ask about their data.",
            hint="Set PRIVACY_CONTACT to an address, such as privacy@papers.example.org, or to the address of a page.",
            id="paperboy.W006",
        )
    ]


@register()
def mails_can_leave(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A mistake in POSTBOX_URL shows when a process starts, and not when the first mail is due."""
    from newsletter.postbox.doors import open_postbox  # its models are ready by now

    try:
        with open_postbox(settings.POSTBOX_URL):
            return []
    except ImproperlyConfigured as problem:
        return [Error(str(problem), hint=".env.example shows how it looks.", id="paperboy.E003")]


@register()
def words_can_be_looked_up(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The archive is searched by FTS5, which some builds of SQLite leave out: migrating would stop half-way."""
    if not settings.DATABASE_URL.startswith("sqlite") or _has_fts5():
        return []
    return [
        Error(
            "The SQLite of this Python has no FTS5, by which the archive is searched.",
            hint="Take a Python of Debian, Ubuntu, Homebrew or python.org, or PostgreSQL by DATABASE_URL.",
            id="paperboy.E004",
        )
    ]


def _has_fts5() -> bool:
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.execute("CREATE VIRTUAL TABLE search USING fts5(terms)")
        except sqlite3.OperationalError:
            return False
    return True


@register()
def demo_is_local(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The demo shows every mail to everybody."""
    if settings.DEMO and settings.SITE_HOST not in {"127.0.0.1", "localhost"}:
        return [
            Error(
                "DEMO=1 shows all mails at /inbox/ to everybody, and SITE_URL is public.",
                hint="Unset DEMO.",
                id="paperboy.E002",
            )
        ]
    return []
