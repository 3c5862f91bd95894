"""Learning what is far, for pre-flight to know: links, DNS, the size of mails, readers by the million.

Somebody asks for it on a page; a worker takes it up (the timetable comes by every few seconds), and what was learned
is kept. What answers well is not asked again within the hour.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from digests.models import Digest
from digests.sources.knocking import knock_at
from newsletter.desk.models import Known, Look
from newsletter.desk.preflight import queries
from newsletter.desk.preflight.case import (
    Case,
    domain_question,
    link_question,
    mails_question,
    mark_of,
    readers_question,
)
from newsletter.desk.preflight.gathering import case_of
from newsletter.desk.preflight.judging import judge
from newsletter.desk.preflight.links import is_well
from newsletter.desk.preflight.measuring import largest, measure
from newsletter.desk.preflight.records import records_of
from newsletter.desk.sampling import as_sent
from newsletter.postbox.queries import assigned_sender
from newsletter.staff.models import User

logger = logging.getLogger(__name__)

FRESH = timedelta(hours=1)
KEPT = timedelta(days=7)
SECONDS = 40.0  # for all links of a digest
LOST_AFTER = timedelta(minutes=5)  # a look takes two minutes at most, so its worker will not come back


def ask(digest: Digest, *, by: User, now: datetime) -> None:
    """Soon a worker looks at what is far. Asked twice, it looks once. Raises PermissionDenied."""
    if not by.has_perm("digests.change_digest", digest):
        raise PermissionDenied("having links looked at needs the role of an editor")
    Look.objects.update_or_create(digest=digest, defaults={"asked_at": now})


def ask_once(digest: Digest, *, since: datetime, now: datetime) -> None:
    """The same by itself, if nobody has asked since then."""
    if not Look.objects.filter(digest=digest, asked_at__gte=since).exists():
        Look.objects.update_or_create(digest=digest, defaults={"asked_at": now})


def take_up(*, now: datetime) -> int:
    """Looks that somebody asked for are done; how many. Another worker leaves those alone."""
    done = 0
    for waiting in queries.looks_to_begin(now=now, lost_after=LOST_AFTER):
        mine = Look.objects.filter(pk=waiting.pk, began_at=waiting.began_at)
        if waiting.began_at is None:
            mine = Look.objects.filter(pk=waiting.pk, began_at__isnull=True)
        if not mine.update(began_at=now):
            continue
        try:
            learn(waiting.digest, now=now)
        except Exception:  # one odd digest must not stop the others
            logger.exception("digest %s could not be looked at", waiting.digest_id)
        Look.objects.filter(pk=waiting.pk).update(done_at=now)
        done += 1
    return done


def learn(digest: Digest, *, now: datetime) -> None:
    """What is far is known from now on, as far as it answers within the limits. No transaction waits for it."""
    case = case_of(digest, now=now)
    _keep(readers_question(case), queries.readers_of(digest), now=now)
    _learn_domain(case)
    _learn_mails(case, digest)
    _learn_links(case)
    begun = {"asked_at": now, "began_at": now, "done_at": now}
    Look.objects.update_or_create(digest=digest, defaults={"done_at": now}, create_defaults=begun)


def forget(*, now: datetime) -> int:
    """What was learned a week ago is gone; how much."""
    return queries.known_before(now - KEPT).delete()[0]


def _learn_domain(case: Case) -> None:
    if case.sender is not None and case.sender.way != "file":
        question = domain_question(case.sender)
        sender = case.sender
        if not _is_fresh(case, question, lambda said: None not in said.values()):
            _keep(question, records_of(sender), now=case.now)


def _learn_mails(case: Case, digest: Digest) -> None:
    """Mails of this very content are measured once."""
    question = mails_question(case)
    if not case.content.entries or case.answer(question) is not None:
        return
    papers = len(case.content.entries)
    mails = dict(largest(case.content, case.locales))
    measured = {locale: asdict(measure(mail, papers=papers)) for locale, mail in mails.items()}
    sender = assigned_sender(digest.newsletter)
    written = {
        locale: as_sent(case.content, mail, locale=locale, sender=sender, now=case.now)
        for locale, mail in mails.items()
        if sender is not None
    }
    _keep(question, {"mails": measured, "spam": judge(written) if written else None}, now=case.now)


def _learn_links(case: Case) -> None:
    asked = [link.url for link in case.links if not _is_fresh(case, link_question(link.url), is_well)]
    for url, answer in knock_at(asked, seconds=SECONDS).items():
        _keep(link_question(url), asdict(answer), now=case.now)


def _is_fresh(case: Case, question: str, is_settled: Callable[[Mapping[str, Any]], bool]) -> bool:
    known = case.known.get(question)
    return known is not None and case.now - known.at < FRESH and is_settled(known.said)


@transaction.atomic
def _keep(question: str, said: object, *, now: datetime) -> None:
    Known.objects.update_or_create(mark=mark_of(question), defaults={"said": said, "at": now})
