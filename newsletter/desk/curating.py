"""Curating: an editor's changes to a digest, all of them or none, and never over those of another."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from digests.admin.words import WORDS
from digests.columns import shorten
from digests.composing import in_order
from digests.locales import clock, comma
from digests.models import Digest
from newsletter.desk import queries
from newsletter.staff.acting import record
from newsletter.staff.models import Act, User

VERB = "curate"
MOST = 20  # acts that somebody is told of
TITLE = 60  # columns
NAMED = 3  # titles in one sentence


class Changed(ValueError):
    """The digest is not as the editor has seen it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody has done to a digest, in words."""

    who: str
    at: str
    what: list[str]


@transaction.atomic
def curate(digest: Digest, *, seen: int, by: User, change: Callable[[], object]) -> bool:
    """`change` is done and in the log, if nobody has changed the digest since the version that was seen.

    Whether it changed anything. Raises PermissionDenied, or Changed, and nothing is done.
    """
    if not by.has_perm("digests.change_digest", digest):
        raise PermissionDenied("curating needs the role of an editor")
    if queries.held(digest).version != seen:
        raise Changed(digest.pk)
    before = standing(digest)
    change()
    after = standing(digest)
    differing = [name for name in after if before[name] != after[name]]
    if not differing:
        return False
    if not Digest.objects.filter(pk=digest.pk, version=seen).update(version=seen + 1):
        raise Changed(digest.pk)
    digest.version = seen + 1
    record(
        VERB,
        digest,
        by=by,
        before={name: before[name] for name in differing},
        after={name: after[name] for name in differing} | {"version": digest.version},
    )
    return True


def standing(digest: Digest) -> dict[str, Any]:
    """What an editor decides about a digest, as the log keeps it: papers by their keys, words by language."""
    digest = queries.to_compare(digest.pk)
    entries = in_order(digest.entries.all(), ordering=digest.ordering)
    return {
        "ordering": digest.ordering,
        "order": [entry.paper.key for entry in entries],
        "out": sorted(entry.paper.key for entry in entries if not entry.included),
        "pinned": sorted(entry.paper.key for entry in entries if entry.pinned),
        "again": sorted(entry.paper.key for entry in entries if entry.again),
        "words": {text.locale: {name: getattr(text, name) for name in WORDS} for text in digest.texts.all()},
    }


def since(digest: Digest, seen: int) -> list[Change]:
    """What has been done to the digest since that version, the last first. Nothing is known of old versions."""
    acts = [act for act in queries.acts_of(digest, VERB, most=MOST) if act.after.get("version", 0) > seen]
    titles = queries.titles_of(digest) if acts else {}
    return [_change(act, titles, digest) for act in acts]


def _change(act: Act, titles: dict[str, str], digest: Digest) -> Change:
    return Change(
        who=act.username or _("the timetable"),
        at=_at(act.at, digest),
        what=list(_differences(act.before, act.after, titles)),
    )


def _at(moment: datetime, digest: Digest) -> str:
    return clock(moment, ZoneInfo(digest.newsletter.time_zone), get_language() or "en")


def _differences(before: dict[str, Any], after: dict[str, Any], titles: dict[str, str]) -> Iterator[str]:
    added = set(after.get("order", [])) - set(before.get("order", []))
    if added:
        yield _("Added: %(titles)s") % {"titles": _named(added, titles)}
    if before.get("order") != [key for key in after.get("order", []) if key not in added] and "order" in after:
        yield _("The order")
    words = {
        "out": (_("Left out: %(titles)s"), _("In again: %(titles)s")),
        "pinned": (_("Pinned: %(titles)s"), _("Not pinned any more: %(titles)s")),
        "again": (_("Sent again: %(titles)s"), _("Not sent again: %(titles)s")),
    }
    for name, (more, less) in words.items():
        had, has = set(before.get(name, [])), set(after.get(name, []))
        if has - had:
            yield more % {"titles": _named(has - had, titles)}
        if had - has:
            yield less % {"titles": _named(had - has, titles)}
    had_words, has_words = before.get("words", {}), after.get("words", {})
    if locales := sorted(locale for locale in has_words if has_words[locale] != had_words.get(locale)):
        yield _("Words: %(languages)s") % {"languages": comma(get_language() or "en").join(locales)}


def _named(keys: Iterable[str], titles: dict[str, str]) -> str:
    """The first titles, and how many more there are."""
    known = sorted(shorten(titles.get(key, key), TITLE) for key in keys)
    said = comma(get_language() or "en").join(f"“{title}”" for title in known[:NAMED])
    more = len(known) - NAMED
    if more <= 0:
        return said
    words = ngettext("%(titles)s and %(count)s more", "%(titles)s and %(count)s more", more)
    return words % {"titles": said, "count": more}
