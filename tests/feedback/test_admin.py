"""Staff can look at what came back, and sees no address in it."""

import pytest
from django.test import Client
from django.urls import reverse

from newsletter.feedback.models import Event
from tests.factories import MORNING, make_delivery, make_publisher


@pytest.mark.django_db
def test_events_are_watched_without_their_payload() -> None:
    client = Client()
    client.force_login(make_publisher(), backend="django.contrib.auth.backends.ModelBackend")
    event = Event.objects.create(
        delivery=make_delivery(),
        kind="bounced_soft",
        source="brevo",
        external_id="e1",
        at=MORNING,
        payload={"email": "ada@example.com"},
    )

    pages = [
        client.get(address).content.decode()
        for address in (
            reverse("admin:feedback_event_changelist"),
            reverse("admin:feedback_event_change", args=[event.pk]),
        )
    ]

    assert all("bounced for now" in page for page in pages)
    assert not any("ada@example.com" in page for page in pages)
