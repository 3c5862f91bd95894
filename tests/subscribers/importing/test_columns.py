"""Whose export a list is, and what its records say."""

import pytest

from newsletter.subscribers.exporting import READER
from newsletter.subscribers.importing.columns import FORMULA, NARROW, STRANGE, WIDE, Person, layout, person
from newsletter.subscribers.importing.table import Record

LISTMONK = "uuid,email,name,attributes,status,created_at,updated_at"
MAILCHIMP = (
    "Email Address,First Name,Last Name,State,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,"
    "GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS"
)
SUBSTACK = "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at"
BUTTONDOWN = "email,notes,metadata,tags,referrer_url,creation_date,secondary_id,subscriber_type,source"
GHOST = (
    "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers"
)
PAPERBOY = ",".join(READER)


def said(header: str, *, file_name: str = "list.csv", **cells: str) -> Person | str:
    """What a record says whose cells are these, and empty elsewhere."""
    names = header.split(",")
    lay = layout(names, ",", file_name=file_name)
    assert lay is not None
    row = {"email": "bob@example.org", "Email Address": "bob@example.org"} | cells
    return person(Record(2, 2, tuple(row.get(name, "") for name in names)), lay, locales=["en", "ko"])


def standing(header: str, *, file_name: str = "list.csv", **cells: str) -> str:
    found = said(header, file_name=file_name, **cells)
    return found if isinstance(found, str) else found.standing.value


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (LISTMONK, "listmonk"),
        (MAILCHIMP, "mailchimp"),
        (SUBSTACK, "substack"),
        (BUTTONDOWN, "buttondown"),
        (GHOST, "ghost"),
        ("email", "plain"),
        ("Name,E-Mail-Adresse", "plain"),
        ("이름,이메일 주소", "plain"),
        ("bob@example.org,Bob", "plain"),
    ],
)
def test_the_first_line_tells_whose_export_it_is(header: str, kind: str) -> None:
    lay = layout(header.split(","), ",", file_name="list.csv")

    assert lay is not None
    assert lay.kind == kind


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        (LISTMONK, {"status": "enabled"}, "reads"),
        (LISTMONK, {"status": "disabled"}, "outside"),
        (LISTMONK, {"status": "blocklisted"}, "left"),
        (MAILCHIMP, {"State": "Ohio"}, "reads"),
        (MAILCHIMP + ",UNSUB_TIME", {"UNSUB_TIME": "2024-01-01 10:00:00"}, "left"),
        (MAILCHIMP + ",CLEAN_TIME", {"CLEAN_TIME": "2024-01-01 10:00:00"}, "bounced"),
        (SUBSTACK, {"email_disabled": "false", "active_subscription": "false"}, "reads"),
        (SUBSTACK, {"email_disabled": "true", "active_subscription": "true"}, "left"),
        (BUTTONDOWN, {"subscriber_type": "regular"}, "reads"),
        (BUTTONDOWN, {"subscriber_type": "past_due"}, "reads"),
        (BUTTONDOWN, {"subscriber_type": "Past due"}, "reads"),
        (BUTTONDOWN, {"subscriber_type": "unactivated"}, "unconfirmed"),
        (BUTTONDOWN, {"subscriber_type": "unsubscribed"}, "left"),
        (BUTTONDOWN, {"subscriber_type": "undeliverable"}, "bounced"),
        (BUTTONDOWN, {"subscriber_type": "complained"}, "complained"),
        (GHOST, {"subscribed_to_emails": "true"}, "reads"),
        (GHOST, {"subscribed_to_emails": "false"}, "left"),
        (GHOST, {"subscribed_to_emails": ""}, "left"),
        (GHOST, {"subscribed_to_emails": "true", "deleted_at": "2024-01-01T00:00:00Z"}, "left"),
        (BUTTONDOWN + ",undeliverability_date", {"undeliverability_date": "2025-01-01"}, "bounced"),
        (PAPERBOY, {"status": "active"}, "reads"),
        (PAPERBOY, {"status": "pending"}, "unconfirmed"),
        (PAPERBOY, {"status": "ended"}, "left"),
        ("email,subscribed", {"subscribed": "No"}, "left"),
        ("email,subscribed", {"subscribed": "2024-01-01"}, "reads"),
        ("email,subscribed", {}, "reads"),
        ("email,status", {"status": "Opted out"}, "left"),
        ("email,status", {"status": "sleeping"}, STRANGE),
    ],
)
def test_a_reader_stands_here_as_there(header: str, cells: dict[str, str], expected: str) -> None:
    assert standing(header, **cells) == expected


@pytest.mark.parametrize(
    ("file_name", "expected"),
    [
        ("subscribed_email_audience_export_123.csv", "reads"),
        ("unsubscribed_email_audience_export_123.csv", "left"),
        ("cleaned_email_audience_export_123.csv", "bounced"),
        ("nonsubscribed_email_audience_export_123.csv", "outside"),
    ],
)
def test_the_name_of_the_file_says_how_all_its_readers_stand(file_name: str, expected: str) -> None:
    assert standing(MAILCHIMP, file_name=file_name) == expected


@pytest.mark.parametrize("file_name", ["readers-cleaned.csv", "cleaned up.csv"])
def test_a_list_that_somebody_has_cleaned_is_not_taken_for_one_of_dead_mailboxes(file_name: str) -> None:
    assert standing("email", file_name=file_name) == "reads"


@pytest.mark.parametrize("address", ["+bob@example.org", "-bob@example.org"])
def test_what_an_export_puts_before_a_cell_is_no_part_of_the_address(address: str) -> None:
    found = said(GHOST, email=f"'{address}", subscribed_to_emails="true")

    assert isinstance(found, Person)
    assert found.address == address


def test_a_formula_that_an_export_has_made_harmless_is_no_address_either() -> None:
    assert said("email", email="'=bob@example.org") == FORMULA


def test_an_apostrophe_of_the_address_stays() -> None:
    found = said("email", email="o'brien@example.org")

    assert isinstance(found, Person)
    assert found.address == "o'brien@example.org"


def test_a_record_with_another_number_of_columns_is_not_guessed_at() -> None:
    lay = layout(["email", "name"], ",", file_name="list.csv")
    assert lay is not None

    for cells, why in ((("bob@example.or",), NARROW), (("bob@example.org", "Bob", "Jr."), WIDE)):
        assert person(Record(2, 2, cells), lay, locales=[]) == why


@pytest.mark.parametrize("typed", ['=HYPERLINK("https://example.org";"bob@example.org")', "=bob@example.org"])
def test_a_formula_is_no_address(typed: str) -> None:
    assert said("email", email=typed) == FORMULA


def test_older_names_of_zones_and_spellings_of_languages_are_understood() -> None:
    found = said("email,lang,timezone,hour", lang="ko-KR", timezone="Asia/Calcutta", hour="07:30")

    assert isinstance(found, Person)
    assert (found.locale, found.time_zone, found.hour) == ("ko", "Asia/Kolkata", 7)
