"""The entrance: the password, and the second factor where there is one or has to be."""

import time
from base64 import b32decode
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from digests.models import Newsletter
from newsletter.environment import two_factor
from newsletter.staff import verifying
from newsletter.staff.models import Act, Role, User
from tests.factories import make_publisher, make_user
from tests.staff.pages import LOGIN, PASSWORD, browser, come, member

pytestmark = pytest.mark.django_db
INDEX = "/admin/"


def set_up(user: User) -> list[str]:
    """The user's recovery codes, after turning it on a minute ago."""
    key = verifying.new_key()
    codes = verifying.turn_on(user, key, f"{totp(bytes.fromhex(key)):06}")
    TOTPDevice.objects.update(last_t=-1)  # the code of the moment was not used yet
    assert codes is not None
    return codes


def code_of(user: User) -> str:
    device = TOTPDevice.objects.get(user=user)
    return f"{totp(device.bin_key, drift=device.drift):06}"


def shown(answer: Any) -> str:
    """The secret that the page of the set-up shows, as the app would read it."""
    secret: str = answer.context["secret"]
    return f"{totp(b32decode(secret.replace(' ', ''))):06}"


def verbs() -> list[str]:
    return list(Act.objects.order_by("pk").values_list("verb", flat=True))


def test_a_password_is_enough_as_long_as_nothing_else_was_turned_on() -> None:
    make_publisher()
    client = Client()

    answer = come(client)

    assert answer["Location"] == "/admin/digests/digest/"
    assert client.get(INDEX).status_code == 200
    assert [(act.verb, act.username, act.after) for act in Act.objects.all()] == [
        ("log in", "alice", {"second step": False})
    ]


def test_two_factor_is_turned_on_by_a_picture_and_a_code_and_shows_recovery_codes_once() -> None:
    client = browser(make_publisher())
    page = client.get(reverse("admin:two_factor"))
    assert 'src="data:image/svg+xml' in page.text

    answer = client.post(reverse("admin:two_factor"), {"code": shown(page)})

    assert len(answer.context["codes"]) == 10
    assert all(code in answer.text for code in answer.context["codes"])
    assert client.get(INDEX).status_code == 200
    assert "10 recovery codes are left" in client.get(reverse("admin:two_factor")).text
    assert verbs() == ["two-factor on"]


def test_a_wrong_code_turns_nothing_on() -> None:
    client = browser(make_publisher())
    shown(client.get(reverse("admin:two_factor")))

    answer = client.post(reverse("admin:two_factor"), {"code": "12345"})

    assert "not the code of the moment" in answer.text
    assert not TOTPDevice.objects.exists()


def test_a_second_app_does_not_replace_the_one_that_is_there() -> None:
    alice = make_publisher()
    codes = set_up(alice)
    key = verifying.new_key()

    assert verifying.turn_on(alice, key, f"{totp(bytes.fromhex(key)):06}") is None

    assert TOTPDevice.objects.get().key != key
    assert verifying.verify(alice, codes[0]) is not None


def test_a_tab_that_was_opened_before_does_not_turn_it_on_a_second_time() -> None:
    alice = make_publisher()
    client = browser(alice)
    code = shown(client.get(reverse("admin:two_factor")))
    set_up(alice)

    answer = client.post(reverse("admin:two_factor"), {"code": code})

    assert answer.status_code == 302
    assert TOTPDevice.objects.count() == 1
    assert verbs() == ["two-factor on"]


def test_the_session_of_an_app_that_was_replaced_shows_the_new_one_s_code() -> None:
    alice = make_publisher()
    set_up(alice)
    client = Client()
    come(client)
    client.post(reverse("admin:second_step"), {"code": code_of(alice)})
    assert client.get(INDEX).status_code == 200

    verifying.reset(alice, by=None)
    set_up(alice)

    assert client.get(INDEX).status_code == 302


