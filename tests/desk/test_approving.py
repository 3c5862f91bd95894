"""What approval freezes, who may approve, and what can be taken back."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from digests.editions import content_of
from digests.models import Digest, Entry, Revision
from newsletter.desk.approving import NotPossible, approve, cancel, languages, unapprove
from newsletter.postbox.models import SenderAssignment
from newsletter.staff.models import Role, User
from tests.factories import (
    MORNING,
    make_approved,
    make_delivery,
    make_digest,
    make_newsletter,
    make_paper,
    make_publisher,
    make_subscription,
    make_user,
)

pytestmark = pytest.mark.django_db


def member(newsletter_of: Digest, role: str) -> User:
    user = make_user(f"{role}-{newsletter_of.pk}")
    Role.objects.create(user=user, newsletter=newsletter_of.newsletter, role=role)
    return user


def test_approval_freezes_what_the_digest_says() -> None:
    digest = make_digest(papers=[make_paper(title="As approved")])

    revision = approve(digest, by=make_publisher(), now=MORNING)

    digest.papers.update(title="Changed since")
    assert [entry.title for entry in content_of(revision).entries] == ["As approved"]
    assert (digest.status, digest.approved_at, revision.number) == ("approved", MORNING, 1)


def test_entries_that_were_left_out_are_not_in_it() -> None:
    digest = make_digest(papers=3)
    Entry.objects.filter(position=2).update(included=False)

    revision = approve(digest, by=make_publisher(), now=MORNING)

    assert len(content_of(revision).entries) == 2


def test_a_second_approval_is_a_correction_and_keeps_the_first_moment() -> None:
    digest = make_digest()
    alice = make_publisher()
    approve(digest, by=alice, now=MORNING)

    revision = approve(digest, by=alice, now=MORNING.replace(hour=9))

    assert (revision.number, digest.approved_at) == (2, MORNING)


@pytest.mark.parametrize("role", [Role.Kind.PUBLISHER, Role.Kind.ADMINISTRATOR])
def test_a_publisher_of_the_newsletter_may_approve(role: str) -> None:
    digest = make_digest()

    approve(digest, by=member(digest, role), now=MORNING)

    assert digest.status == "approved"


@pytest.mark.parametrize("role", [Role.Kind.VIEWER, Role.Kind.TRANSLATOR, Role.Kind.EDITOR])
def test_nobody_else_may(role: str) -> None:
    digest = make_digest()
    charlie = member(digest, role)

    for act in (lambda: approve(digest, by=charlie, now=MORNING), lambda: cancel(digest, by=charlie)):
        with pytest.raises(PermissionDenied):
            act()

    assert Revision.objects.count() == 0


def test_a_publisher_of_another_newsletter_may_not() -> None:
    digest = make_digest()
    charlie = member(make_digest(make_newsletter()), Role.Kind.PUBLISHER)

    with pytest.raises(PermissionDenied):
        approve(digest, by=charlie, now=MORNING)


def test_a_digest_without_papers_is_not_approved() -> None:
    with pytest.raises(NotPossible, match="no papers"):
        approve(make_digest(papers=0), by=make_publisher(), now=MORNING)


def test_a_digest_that_nobody_could_send_is_not_approved() -> None:
    digest = make_digest()
    SenderAssignment.objects.all().delete()

    with pytest.raises(NotPossible, match="no sender"):
        approve(digest, by=make_publisher(), now=MORNING)


@pytest.mark.parametrize("status", ["cancelled", "closed"])
def test_what_is_over_is_not_approved_again(status: str) -> None:
    digest = make_digest(status=status)

    with pytest.raises(NotPossible):
        approve(digest, by=make_publisher(), now=MORNING)


def test_an_approval_can_be_taken_back_while_nothing_has_left() -> None:
    digest = make_delivery().digest

    unapprove(digest, by=make_publisher())

    assert (digest.status, digest.approved_at) == ("draft", None)


@pytest.mark.parametrize(
    ("status", "values"), [("sent", {"sent_at": MORNING}), ("uncertain", {}), ("failed", {"reason": "refused"})]
)
def test_it_cannot_be_taken_back_once_a_mail_may_have_left(status: str, values: dict[str, Any]) -> None:
    digest = make_delivery(status=status, **values).digest

    with pytest.raises(NotPossible, match="left already"):
        unapprove(digest, by=make_publisher())

    digest.refresh_from_db()
    assert digest.status == "approved"


def test_the_editor_sees_how_much_is_written_and_who_reads_it_per_language() -> None:
    papers = [make_paper(summaries={"en": "- One.", "ko": "- 하나."}), make_paper()]
    digest = make_approved(papers=papers)
    make_subscription(digest.newsletter, locale="ko")

    rows = [(row.name, row.done, row.total, row.readers) for row in languages(digest)]

    assert rows == [("English", 2, 2, 0), ("한국어", 1, 2, 1)]


def test_a_cancelled_digest_can_be_taken_up_again_while_nothing_has_left() -> None:
    digest = make_approved()
    alice = make_publisher()
    cancel(digest, by=alice)

    unapprove(digest, by=alice)

    assert digest.status == "draft"


def test_a_weekly_digest_is_not_approved_because_nobody_would_get_it() -> None:
    with pytest.raises(NotPossible, match="daily"):
        approve(make_digest(kind="weekly"), by=make_publisher(), now=MORNING)


@pytest.mark.parametrize(("kind", "slug"), [("daily", "extra"), ("weekly", "extra"), ("special", "")])
def test_a_day_has_one_daily_digest(kind: str, slug: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_digest(kind=kind, slug=slug)
