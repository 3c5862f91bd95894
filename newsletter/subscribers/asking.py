"""Asking: what a visitor typed is written down, the same for every address, and acted on by a worker in a moment.

A page that acted at once would take longer for an address that gets a letter than for one that gets none: whoever
has a clock would know who reads.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction

from digests.models import Newsletter
from newsletter.subscribers import disclosing, limits, membership, waiting
from newsletter.subscribers.membership import ConsentFacts
from newsletter.subscribers.models import Ask
from newsletter.subscribers.preferences import Preferences

logger = logging.getLogger(__name__)
KEPT = timedelta(days=7)
AGAIN = timedelta(minutes=10)  # after an answer that failed


def ask_to_join(
    newsletter: Newsletter, address: str, *, preferences: Preferences, consent: ConsentFacts, now: datetime
) -> None:
    """It is written down that the address, in normal form, wants the newsletter."""
    Ask.objects.create(
        kind=Ask.Kind.JOIN,
        newsletter=newsletter,
        address=address,
        preferences=preferences.as_json(),
        wording=consent.wording,
        page=consent.page,
        network=consent.network,
        locale=consent.locale,
        at=now,
        ready_at=now,
    )


def ask_for(kind: Ask.Kind, address: str, *, now: datetime) -> None:
    """It is written down that the address, in normal form, wants its link or its data."""
    Ask.objects.create(kind=kind, address=address, at=now, ready_at=now)


def answer(*, now: datetime, limit: int = 200) -> int:
    """Up to `limit` asks are acted on and gone; how many. One that fails is tried again, after all others."""
    return sum(_answer(number, now=now) for number in waiting.asks_to_answer(now, limit))


def forget(*, now: datetime) -> int:
    """What could not be answered for a week is gone; how many."""
    rows, _by_model = waiting.asks_before(now - KEPT).delete()
    return rows


def _answer(number: int, *, now: datetime) -> bool:
    try:
        return _acted(number)
    except Exception:  # one ask that cannot be answered must not stop the others
        logger.exception("ask %d could not be answered", number)
    waiting.asks_numbered(number).update(ready_at=now + AGAIN)
    return False


@transaction.atomic
def _acted(number: int) -> bool:
    ask = waiting.ask_locked(number)
    if ask is None:
        return False
    if limits.may_be_written_to(ask.address, now=ask.at):
        ACTS[Ask.Kind(ask.kind)](ask)
    ask.delete()
    return True


def _join(ask: Ask) -> None:
    newsletter = cast(Newsletter, ask.newsletter)  # by a constraint of the table
    consent = ConsentFacts(wording=ask.wording, page=ask.page, network=ask.network, locale=ask.locale)
    preferences = Preferences.read(ask.preferences)
    membership.join(newsletter, ask.address, preferences=preferences, consent=consent, now=ask.at)


def _send_link(ask: Ask) -> None:
    membership.send_link(ask.address, now=ask.at)


def _send_data_link(ask: Ask) -> None:
    disclosing.send_data_link(ask.address, now=ask.at)


# What happens at the moment that somebody asked at, as far as the reader's letters and proofs tell.
ACTS: Mapping[Ask.Kind, Callable[[Ask], None]] = {
    Ask.Kind.JOIN: _join,
    Ask.Kind.LINK: _send_link,
    Ask.Kind.DATA: _send_data_link,
}