def test_a_new_password_ends_the_other_sessions_and_asks_for_the_code_again() -> None:
    alice = make_publisher()
    codes = set_up(alice)
    here, there = Client(), Client()
    for client, code in ((here, codes[0]), (there, codes[1])):
        come(client)
        client.post(reverse("admin:second_step"), {"code": code})
    words = {"old_password": PASSWORD, "new_password1": "early-morning-bread", "new_password2": "early-morning-bread"}

    here.post(reverse("admin:password_change"), words)
    come(there, password="early-morning-bread")

    assert here.get(INDEX).status_code == 200
    assert there.get(INDEX, follow=True).redirect_chain[-1][0].startswith("/admin/login/code/")


def test_each_step_of_the_log_in_begins_another_session() -> None:
    alice = make_publisher()
    set_up(alice)
    client = Client()
    client.get(LOGIN)
    keys = []

    for path, form in ((LOGIN, {"username": "alice", "password": PASSWORD}), (reverse("admin:second_step"), {})):
        client.post(path, form or {"code": code_of(alice)})
        keys.append(client.session.session_key)

    assert len(set(keys)) == 2


def test_the_password_alone_opens_no_page_once_it_is_on() -> None:
    alice = make_publisher()
    set_up(alice)
    client = Client()

    come(client)

    pages = [INDEX, "/admin/digests/digest/", reverse("admin:two_factor"), reverse("admin:password_change")]
    assert {client.get(page).status_code for page in pages} == {302}
    assert client.get("/admin/digests/digest/", follow=True).redirect_chain[-1][0].startswith("/admin/login/code/")
    assert client.post(reverse("admin:two_factor_off"), {"code": ""}).status_code == 302
    assert TOTPDevice.objects.exists()
    assert "log in" not in verbs()


def test_the_code_opens_the_page_that_was_asked_for() -> None:
    alice = make_publisher()
    set_up(alice)
    client = Client()
    page = client.get(come(client)["Location"], follow=True)
    assert page.context["next"] == "/admin/digests/digest/"

    answer = client.post(reverse("admin:second_step"), {"code": code_of(alice), "next": page.context["next"]})

    assert answer["Location"] == "/admin/digests/digest/"
    assert client.get(INDEX).status_code == 200
    assert Act.objects.get(verb="log in").after == {"second step": True}


def test_the_way_on_leads_to_no_other_site() -> None:
    alice = make_publisher()
    set_up(alice)
    client = Client()
    come(client)

    answer = client.post(reverse("admin:second_step"), {"code": code_of(alice), "next": "https://evil.example/"})

    assert answer["Location"] == INDEX


def test_a_code_opens_once() -> None:
    alice = make_publisher()
    set_up(alice)
    code = code_of(alice)

    answers = []
    for client in (Client(), Client()):
        come(client)
        answers.append(client.post(reverse("admin:second_step"), {"code": code}).status_code)

    assert answers == [302, 200]


def test_a_recovery_code_opens_once_and_is_kept_as_a_hash() -> None:
    codes = set_up(make_publisher())
    assert not StaticToken.objects.filter(token__in=[code.replace("-", "") for code in codes]).exists()

    answers = []
    for client in (Client(), Client()):
        come(client)
        answers.append(client.post(reverse("admin:second_step"), {"code": codes[0].upper()}).status_code)

    assert answers == [302, 200]
    assert StaticToken.objects.count() == 9


def test_after_wrong_codes_even_the_right_one_has_to_wait() -> None:
    alice = make_publisher()
    set_up(alice)
    client = Client()
    come(client)

    with time_machine.travel(time.time(), tick=False):
        for code in ("000001", "000002"):
            answer = client.post(reverse("admin:second_step"), {"code": code})
        right = client.post(reverse("admin:second_step"), {"code": code_of(alice)})

    assert "does not hold" in answer.text
    assert right.status_code == 200


def test_another_browser_of_the_user_has_to_show_the_code_as_well() -> None:
    alice = make_publisher()
    other = browser(alice)
    assert other.get(INDEX).status_code == 200

    set_up(alice)

    assert other.get(INDEX).status_code == 302


