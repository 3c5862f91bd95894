"""The pre-flight's page: what blocks first, each with its way to mend it, and overruling."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from digests.models import DayOff, Digest, DigestText
from newsletter.desk.approving import Blocked, approve
from newsletter.desk.models import Look, Overruling
from newsletter.desk.preflight import learning, overruling
from newsletter.desk.preflight.looking import look
from newsletter.staff.models import Act, Role
from tests.factories import DAY, MORNING, make_digest, make_newsletter, make_paper, make_publisher, make_user
from tests.staff.pages import browser, member

pytestmark = pytest.mark.django_db


def page(digest: Digest, name: str = "digest_preflight") -> str:
    return reverse(f"admin:{name}", args=[digest.pk])


def make_unready(**values: Any) -> Digest:
    """A digest of a day off, with a placeholder in its note: two things block it."""
    digest = make_digest(**values)
    DigestText.objects.create(digest=digest, locale="en", note="Dear %recipient_name%, good morning.")
    DayOff.objects.create(newsletter=digest.newsletter, day=DAY, reason="Easter")
    return digest


def marks(digest: Digest) -> list[str]:
    return [line.mark for line in look(digest, now=MORNING).blocking]


def test_what_blocks_stands_first_and_leads_to_where_it_is_mended() -> None:
    digest = make_unready()

    said = browser(make_publisher()).get(page(digest)).text

    assert said.index("“%recipient” stands in the editor&#x27;s note") < said.index('id="warnings"')
    assert "Tuesday, 7 April 2026 is a day without a digest: Easter" in said
    assert f'href="{reverse("admin:digests_digest_change", args=[digest.pk])}">Mend it' in said


def test_a_day_of_68_papers_takes_no_more_queries_than_a_small_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    papers = [make_paper(code_url=f"https://github.com/kites/{number}") for number in range(68)]
    digest = make_digest(papers=papers)
    alice = browser(make_publisher())
    alice.get(page(digest))

    with django_assert_max_num_queries(34):
        alice.get(page(digest))


def test_while_something_blocks_nobody_approves() -> None:
    digest = make_unready()

    with pytest.raises(Blocked, match="2 things block it"):
        approve(digest, by=make_publisher(), now=MORNING)

    digest.refresh_from_db()
    assert digest.status == "draft"
    assert not digest.revisions.exists()


def test_who_may_not_approve_yet_is_led_to_what_blocks() -> None:
    digest = make_unready()

    answer = browser(make_publisher()).post(page(digest, "digest_approve"), follow=True)

    assert answer.redirect_chain == [(page(digest), 302)]
    assert "2 things block it" in answer.text


def test_a_publisher_who_says_why_lets_it_go_out_and_the_log_knows() -> None:
    digest = make_unready()
    bob = member(digest.newsletter, Role.Kind.PUBLISHER)

    for mark in marks(digest):
        browser(bob).post(page(digest, "digest_preflight_overrule"), {"mark": mark, "reason": "It is a joke."})
    approve(digest, by=bob, now=MORNING)

    acts = list(Act.objects.filter(verb="overrule").values_list("username", "after__reason", "thing"))
    assert acts == [("bob", "It is a joke.", str(digest.pk))] * 2


@pytest.mark.parametrize("role", [Role.Kind.VIEWER, Role.Kind.TRANSLATOR, Role.Kind.EDITOR])
def test_nobody_but_a_publisher_overrules(role: str) -> None:
    digest = make_unready()
    bob = member(digest.newsletter, role)
    said = {"mark": marks(digest)[0], "reason": "It is a joke."}

    answer = browser(bob).post(page(digest, "digest_preflight_overrule"), said)

    assert answer.status_code == 403
    assert not Overruling.objects.exists()


@pytest.mark.parametrize(
    ("reason", "words"), [("  ", "Say why"), ("x" * 301, "in 300 characters")], ids=["empty", "long"]
)
def test_overruling_needs_a_reason_that_can_be_read(reason: str, words: str) -> None:
    digest = make_unready()
    said = {"mark": marks(digest)[0], "reason": reason}

    answer = browser(make_publisher()).post(page(digest, "digest_preflight_overrule"), said, follow=True)

    assert words in answer.text
    assert not Overruling.objects.exists()


def test_what_was_overruled_blocks_again_once_it_says_something_else() -> None:
    digest, alice = make_unready(), make_publisher()
    for mark in marks(digest):
        overruling.overrule(look(digest, now=MORNING), digest, mark, reason="It is so.", by=alice, now=MORNING)

    DigestText.objects.update(note="[TODO] greet them")

    [line] = overruling.blocking(look(digest, now=MORNING), digest)
    assert line.about == ("en", "note", "[TODO]")


def test_what_was_overruled_in_one_digest_blocks_another() -> None:
    newsletter = make_newsletter()
    digest, other = make_unready(newsletter=newsletter), make_digest(newsletter, day=DAY + timedelta(days=1))
    DigestText.objects.create(digest=other, locale="en", note="Dear %recipient_name%, good morning.")
    report, alice = look(digest, now=MORNING), make_publisher()
    for line in report.blocking:
        overruling.overrule(report, digest, line.mark, reason="So.", by=alice, now=MORNING)

    assert overruling.blocking(look(digest, now=MORNING), digest) == []
    assert len(overruling.blocking(look(other, now=MORNING), other)) == 1


def test_the_page_says_that_a_worker_is_looking_until_it_has_looked(client: Client) -> None:
    digest = make_digest(papers=0)
    alice = browser(make_publisher())

    alice.post(page(digest, "digest_preflight_look"))
    asked = alice.get(page(digest)).text, alice.get(page(digest, "digest_preflight_state")).json()
    learning.take_up(now=timezone.now())

    assert "are being looked at" in asked[0]
    assert asked[1] == {"looking": True}
    assert alice.get(page(digest, "digest_preflight_state")).json() == {"looking": False}
    assert "were looked at" in alice.get(page(digest)).text


@pytest.mark.parametrize(("role", "status"), [(Role.Kind.VIEWER, 403), (Role.Kind.EDITOR, 302)])
def test_an_editor_has_links_looked_at_and_a_viewer_does_not(role: str, status: int) -> None:
    digest = make_digest()
    bob = member(digest.newsletter, role)

    answer = browser(bob).post(page(digest, "digest_preflight_look"))

    assert answer.status_code == status
    assert Look.objects.count() == (status == 302)


def test_who_has_no_role_there_sees_no_report() -> None:
    digest = make_digest()
    charlie = member(make_newsletter(), Role.Kind.ADMINISTRATOR, user=make_user("charlie", is_staff=True))

    answers = [
        browser(charlie).get(page(digest, name)).status_code for name in ("digest_preflight", "digest_preflight_state")
    ]

    assert answers == [403, 403]
    with pytest.raises(PermissionDenied):
        learning.ask(digest, by=charlie, now=MORNING)
