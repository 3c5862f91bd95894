"""Corrections: readers to come get the digest as it is now, and those who had it a mail that says what was wrong."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from digests.models import Digest, DigestText, Paper
from newsletter.delivery import planning, sending, settling
from newsletter.delivery.models import Delivery
from newsletter.delivery.queries import served
from newsletter.desk.approving import NotPossible, approve
from newsletter.subscribers.models import Subscription
from tests.conftest import Outbox
from tests.factories import MORNING, make_digest, make_newsletter, make_publisher, make_subscription

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def digest() -> Digest:
    """Sent this morning to the reader who reads at seven; the one who reads at nine has it still to come."""
    newsletter = make_newsletter()
    digest = make_digest(newsletter, papers=1)
    make_subscription(newsletter, address="early@example.com")
    make_subscription(newsletter, address="late@example.com", hour=9)
    approve(digest, by=make_publisher(), now=MORNING - HOUR)
    pass_by(digest, minutes=0)
    return digest


def pass_by(digest: Digest, *, minutes: int) -> None:
    now = MORNING + minutes * MINUTE
    planning.plan(now=now)
    sending.send_due(digest.newsletter.sender_assignment.sender, now=now)


def correct(digest: Digest, title: str, *, is_mailed: bool = True, minutes: int = 30) -> None:
    Paper.objects.filter(entries__digest=digest).update(title=title)
    publisher = digest.revisions.latest("number").approved_by
    assert publisher is not None
    approve(digest, by=publisher, now=MORNING + minutes * MINUTE, is_mailed=is_mailed)


def text(outbox: Outbox) -> str:
    body = outbox.mails()[-1].get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def subjects(outbox: Outbox) -> list[tuple[str, str]]:
    return [(str(mail["To"]), str(mail["Subject"])) for mail in outbox.mails()]


def test_who_had_it_gets_a_correction_and_who_has_it_to_come_the_right_one(digest: Digest, outbox: Outbox) -> None:
    correct(digest, "Right")
    for minutes in (31, 32, 121, 122):
        pass_by(digest, minutes=minutes)

    first, correction, late = subjects(outbox)

    assert first[0] == correction[0] == "early@example.com"
    assert correction[1].startswith("Correction: Right")
    assert late[0] == "late@example.com"
    assert late[1].startswith("Right")


def test_the_correction_says_what_the_editor_says_of_it(digest: Digest, outbox: Outbox) -> None:
    DigestText.objects.create(digest=digest, locale="en", correction="The first paper had the title of *another*.")

    correct(digest, "Right")
    pass_by(digest, minutes=31)

    body = text(outbox)
    assert "Corrected\r\nThe first paper had the title of" in body
    assert "This digest was corrected" not in body


def test_without_the_editors_words_it_says_so_in_ours(digest: Digest, outbox: Outbox) -> None:
    correct(digest, "Right")
    pass_by(digest, minutes=31)

    assert "This digest was corrected" in text(outbox)


def test_a_correction_that_is_not_mailed_reaches_those_to_come_alone(digest: Digest, outbox: Outbox) -> None:
    correct(digest, "Right", is_mailed=False)
    for minutes in (31, 121):
        pass_by(digest, minutes=minutes)

    assert [address for address, _subject in subjects(outbox)] == ["early@example.com", "late@example.com"]


def test_planned_twice_it_is_mailed_once(digest: Digest, outbox: Outbox) -> None:
    correct(digest, "Right")
    for minutes in (31, 31, 32):
        planning.plan(now=MORNING + minutes * MINUTE)
        pass_by(digest, minutes=minutes)

    assert len(subjects(outbox)) == 2


def test_corrections_of_one_edition_lie_beside_each_other(digest: Digest) -> None:
    for locale in ("ko", "en", "ko", "en"):
        make_subscription(digest.newsletter, locale=locale)
    pass_by(digest, minutes=1)

    correct(digest, "Right")
    planning.plan(now=MORNING + 31 * MINUTE)

    rows = Delivery.objects.filter(correction=1).order_by("pk")
    assert list(rows.values_list("subscription__locale", flat=True)) in (
        ["en"] * 3 + ["ko"] * 2,
        ["ko"] * 2 + ["en"] * 3,
    )


def test_two_corrections_before_either_left_are_one_mail(digest: Digest, outbox: Outbox) -> None:
    correct(digest, "Nearly right")
    planning.plan(now=MORNING + 31 * MINUTE)
    correct(digest, "Right", minutes=32)
    for minutes in (33, 34):
        pass_by(digest, minutes=minutes)

    assert [subject[:17] for _address, subject in subjects(outbox)][1:] == ["Correction: Right"]


def test_a_second_correction_reaches_those_who_had_the_first(digest: Digest, outbox: Outbox) -> None:
    correct(digest, "Nearly right")
    pass_by(digest, minutes=31)
    correct(digest, "Right", minutes=40)
    pass_by(digest, minutes=41)

    assert [subject.partition(" (")[0] for _address, subject in subjects(outbox)][1:] == [
        "Correction: Nearly right",
        "Correction: Right",
    ]


def test_who_was_just_being_sent_the_old_one_gets_it_too(digest: Digest, outbox: Outbox) -> None:
    Delivery.objects.filter(correction=0, status="sent").update(status="uncertain", sent_at=None)
    correct(digest, "Right")
    pass_by(digest, minutes=31)
    Delivery.objects.filter(status="uncertain").update(status="sent", sent_at=MORNING)
    for minutes in (32, 33):
        pass_by(digest, minutes=minutes)

    assert len(subjects(outbox)) == 2


def test_who_left_meanwhile_gets_none(digest: Digest, outbox: Outbox) -> None:
    correct(digest, "Right")
    planning.plan(now=MORNING + 31 * MINUTE)
    Subscription.objects.update(status="ended", ended_at=MORNING, end_reason="left")
    pass_by(digest, minutes=32)

    assert len(subjects(outbox)) == 1
    assert Delivery.objects.get(correction=1).skip == "left"


def test_who_has_paused_since_still_gets_the_correction_of_what_they_had(digest: Digest, outbox: Outbox) -> None:
    Subscription.objects.update(paused_until=(MORNING + timedelta(days=9)).date())

    correct(digest, "Right")
    pass_by(digest, minutes=31)

    assert len(subjects(outbox)) == 2


def test_nothing_is_mailed_twice_from_two_pages(digest: Digest, client: Client) -> None:
    publisher = digest.revisions.latest("number").approved_by
    assert publisher is not None
    client.force_login(publisher)
    page = reverse("admin:digest_approve", args=[digest.pk])
    seen = client.get(page).context["seen"]
    Paper.objects.filter(entries__digest=digest).update(title="Right")

    for _tab in range(2):
        client.post(page, {"mail": "on", "seen": seen})

    assert digest.revisions.count() == 2


def test_what_has_not_changed_is_no_correction(digest: Digest) -> None:
    publisher = digest.revisions.latest("number").approved_by
    assert publisher is not None

    with pytest.raises(NotPossible, match="Nothing has changed"):
        approve(digest, by=publisher, now=MORNING + MINUTE, is_mailed=True)


def test_a_correction_that_failed_is_not_sent_again_to_who_had_the_next(digest: Digest) -> None:
    correct(digest, "Nearly right")
    planning.plan(now=MORNING + 31 * MINUTE)
    Delivery.objects.filter(correction=1).update(status="failed", reason="550")
    correct(digest, "Right", minutes=40)
    pass_by(digest, minutes=41)

    settled = settling.send_again(
        Delivery.objects.filter(correction=1).values_list("pk", flat=True),
        by=make_publisher("bob"),
        now=MORNING + 50 * MINUTE,
    )

    assert "has had" in str(settled.refused)


def test_before_anything_has_left_there_is_nobody_to_correct_it_for() -> None:
    digest = make_digest()
    publisher = make_publisher()
    approve(digest, by=publisher, now=MORNING - HOUR)

    digest.papers.update(title="Right")

    revision = approve(digest, by=publisher, now=MORNING - MINUTE, is_mailed=True)

    assert revision.correction == 0


def test_the_web_version_says_that_it_was_corrected(digest: Digest, client: Client) -> None:
    DigestText.objects.create(digest=digest, locale="en", correction="The title was wrong.")
    correct(digest, "Right", is_mailed=False)

    page = client.get(f"/n/{digest.newsletter.slug}/{digest.day}/en/").content.decode()

    assert "Corrected" in page
    assert "The title was wrong." in page


def test_the_editor_is_asked_how_many_it_is_mailed_to(digest: Digest, client: Client) -> None:
    publisher = digest.revisions.latest("number").approved_by
    assert publisher is not None
    client.force_login(publisher)
    page = reverse("admin:digest_approve", args=[digest.pk])

    assert "to the 1 reader who has had it" in client.get(page).content.decode()
    Paper.objects.filter(entries__digest=digest).update(title="Right")
    client.post(page, {"mail": "on"})

    assert digest.revisions.latest("number").correction == 1


def test_a_reader_of_a_correction_is_counted_once(digest: Digest) -> None:
    correct(digest, "The right title")
    pass_by(digest, minutes=31)

    assert Delivery.objects.filter(correction=1, status="sent").exists()
    assert served(digest) == Delivery.objects.filter(correction=0, status="sent").count()


def test_the_digests_page_takes_the_words_once_there_is_something_to_correct(digest: Digest, client: Client) -> None:
    publisher = digest.revisions.latest("number").approved_by
    assert publisher is not None
    client.force_login(publisher)
    draft = make_digest(digest.newsletter, day=digest.day + timedelta(days=1))

    corrected, begun = (
        client.get(reverse("admin:digests_digest_change", args=[one.pk])).content.decode() for one in (digest, draft)
    )

    assert "What was corrected" in corrected
    assert "What was corrected" not in begun