def test_turning_it_off_takes_a_code() -> None:
    alice = make_publisher()
    client = Client()
    come(client)
    client.post(reverse("admin:two_factor"), {"code": shown(client.get(reverse("admin:two_factor")))})
    TOTPDevice.objects.update(last_t=-1)

    wrong = client.post(reverse("admin:two_factor_off"), {"code": "abc"})
    was_on = TOTPDevice.objects.exists()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1)):
        client.post(reverse("admin:two_factor_off"), {"code": code_of(alice)})

    assert "does not hold" in wrong.text
    assert (was_on, TOTPDevice.objects.exists(), StaticToken.objects.exists()) == (True, False, False)
    assert client.get(INDEX).status_code == 200
    assert verbs()[-1] == "two-factor off"


def test_new_recovery_codes_make_the_old_ones_worthless() -> None:
    alice = make_publisher()
    old = set_up(alice)
    client = Client()
    come(client)
    client.post(reverse("admin:second_step"), {"code": old[0]})

    new = client.post(reverse("admin:two_factor_codes"), {"code": old[1]}).context["codes"]

    assert len(set(new) - set(old)) == 10
    assert verifying.verify(alice, new[0]) is not None
    assert verifying.verify(alice, old[2]) is None
    assert client.get(INDEX).status_code == 200


def test_where_it_is_required_somebody_without_it_gets_to_the_set_up_and_nowhere_else(settings: Settings) -> None:
    settings.STAFF_TWO_FACTOR = "required"
    make_publisher()
    client = Client()

    page = client.get(come(client)["Location"], follow=True)

    assert page.redirect_chain[-1][0].startswith("/admin/two-factor/")
    assert client.get(INDEX).status_code == 302
    assert client.post("/admin/password_change/").status_code == 302
    client.post(reverse("admin:two_factor"), {"code": shown(page)})
    assert client.get(INDEX).status_code == 200


def test_somebody_half_way_in_can_log_out() -> None:
    set_up(make_publisher())
    client = Client()
    come(client)

    client.post(reverse("admin:logout"))

    assert "_auth_user_id" not in client.session


def test_who_has_no_place_at_the_desk_sets_nothing_up() -> None:
    client = browser(make_user("charlie"))

    assert client.get(reverse("admin:two_factor")).status_code == 302
    assert client.get(LOGIN).status_code == 200


def test_the_setting_has_two_words() -> None:
    assert two_factor("required") == "required"
    with pytest.raises(ImproperlyConfigured, match="optional or required"):
        two_factor("yes")


def test_an_operator_resets_it_and_the_log_says_so() -> None:
    set_up(make_publisher())

    call_command("reset_two_factor", "alice", stdout=StringIO())

    assert not TOTPDevice.objects.exists()
    assert (Act.objects.latest("pk").verb, Act.objects.latest("pk").username) == ("two-factor reset", "")
    with pytest.raises(CommandError, match="no second factor"):
        call_command("reset_two_factor", "alice")


def test_an_administrator_resets_it_for_users_of_own_newsletters_alone(a: Newsletter, b: Newsletter) -> None:
    bob, carol, dan = member(a, Role.Kind.ADMINISTRATOR), make_user("carol"), make_user("dan", is_superuser=True)
    member(a, Role.Kind.EDITOR, user=carol)
    member(a, Role.Kind.EDITOR, user=dan)
    for user in (carol, dan, bob):
        set_up(user)

    assert verifying.reset(carol, by=bob)

    set_up(carol)
    member(b, Role.Kind.VIEWER, user=carol)
    for user in (carol, dan, bob):
        with pytest.raises(PermissionDenied):
            verifying.reset(user, by=bob)


def test_a_new_password_is_said_by_its_change_alone() -> None:
    client = browser(make_publisher())
    words = {"old_password": PASSWORD, "new_password1": "early-morning-bread", "new_password2": "early-morning-bread"}

    client.post(reverse("admin:password_change"), words)

    assert [(act.verb, act.after) for act in Act.objects.all()] == [("change", {"password": "…"})]
