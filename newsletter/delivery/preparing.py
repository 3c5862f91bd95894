"""From what a reader asked for to the edition of a digest, and to its wording; each made once per process."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from weakref import WeakValueDictionary

from django.conf import settings
from django.db import transaction

from digests import editions
from digests.content import Content
from digests.models import Revision
from digests.rendering import render
from digests.selection import EditionKey, Wishes, deserves
from newsletter.delivery.ledger import keep_editions
from newsletter.delivery.queries import topic_slugs
from newsletter.postbox.headers import digest_headers
from newsletter.postbox.message import Wording
from newsletter.postbox.models import Sender
from newsletter.subscribers.audience import wishes_from

# Rows of one edition lie beside each other in the ledger (readers.IN_ORDER): few are in use at a time. On a day of 68
# papers these are 20 MB and 12 MB, and a worker stays at 210 MB, with nine languages too.
PREPARED_KEPT = 4_000  # of up to 5 kB each
WORDINGS_KEPT = 2_000  # of up to 6 kB each: their pieces are shared
TOPICS_KEPT = 32  # of some newsletters, as they are and as they were


@dataclass(frozen=True, slots=True, eq=False)
class Approved:
    """A revision and its content. Equal where it is the same revision, read by the same process."""

    revision: Revision
    content: Content

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Approved) and other.content is self.content

    def __hash__(self) -> int:
        return hash(self.revision.pk)


@dataclass(frozen=True, slots=True, eq=False)
class Topics:
    """The slugs of a newsletter's topics by their ids: one object as long as they are the same."""

    slugs: Mapping[int, str]


@dataclass(eq=False, slots=True, weakref_slot=True)
class Prepared:
    """An edition: one object for all of its readers in this process. `number` is its id, once that is committed."""

    approved: Approved
    key: EditionKey
    number: int | None = field(default=None)


_by_key: WeakValueDictionary[tuple[Approved, EditionKey], Prepared] = WeakValueDictionary()


def topics_of(newsletter_id: int) -> Topics:
    """The newsletter's topics as they are now. What was prepared for others (new, renamed, deleted) is not taken up."""
    return _topics(tuple(topic_slugs(newsletter_id)))


@lru_cache(maxsize=TOPICS_KEPT)
def _topics(slugs: tuple[tuple[int, str], ...]) -> Topics:
    return Topics(dict(slugs))


@lru_cache(maxsize=PREPARED_KEPT)
def prepare(approved: Approved, wishes: str, topics: Topics) -> Prepared | None:
    """The edition for these wishes (JSON as ledger.Due has it); None where there is nothing to send."""
    key = deserves(approved.content, wishes_in(wishes, topics))
    if key is None:
        return None
    found = _by_key.get((approved, key))
    if found is None:
        found = _by_key[approved, key] = Prepared(approved, key)
    return found


def wishes_in(text: str, topics: Topics) -> Wishes:
    """What the JSON of ledger.Due says, the same as audience.wishes says of the reader."""
    *values, chosen = json.loads(text)
    return wishes_from(values, topics=chosen or (), slugs=topics.slugs)


def numbers_of(prepared: Iterable[Prepared]) -> dict[Prepared, int]:
    """The ids of these editions, made where they are missing. Remembered when the transaction has held."""
    wanted = set(prepared)
    kept = keep_editions({one.number for one in wanted if one.number is not None})
    numbers = {one: one.number for one in wanted if one.number in kept}
    by_revision: dict[Revision, list[Prepared]] = {}
    for one in wanted - numbers.keys():
        by_revision.setdefault(one.approved.revision, []).append(one)
    for revision in sorted(by_revision, key=attrgetter("pk")):  # two claims that make the same ones do not cross
        missing = by_revision[revision]
        found = editions.editions_for(revision, [one.key for one in missing])
        numbers |= {one: found[one.key] for one in missing}  # a correction has the keys of its revision
    transaction.on_commit(lambda: _remember(numbers))
    return numbers


@lru_cache(maxsize=WORDINGS_KEPT)
def wording(prepared: Prepared, name: str, address: str, reply_to: str) -> Wording:
    """What all mails of an edition have in common, when they leave under that name and address."""
    content, key = prepared.approved.content, prepared.key
    rendered = render(content, key, site_url=settings.SITE_URL)
    return Wording(
        sender_name=name,
        sender_address=address,
        reply_to=reply_to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        headers=digest_headers(
            newsletter_slug=content.newsletter,
            newsletter_name=content.name,
            day=content.day,
            site_host=settings.SITE_HOST,
            locale=key.locale,
        ),
    )


def wording_of(prepared: Prepared, sender: Sender) -> Wording:
    return wording(prepared, sender.name, sender.address, sender.reply_to)


def forget() -> None:
    """Nothing that was made before is remembered."""
    editions.forget()
    prepare.cache_clear()
    wording.cache_clear()
    _by_key.clear()


def _remember(numbers: dict[Prepared, int]) -> None:
    for prepared, number in numbers.items():
        prepared.number = number
