"""The file of one's data: that nothing is forgotten, and nobody else is in it."""

import json
from typing import Any

import pytest
from django.apps import apps
from django.db.models import ForeignKey, Model

from newsletter.privacy.portrait import LEFT_OUT, SHOWN, portrait
from newsletter.subscribers.models import Subscriber
from tests.factories import make_approved, make_delivery, make_subscription
from tests.privacy.readers import ALICE, NEW, make_alice

pytestmark = pytest.mark.django_db


def about_readers() -> set[type[Model]]:
    """Every table with a way of foreign keys to a reader."""
    found: set[type[Model]] = {Subscriber}
    while True:
        more = {
            model
            for model in apps.get_models()
            for column in model._meta.get_fields()
            if isinstance(column, ForeignKey) and column.related_model in found and model not in found
        }
        if not more:
            return found
        found |= more


def test_every_column_of_every_table_about_readers_is_shown_or_left_out_for_a_reason() -> None:
    columns = {
        f"{model.__name__}.{column.name}"
        for model in about_readers()
        for column in (*model._meta.concrete_fields, *model._meta.many_to_many)
        if not column.primary_key
    }
    through = {"Subscription_topics.subscription", "Subscription_topics.topic"}  # the topics themselves
    shown = {f"{model.__name__}.{name}" for model, names in SHOWN.items() for name in names}

    assert columns - shown - set(LEFT_OUT) - through == set()
    assert set(LEFT_OUT) & shown == set()
    assert set(LEFT_OUT) <= columns


def test_all_that_is_known_of_a_reader_is_in_it() -> None:
    alice = make_alice()

    said: Any = portrait(alice.subscriber)

    assert json.loads(json.dumps(said)) == said
    daily, weekly = said["subscriptions"]
    assert (said["address"], said["change_of_address"]["address"]) == (ALICE, NEW)
    assert (daily["newsletter"], daily["topics"], daily["words"]) == ("daily-papers", ["agents"], "looms")
    assert (daily["consents"][0]["act"], daily["consents"][0]["network"]) == ("confirmed", "203.0.113.0/24")
    assert (daily["deliveries"][0]["day"], daily["deliveries"][0]["sent_at"]) == (
        "2026-04-07",
        "2026-04-06T07:00:00+00:00",
    )
    assert daily["deliveries"][0]["events"][0]["payload"] == {"email": ALICE}
    assert daily["deliveries"][0]["reasons"] == ["all", "all"]
    assert (weekly["newsletter"], weekly["status"]) == ("weekly-papers", "ended")
    assert [letter["kind"] for letter in said["letters"]] == ["link", "move"]
    assert [ask["kind"] for ask in said["asked_for"]] == ["link"]
    assert said["suppressions"][0]["newsletter"] == "weekly-papers"


def test_nobody_elses_data_is_in_it() -> None:
    alice = make_alice()
    bob = make_subscription(alice.newsletter, address="bob@example.net", words="secret gardens")
    make_delivery(make_approved(newsletter=alice.newsletter, day="2026-04-08"), bob, reason="bob's mailbox is full")

    text = json.dumps(portrait(alice.subscriber))

    assert "bob" not in text
    assert "secret gardens" not in text


def test_no_link_of_a_letter_is_in_it() -> None:
    text = json.dumps(portrait(make_alice().subscriber))

    assert "/preferences/" not in text
