"""Every page of the admin as every role, and every action: against the table in who_may.py."""

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client

from digests.models import Newsletter
from tests.staff import doors, who_may
from tests.staff.doors import KINDS, NAMES, RANKS

pytestmark = pytest.mark.django_db
PEOPLE = RANKS[:-1]
REFUSED = {302, 403, 404, 405}
DONE = {200, 302, 400}


@pytest.fixture
def both(a: Newsletter, b: Newsletter) -> tuple[Newsletter, Newsletter]:
    for newsletter in (a, b):
        doors.fill(newsletter)
    return a, b


def may(kind: str, least: str) -> bool:
    return least != "nobody" and RANKS.index(kind) >= RANKS.index(least)


def is_of_a_row(name: str) -> bool:
    pattern = next(one for one in doors.urls() if one.name == name)
    return bool(set(pattern.pattern.regex.groupindex) - {"app_label", "content_type_id", "uidb64", "token", "url"})


def send(client: Client, name: str, newsletter: Newsletter) -> int:
    """The answer to an almost empty form; what it did is undone."""
    with transaction.atomic():
        answer = client.post(doors.address(name, newsletter), {"post": "yes", "sure": "1"})
        transaction.set_rollback(True)
    return answer.status_code


def take(client: Client, action: str, newsletter: Newsletter, *, undo: bool) -> int:
    page, name = doors.actions()[action]
    table = doors.TABLES[page.removesuffix("_changelist")]
    form = {"action": name, "_selected_action": [doors.row_of(table, newsletter).pk], "post": "yes"}
    with transaction.atomic():
        answer = client.post(doors.address(page, newsletter), form)
        transaction.set_rollback(undo)
    return answer.status_code


@pytest.mark.parametrize("kind", PEOPLE)
def test_each_page_opens_for_who_may_see_it_and_for_nobody_else(kind: str, both: tuple[Newsletter, Newsletter]) -> None:
    client, wrong = doors.somebody(kind, both[0]), {}

    for name in NAMES:
        status = client.get(doors.address(name, both[0])).status_code
        is_right = status == 200 if may(kind, who_may.sees(name)) else status in REFUSED
        if not is_right and not (name in who_may.LED_ON and status == 302):
            wrong[name] = status

    assert wrong == {}


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_of_a_row_opens_for_who_has_a_role_elsewhere(kind: str, both: tuple[Newsletter, Newsletter]) -> None:
    client = doors.somebody(kind, both[0])

    opened = [
        name
        for name in NAMES
        if is_of_a_row(name) and client.get(doors.address(name, both[1])).status_code not in REFUSED
    ]

    assert opened == []


@pytest.mark.parametrize("kind", PEOPLE)
def test_each_page_takes_a_form_from_who_may_send_it_and_changes_nothing_for_others(
    kind: str, both: tuple[Newsletter, Newsletter]
) -> None:
    client, wrong = doors.somebody(kind, both[0]), {}
    before = doors.everything()

    for name in NAMES:
        if may(kind, who_may.does(name)):
            status = send(client if name not in {"login", "logout"} else Client(), name, both[0])
            is_right = status in DONE
        else:
            # Nothing is undone here: it must do nothing.
            status = client.post(doors.address(name, both[0]), {"post": "yes", "sure": "1"}).status_code
            is_right = status in REFUSED or (status == 200 and may(kind, who_may.sees(name)))
        if not is_right:
            wrong[name] = status

    assert wrong == {}
    assert doors.everything() == before


@pytest.mark.parametrize("kind", KINDS)
def test_no_form_changes_a_row_of_another_newsletter(kind: str, both: tuple[Newsletter, Newsletter]) -> None:
    client = doors.somebody(kind, both[0])
    before = doors.everything()

    statuses = {
        client.post(doors.address(name, both[1]), {"post": "yes", "sure": "1"}).status_code
        for name in NAMES
        if is_of_a_row(name)
    }

    assert statuses <= REFUSED
    assert doors.everything() == before


@pytest.mark.parametrize("kind", PEOPLE)
def test_each_action_is_taken_by_who_may_and_refused_to_others(kind: str, both: tuple[Newsletter, Newsletter]) -> None:
    client, wrong = doors.somebody(kind, both[0]), {}
    before = doors.everything()

    for action in doors.actions():
        allowed = may(kind, who_may.acts(action))
        answer = take(client, action, both[0], undo=allowed)
        expected = {200, 302} if allowed else {302} if kind == "public" else {403}
        if answer not in expected:
            wrong[action] = answer

    assert wrong == {}
    assert doors.everything() == before


@pytest.mark.parametrize("kind", KINDS)
def test_no_action_changes_a_row_of_another_newsletter(kind: str, both: tuple[Newsletter, Newsletter]) -> None:
    client = doors.somebody(kind, both[0])
    before = doors.everything()

    for action in doors.actions():
        take(client, action, both[1], undo=False)

    assert doors.everything() == before


def test_the_table_names_nothing_that_is_gone() -> None:
    tables = {f"{table._meta.app_label}_{table._meta.model_name}" for table in admin.site._registry}

    assert set(who_may.TABLES) == tables
    assert set(who_may.PAGES) <= set(NAMES)
    assert set(who_may.ACTIONS) <= set(doors.actions())
