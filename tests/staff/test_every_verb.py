"""Every verb, called directly: it asks by itself whether who acts may, and the log says what it has done."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

import newsletter as product
from digests.models import DayOff, Finding, Newsletter
from digests.selection import Wishes
from newsletter.delivery import settling
from newsletter.delivery.models import Delivery
from newsletter.delivery.settling import Settled
from newsletter.desk import approving, curating, scheduling, summaries, testing
from newsletter.desk.preflight import learning, overruling
from newsletter.desk.preflight.report import Report
from newsletter.postbox import senders
from newsletter.postbox.models import Sender
from newsletter.privacy import forgetting
from newsletter.staff import giving, verifying
from newsletter.staff.models import Act, Role, User
from newsletter.subscribers import entering, exporting
from newsletter.subscribers.importing import starting
from newsletter.subscribers.models import ReaderImport, Subscriber
from newsletter.subscribers.preferences import Preferences
from tests.factories import MORNING, make_user
from tests.staff import doors
from tests.staff.pages import draft_of, member, summary_of

pytestmark = pytest.mark.django_db
Verb = Callable[[Newsletter, User], object]
KINDS = Role.Kind.values


def sender_of(newsletter: Newsletter) -> Sender:
    sender: Sender = newsletter.sender_assignment.sender
    return sender


def finding_of(newsletter: Newsletter) -> Finding:
    return summary_of(newsletter, "ko").findings.get()


def reader_of(newsletter: Newsletter) -> Subscriber:
    return Subscriber.objects.filter(subscriptions__newsletter=newsletter)[0]


def import_of(newsletter: Newsletter) -> ReaderImport:
    return ReaderImport.objects.get(newsletter=newsletter)


def targets_role(newsletter: Newsletter) -> Role:
    return Role.objects.get(user__username=f"target-of-{newsletter.slug}")


def settles(verb: Callable[..., Settled]) -> Verb:
    """These refuse row by row, and say why."""

    def settle(newsletter: Newsletter, by: User) -> bool:
        rows = Delivery.objects.filter(digest__newsletter=newsletter).values_list("pk", flat=True)
        settled = verb(list(rows), by=by, now=MORNING)
        if any("lacks the permission" in why for why in settled.refused.values()):
            raise PermissionDenied
        return bool(settled.changed)

    return settle


def invites(newsletter: Newsletter, by: User) -> None:
    """There is no link for who may not invite."""
    user = targets_role(newsletter).user
    user.set_unusable_password()
    if giving.invitation(user, by=by) is None:
        raise PermissionDenied


def read_all(newsletter: Newsletter, by: User) -> int:
    """What an error stands in is left alone: it is accepted before."""
    Finding.objects.update(accepted_at=MORNING)
    summary = summary_of(newsletter, "ko")
    return summaries.mark_all_checked(draft_of(newsletter), "ko", {summary.pk: summary.version}, by=by, now=MORNING)


# The least role that may, and how.
VERBS: dict[str, tuple[str, Verb]] = {
    "delivery.settling.it_arrived": ("publisher", settles(settling.it_arrived)),
    "delivery.settling.send_again": ("publisher", settles(settling.send_again)),
    "desk.approving.approve": ("publisher", lambda a, by: approving.approve(draft_of(a), by=by, now=MORNING)),
    "desk.approving.cancel": ("publisher", lambda a, by: approving.cancel(draft_of(a), by=by)),
    "desk.approving.pause": ("publisher", lambda a, by: approving.pause(draft_of(a), by=by)),
    "desk.approving.resume": ("publisher", lambda a, by: approving.resume(draft_of(a), by=by)),
    "desk.approving.unapprove": ("publisher", lambda a, by: approving.unapprove(draft_of(a), by=by)),
    "desk.curating.curate": ("editor", lambda a, by: curating.curate(draft_of(a), seen=0, by=by, change=bool)),
    "desk.preflight.learning.ask": ("editor", lambda a, by: learning.ask(draft_of(a), by=by, now=MORNING)),
    "desk.preflight.overruling.overrule": (
        "publisher",
        lambda a, by: overruling.overrule(Report(()), draft_of(a), "x", reason="x", by=by, now=MORNING),
    ),
    "desk.scheduling.begin_special": (
        "editor",
        lambda a, by: scheduling.begin_special(a, date(2026, 5, 4), slug="best", title="Best", by=by),
    ),
    "desk.scheduling.put_back": ("editor", lambda a, by: scheduling.put_back(DayOff.objects.get(newsletter=a), by=by)),
    "desk.scheduling.take_off": ("editor", lambda a, by: scheduling.take_off(a, date(2026, 5, 4), by=by)),
    "desk.summaries.accept": ("translator", lambda a, by: summaries.accept(finding_of(a), by=by, now=MORNING)),
    "desk.summaries.mark_all_checked": ("translator", read_all),
    "desk.summaries.mark_checked": (
        "translator",
        lambda a, by: summaries.mark_checked(summary_of(a, "ko"), seen=0, by=by, now=MORNING),
    ),
    "desk.summaries.open_again": ("translator", lambda a, by: summaries.open_again(finding_of(a), by=by)),
    "desk.summaries.write": (
        "translator",
        lambda a, by: summaries.write(draft_of(a).papers.get(), "ko", "- 새.", seen=0, by=by, now=MORNING),
    ),
    "desk.testing.send_test": (
        "translator",
        lambda a, by: testing.send_test(draft_of(a), Wishes(locale="en"), by=by, now=MORNING),
    ),
    "postbox.senders.pause": (
        "administrator",
        lambda a, by: senders.pause(sender_of(a), reason="x", now=MORNING, by=by),
    ),
    "postbox.senders.resume": ("administrator", lambda a, by: senders.resume(sender_of(a), by=by)),
    "privacy.forgetting.forget_for": (
        "administrator",
        lambda a, by: forgetting.forget_for(reader_of(a), by=by, now=MORNING),
    ),
    "staff.giving.change": (
        "administrator",
        lambda a, by: giving.change(targets_role(a), "editor", languages=[], by=by),
    ),
    "staff.giving.check": ("administrator", lambda a, by: giving.check("carol", a, by=by)),
    "staff.giving.give": ("administrator", lambda a, by: giving.give("carol", a, "viewer", by=by)),
    "staff.giving.invitation": ("administrator", invites),
    "staff.giving.take": ("administrator", lambda a, by: giving.take(targets_role(a), by=by)),
    "staff.verifying.reset": ("administrator", lambda a, by: verifying.reset(targets_role(a).user, by=by)),
    "subscribers.entering.enter": (
        "administrator",
        lambda a, by: entering.enter(
            a,
            "carol@example.org",
            preferences=Preferences(locale="en", time_zone="UTC", hour=7, weekdays=127),
            ground="They asked.",
            by=by,
            now=MORNING,
        ),
    ),
    "subscribers.exporting.export_readers": (
        "administrator",
        lambda a, by: exporting.export_readers(a, form="csv", everybody=True, by=by),
    ),
    "subscribers.exporting.export_suppressions": (
        "administrator",
        lambda a, by: exporting.export_suppressions(a, form="csv", by=by),
    ),
    "subscribers.importing.starting.bring": (
        "administrator",
        lambda a, by: starting.bring(a, [b"email\n"], file_name="list.csv", by=by, now=MORNING),
    ),
    "subscribers.importing.starting.cancel": (
        "administrator",
        lambda a, by: starting.cancel(import_of(a), by=by, now=MORNING),
    ),
    "subscribers.importing.starting.start": (
        "administrator",
        lambda a, by: starting.start(import_of(a), asks=True, ground="", suppresses=False, by=by),
    ),
}
# What a verb says that is allowed, and of no use to these rows.
OF_NO_USE = (
    *(approving.NotPossible, curating.Changed, giving.NotPossible, overruling.NotOverruled, starting.NotPossible),
    *(summaries.Overtaken, testing.NotSent),
)
CHANGE_NOTHING = {"desk.preflight.learning.ask", "staff.giving.check", "staff.giving.invitation"}
# Questions, and what verbs call once they have asked.
NO_VERBS = {
    *("desk.beside.beside", "desk.beside.find_digest", "desk.reading.reading"),
    *("staff.giving.may_change", "privacy.forgetting.may_forget"),
    *("delivery.ledger.it_arrived", "delivery.ledger.send_again", "staff.acting.record"),
    "subscribers.importing.starting.stop",
}


def who_act() -> set[str]:
    """All public functions of the product that are told by whom."""
    found = set()
    for module in pkgutil.walk_packages(product.__path__, "newsletter."):
        if not {"migrations", "management", "demo", "wsgi"} & set(module.name.split(".")):
            functions = inspect.getmembers(importlib.import_module(module.name), inspect.isfunction)
            own = (name for name, function in functions if function.__module__ == module.name)
            members: dict[str, Any] = dict(functions)
            found |= {
                f"{module.name.removeprefix('newsletter.')}.{name}"
                for name in own
                if not name.startswith("_") and "by" in inspect.signature(members[name]).parameters
            }
    return found


def try_out(verb: Verb, newsletter: Newsletter, by: User) -> str:
    """Refused for want of a permission, of no use to these rows, done and said in the log, or done in silence.

    Whatever it was is undone.
    """
    by, said = User.objects.get(pk=by.pk), Act.objects.filter(user=by.pk)
    with transaction.atomic():
        try:
            was_done = verb(newsletter, by) is not False
            return "said" if said.exists() else "silent" if was_done else "of no use"
        except PermissionDenied:
            return "refused"
        except OF_NO_USE:
            return "of no use"
        finally:
            transaction.set_rollback(True)


@pytest.mark.parametrize("who", ["staff", *KINDS, "elsewhere", "in English"])
def test_a_verb_is_refused_to_who_lacks_the_role(who: str, a: Newsletter, b: Newsletter) -> None:
    for newsletter in (a, b):
        doors.fill(newsletter)
    bob = make_user("bob", is_staff=True)
    if who == "elsewhere":
        member(b, Role.Kind.ADMINISTRATOR, user=bob)
    elif who != "staff":
        kind, language = ("translator", "en") if who == "in English" else (who, "ko")
        member(a, kind, user=bob, languages=(language,))

    refused = {name for name, (_least, verb) in VERBS.items() if try_out(verb, a, bob) == "refused"}

    rank = KINDS.index(who) if who in KINDS else -1
    may = {name for name, (least, _verb) in VERBS.items() if KINDS.index(least) <= rank}
    assert refused == VERBS.keys() - may - ({"desk.testing.send_test"} if who == "in English" else set())


def test_what_a_verb_has_done_stands_in_the_log(a: Newsletter) -> None:
    doors.fill(a)
    bob = member(a, Role.Kind.ADMINISTRATOR)

    found = {name: try_out(verb, a, bob) for name, (_least, verb) in VERBS.items()}

    assert {name for name, outcome in found.items() if outcome == "silent"} == CHANGE_NOTHING
    assert sum(outcome == "said" for outcome in found.values()) >= 18


def test_the_table_has_every_verb() -> None:
    assert who_act() - NO_VERBS == set(VERBS)
