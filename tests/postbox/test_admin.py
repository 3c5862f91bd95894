"""Staff can pause and resume a sender and watch letters, and sees neither passwords nor readers."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from newsletter.postbox import quota
from newsletter.postbox.models import Letter, Sender
from tests.factories import make_publisher, make_sender
from tests.postbox.makers import NOON


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make_publisher(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def act(staff: Client, sender: Sender, action: str) -> None:
    staff.post(reverse("admin:postbox_sender_changelist"), {"action": action, "_selected_action": [sender.pk]})
    sender.refresh_from_db()


def save(staff: Client, sender: Sender, **values: object) -> str:
    """Saves the sender's form; the page that comes back."""
    form = {"slug": sender.slug, "name": sender.name, "address": sender.address, **values}
    inline = {"assignments-TOTAL_FORMS": 0, "assignments-INITIAL_FORMS": 0}
    answer = staff.post(reverse("admin:postbox_sender_change", args=[sender.pk]), {**form, **inline})
    sender.refresh_from_db()
    return answer.content.decode()


@pytest.mark.django_db
def test_a_sender_is_paused_with_the_name_of_who_did_it_and_resumed(staff: Client) -> None:
    sender = make_sender()

    act(staff, sender, "pause")
    paused = Sender.objects.get()
    act(staff, sender, "resume")

    assert paused.paused_at is not None
    assert paused.pause_reason == "paused by alice"
    assert sender.paused_at is None
    assert sender.pause_reason == ""


@pytest.mark.django_db
def test_the_postbox_url_is_written_and_never_shown(staff: Client) -> None:
    sender = make_sender()

    save(staff, sender, postbox_url="smtp+tls://ada:wordofmouth@mail.example.org")
    page = staff.get(reverse("admin:postbox_sender_change", args=[sender.pk])).content.decode()
    save(staff, sender, name="Evening Papers")

    assert "wordofmouth" not in page
    assert (sender.name, sender.postbox_url) == ("Evening Papers", "smtp+tls://ada:wordofmouth@mail.example.org")
    save(staff, sender, use_common_postbox="on")
    assert sender.postbox_url == ""


@pytest.mark.django_db
def test_a_postbox_url_that_makes_no_sense_is_said_beside_the_field(staff: Client) -> None:
    sender = make_sender()

    page = save(staff, sender, postbox_url="pigeon://ada:wordofmouth@loft")

    assert "POSTBOX_URL begins with pigeon://" in page
    assert "wordofmouth" not in page
    assert sender.postbox_url == ""


@pytest.mark.django_db
def test_letters_are_watched_without_seeing_whom_they_go_to_or_what_they_say(staff: Client) -> None:
    letter = Letter.objects.create(
        sender=make_sender(),
        kind="link",
        to="ada@example.com",
        locale="en",
        subject="Secret",
        text="Hush",
        ready_at=NOON,
    )

    pages = [
        staff.get(address).content.decode()
        for address in (
            reverse("admin:postbox_letter_changelist"),
            reverse("admin:postbox_letter_change", args=[letter.pk]),
        )
    ]

    assert all("planned" in page for page in pages)
    assert not any(word in page for page in pages for word in ("ada@example.com", "Secret", "Hush"))


@pytest.mark.django_db
def test_limits_a_warm_up_and_the_bounce_address_are_set_in_the_admin(staff: Client) -> None:
    sender = make_sender()
    values = {"per_second": 5, "per_day": 1000, "warm_up_first": 50, "warm_up_more": 25}

    save(staff, sender, warm_up_from="2026-04-07", bounce_address="bounces@example.org", **values)

    assert {name: getattr(sender, name) for name in values} == values
    assert (str(sender.warm_up_from), sender.bounce_address) == ("2026-04-07", "bounces@example.org")


@pytest.mark.django_db
@pytest.mark.parametrize(("secret", "kept"), [("hook:secret", "leave@example.org"), ("", "")])
def test_an_address_to_leave_by_is_taken_where_somebody_reads_it(
    staff: Client, settings: Settings, secret: str, kept: str
) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": secret}
    sender = make_sender()

    page = save(staff, sender, leave_address="leave@example.org")

    assert sender.leave_address == kept
    assert ("Nobody reads it" in page) is (not kept)


@pytest.mark.django_db
def test_half_a_warm_up_is_refused_in_words(staff: Client) -> None:
    sender = make_sender()

    page = save(staff, sender, warm_up_from="2026-04-07")

    assert "A warm-up needs its first day" in page
    assert sender.warm_up_from is None


@pytest.mark.django_db
@pytest.mark.parametrize(("per_day", "shown"), [(None, "-"), (1000, "7")])
def test_what_counts_against_the_mails_a_day_is_shown(staff: Client, per_day: int | None, shown: str) -> None:
    sender = make_sender(per_day=per_day)
    quota.take(sender, 7, now=timezone.now())

    page = staff.get(reverse("admin:postbox_sender_change", args=[sender.pk])).content.decode()

    assert re.findall(r'class="readonly">([^<]*)</div>', page)[0] == shown
