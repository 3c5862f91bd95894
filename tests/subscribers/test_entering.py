"""One reader by hand."""

import pytest
from django.core.exceptions import PermissionDenied

from newsletter.postbox.models import Letter
from newsletter.staff.models import Act, Role
from newsletter.subscribers import entering, membership
from newsletter.subscribers.entering import Entered
from newsletter.subscribers.models import Consent, Subscriber, Suppression
from newsletter.subscribers.preferences import Preferences
from tests.factories import address_hash, make_newsletter, make_subscription, make_topic
from tests.staff.pages import member
from tests.subscribers.importing.lists import NOW, alice

pytestmark = pytest.mark.django_db
BOB = "bob@example.org"
GROUND = "Signed the list at our stand on 3 April."


def entered(newsletter: object, ground: str = "", **values: object) -> Entered:
    wishes = Preferences(locale="ko", time_zone="Asia/Seoul", hour=6, weekdays=127)
    return entering.enter(newsletter, BOB, preferences=wishes, ground=ground, **{"by": alice(), "now": NOW} | values)  # type: ignore[arg-type]


def test_who_is_asked_gets_the_usual_letter() -> None:
    newsletter = make_newsletter()

    assert entered(newsletter) == Entered.ASKED

    assert newsletter.subscriptions.get().status == "pending"
    assert (Letter.objects.get().kind, Letter.objects.get().to) == ("confirm", BOB)
    assert Consent.objects.get().entered_by == alice().pk


def test_who_has_agreed_already_reads_at_once_and_the_proof_says_where() -> None:
    newsletter = make_newsletter()

    assert entered(newsletter, GROUND) == Entered.READS

    bob = newsletter.subscriptions.get()
    assert (bob.status, bob.locale, bob.hour) == ("active", "ko", 6)
    proof = Consent.objects.get()
    assert (proof.act, proof.wording, proof.entered_by) == ("confirmed", GROUND, alice().pk)
    assert not Letter.objects.exists()


@pytest.mark.parametrize("ground", ["", GROUND])
@pytest.mark.parametrize("everywhere", [True, False])
def test_who_is_suppressed_stays_so(ground: str, everywhere: bool) -> None:
    newsletter = make_newsletter()
    membership.suppress(address_hash(BOB), None if everywhere else newsletter, Suppression.Reason.ASKED)

    assert entered(newsletter, ground) == Entered.SUPPRESSED
    assert not Subscriber.objects.exists()
    assert not Act.objects.exists()


@pytest.mark.parametrize("ground", ["", GROUND])
def test_a_reader_is_not_disturbed(ground: str) -> None:
    bob = make_subscription(address=BOB)

    assert entered(bob.newsletter, ground) == Entered.KNOWN
    assert not Letter.objects.exists()


def test_who_left_comes_back_by_a_letter_alone() -> None:
    bob = make_subscription(address=BOB, status="ended", end_reason="left", ended_at=NOW)

    assert entered(bob.newsletter, GROUND) == Entered.LEFT
    assert entered(bob.newsletter) == Entered.ASKED


def test_who_waits_for_a_letter_may_have_agreed_meanwhile() -> None:
    newsletter = make_newsletter()
    entered(newsletter)

    assert entered(newsletter) == Entered.WAITS
    assert entered(newsletter, GROUND) == Entered.READS
    assert newsletter.subscriptions.get().status == "active"


def test_what_a_stranger_typed_for_an_address_does_not_count_for_who_has_agreed() -> None:
    newsletter = make_newsletter()
    agents = make_topic(newsletter, "agents")
    make_subscription(newsletter, address=BOB, status="pending", confirmed_at=None, locale="de", topics=[agents])

    entered(newsletter, GROUND)

    bob = newsletter.subscriptions.get()
    assert (bob.locale, bob.time_zone, bob.hour) == ("ko", "Asia/Seoul", 6)
    assert not bob.topics.exists()


def test_the_act_names_nobody() -> None:
    entered(newsletter := make_newsletter(), GROUND)

    act = Act.objects.get()
    assert (act.verb, act.newsletter, act.after) == ("add reader", newsletter.pk, {"asks": False})


@pytest.mark.parametrize("kind", [kind for kind in Role.Kind.values if kind != "administrator"])
def test_it_takes_an_administrator(kind: str) -> None:
    newsletter = make_newsletter()

    with pytest.raises(PermissionDenied):
        entered(newsletter, by=member(newsletter, kind))


def test_an_administrator_of_another_newsletter_is_none_here() -> None:
    with pytest.raises(PermissionDenied):
        entered(make_newsletter(), by=member(make_newsletter(), "administrator"))
