"""Every page of the admin as every role, and every action: against the table in who_may.py."""

import pytest
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from digests.models import Newsletter
from tests.staff import doors, who_may
from tests.staff.doors import KINDS, RANKS

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


def pages_of_rows(newsletter: Newsletter) -> dict[str, str]:
    """The addresses of those pages that belong to the newsletter alone."""
    of_none = {"app_label", "content_type_id", "uidb64", "token", "url"}
    return {name: page for name, page in doors.addresses(newsletter).items() if doors.PAGES[name] - of_none}


def send(client: Client, page: str, *, undo: bool = False) -> int:
    """The answer to an almost empty form."""
    with transaction.atomic():
        answer = client.post(page, {"post": "yes", "sure": "1"})
        transaction.set_rollback(undo)
    return answer.status_code


def take(client: Client, action: str, rows: dict[str, Model], *, undo: bool = False) -> int:
    table, name = doors.ACTIONS[action]
    form = {"action": name, "_selected_action": [rows[table].pk], "post": "yes"}
    with transaction.atomic():
        answer = client.post(reverse(f"admin:{table}_changelist"), form)
        transaction.set_rollback(undo)
    return answer.status_code


@pytest.mark.parametrize("kind", PEOPLE)
def test_each_page_opens_for_who_may_see_it_and_for_nobody_else(kind: str, both: tuple[Newsletter, Newsletter]) -> None:
    client, wrong = doors.somebody(kind, both[0]), {}

    for name, page in doors.addresses(both[0]).items():
        status = client.get(page).status_code
        is_right = status == 200 if may(kind, who_may.sees(name)) else status in REFUSED
        if not is_right and not (name in who_may.LED_ON and status == 302):
            wrong[name] = status

    assert wrong == {}


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_of_a_row_opens_for_who_has_a_role_elsewhere(kind: str, both: tuple[Newsletter, Newsletter]) -> None:
    client = doors.somebody(kind, both[0])

    statuses = {name: client.get(page).status_code for name, page in pages_of_rows(both[1]).items()}

    assert {name: status for name, status in statuses.items() if status not in REFUSED} == {}


@pytest.mark.parametrize("kind", PEOPLE)
def test_each_page_takes_a_form_from_who_may_send_it_and_changes_nothing_for_others(
    kind: str, both: tuple[Newsletter, Newsletter]
) -> None:
    client, wrong = doors.somebody(kind, both[0]), {}
    before = doors.everything()

    for name, page in doors.addresses(both[0]).items():
        if may(kind, who_may.does(name)):
            status = send(client if name not in {"login", "logout"} else Client(), page, undo=True)
            is_right = status in DONE
        else:
            status = send(client, page)  # it must do nothing
            is_right = status in REFUSED or (status == 200 and may(kind, who_may.sees(name)))
        if not is_right:
            wrong[name] = status

    assert wrong == {}
    assert doors.everything() == before


@pytest.mark.parametrize("kind", KINDS)
def test_no_form_changes_a_row_of_another_newsletter(kind: str, both: tuple[Newsletter, Newsletter]) -> None:
    client = doors.somebody(kind, both[0])
    before = doors.everything()

    statuses = {send(client, page) for page in pages_of_rows(both[1]).values()}

    assert statuses <= REFUSED
    assert doors.everything() == before


@pytest.mark.parametrize("kind", PEOPLE)
def test_each_action_is_taken_by_who_may_and_refused_to_others(kind: str, both: tuple[Newsletter, Newsletter]) -> None:
    client, wrong = doors.somebody(kind, both[0]), {}
    before, rows = doors.everything(), doors.rows(both[0])

    for action in doors.ACTIONS:
        allowed = may(kind, who_may.acts(action))
        answer = take(client, action, rows, undo=allowed)
        expected = {200, 302} if allowed else {302} if kind == "public" else {403}
        if answer not in expected:
            wrong[action] = answer

    assert wrong == {}
    assert doors.everything() == before


@pytest.mark.parametrize("kind", KINDS)
def test_no_action_changes_a_row_of_another_newsletter(kind: str, both: tuple[Newsletter, Newsletter]) -> None:
    client = doors.somebody(kind, both[0])
    before, rows = doors.everything(), doors.rows(both[1])

    for action in doors.ACTIONS:
        take(client, action, rows)

    assert doors.everything() == before


def test_the_table_names_nothing_that_is_gone() -> None:
    assert set(who_may.TABLES) == set(doors.TABLES)
    assert set(who_may.PAGES) <= set(doors.NAMES)
    assert set(who_may.ACTIONS) <= set(doors.ACTIONS)
