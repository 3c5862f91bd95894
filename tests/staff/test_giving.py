"""Who gives roles to whom: an administrator for the own newsletters, and never upwards."""

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from digests.models import Newsletter
from newsletter.staff import giving
from newsletter.staff.models import Act, Role, User
from tests.factories import MORNING, make_publisher, make_user
from tests.staff.pages import browser, change_page, form_of, member

pytestmark = pytest.mark.django_db
ADD = "/admin/staff/role/add/"


@pytest.fixture
def bob(a: Newsletter) -> User:
    return member(a, Role.Kind.ADMINISTRATOR)


def form(newsletter: Newsletter, **more: Any) -> dict[str, Any]:
    return {"username": "carol", "email": "carol@example.org", "newsletter": newsletter.pk, "role": "editor"} | more


def roles() -> list[tuple[str, str, str, list[str]]]:
    rows = Role.objects.order_by("pk").select_related("user", "newsletter")
    return [(role.user.username, role.newsletter.name, role.role, role.languages) for role in rows]


def test_an_administrator_invites_somebody_who_sets_a_password_and_works(a: Newsletter, bob: User) -> None:
    page = browser(bob).post(ADD, form(a, role="translator", languages=["ko"]), follow=True)
    link = re.search(r"http://testserver(/admin/welcome/[^<\s]+)", page.text)
    assert link is not None
    carol = Client()

    first = carol.get(link[1], follow=True)
    words = {"new_password1": "early-morning-bread", "new_password2": "early-morning-bread"}
    carol.post(first.redirect_chain[-1][0], words)
    carol.post("/admin/login/", {"username": "carol", "password": "early-morning-bread"})

    assert roles()[-1] == ("carol", "News A", "translator", ["ko"])
    assert carol.get("/admin/digests/digest/").status_code == 200
    assert "was used already" in Client().get(link[1], follow=True).text
    said = [(act.username, act.verb, act.newsletter) for act in Act.objects.order_by("pk")]
    assert said == [
        ("bob", "invite", a.pk),
        ("bob", "give a role", a.pk),
        ("carol", "change", None),
        ("carol", "log in", None),
    ]


def test_somebody_who_works_here_already_gets_another_role_and_keeps_the_password(
    a: Newsletter, b: Newsletter, bob: User
) -> None:
    carol = make_user("carol", is_staff=True)
    member(b, Role.Kind.VIEWER, user=carol)

    page = browser(bob).post(ADD, form(a), follow=True)

    assert "/admin/welcome/" not in page.text
    assert roles()[1:] == [("carol", "News B", "viewer", []), ("carol", "News A", "editor", [])]
    assert User.objects.get(username="carol").check_password("breakfast-time")


def test_roles_of_other_newsletters_are_neither_seen_nor_given(a: Newsletter, b: Newsletter, bob: User) -> None:
    others = Role.objects.get(user=member(b, Role.Kind.EDITOR, user=make_user("carol", is_staff=True)))
    client = browser(bob)

    answer = client.post(ADD, form(b, username="dan"))

    assert answer.status_code == 200
    assert "carol" not in client.get(reverse("admin:staff_role_changelist")).text
    assert client.post(change_page(others), {"role": "viewer"}).status_code in {302, 403}
    assert roles() == [("bob", "News A", "administrator", []), ("carol", "News B", "editor", [])]
    with pytest.raises(PermissionDenied):
        giving.give("dan", b, "viewer", by=bob)


@pytest.mark.parametrize(
    ("name", "words"),
    [("alice", "runs the site"), ("bob", "Nobody gives a role to oneself"), ("dan", "no place"), ("erin", "already")],
)
def test_some_cannot_be_given_a_role_and_the_form_says_why(a: Newsletter, bob: User, name: str, words: str) -> None:
    make_publisher()
    make_user("dan")
    member(a, Role.Kind.VIEWER, user=make_user("erin", is_staff=True))
    before = roles()

    answer = browser(bob).post(ADD, form(a, username=name))

    assert words in answer.text
    assert roles() == before


def test_nobody_raises_oneself_or_touches_who_runs_the_site(a: Newsletter, bob: User) -> None:
    alices = Role.objects.create(user=make_publisher(), newsletter=a, role="viewer")
    own = Role.objects.get(user=bob)
    client = browser(bob)

    answers = [client.post(change_page(role), {"role": "editor"}).status_code for role in (alices, own)]
    rows = {"action": "delete_selected", "_selected_action": [alices.pk, own.pk], "post": "yes"}
    deleted = client.post(reverse("admin:staff_role_changelist"), rows).status_code

    assert (answers, deleted) == ([403, 403], 403)
    assert len(roles()) == 2
    for role in (alices, own):
        with pytest.raises(PermissionDenied, match="not yours"):
            giving.take(role, by=bob)


def test_of_roles_chosen_together_all_are_taken_away_or_none(a: Newsletter, bob: User) -> None:
    aarons = Role.objects.get(user=member(a, Role.Kind.EDITOR, user=make_user("aaron", is_staff=True)))
    page = reverse("admin:staff_role_changelist")
    form = {"action": "delete_selected", "post": "yes"}

    both = {"_selected_action": [aarons.pk, Role.objects.get(user=bob).pk]}
    together = browser(bob).post(page, form | both).status_code
    left = len(roles())
    alone = browser(bob).post(page, form | {"_selected_action": [aarons.pk]}).status_code

    assert (together, left, alone, len(roles())) == (403, 2, 302, 1)


def test_a_role_is_changed_and_taken_away_and_the_log_says_so(a: Newsletter, bob: User) -> None:
    carols = Role.objects.get(user=member(a, Role.Kind.EDITOR, user=make_user("carol", is_staff=True)))
    client = browser(bob)

    client.post(change_page(carols), {"role": "translator", "languages": ["en", "ko"]})
    changed = roles()[-1]
    client.post(reverse("admin:staff_role_delete", args=[carols.pk]), {"post": "yes"})

    assert changed == ("carol", "News A", "translator", ["en", "ko"])
    assert [name for name, *_rest in roles()] == ["bob"]
    acts = Act.objects.order_by("pk")
    assert [(act.verb, act.before.get("role"), act.after.get("role")) for act in acts] == [
        ("change a role", "editor", "translator"),
        ("take a role", "translator", None),
    ]


def test_languages_are_ticked_among_those_of_the_newsletter(a: Newsletter, bob: User) -> None:
    page = browser(bob).get(ADD).text
    answer = browser(bob).post(ADD, form(a, role="translator", languages=["de"]))

    assert 'type="checkbox" name="languages" value="ko"' in page
    assert 'value="de"' not in page
    assert answer.status_code == 200
    assert len(roles()) == 1


def test_the_pages_of_roles_and_acts_speak_the_editors_language(bob: User) -> None:
    client = browser(bob)

    pages = [client.get(page, headers={"accept-language": "ko"}).text for page in (ADD, "/admin/staff/act/")]

    assert "뉴스레터:" in pages[0]
    assert "역할:" in pages[0]
    assert "Newsletter:" not in pages[0]
    assert ">At<" not in pages[1]


def test_who_runs_the_site_gives_roles_for_every_newsletter(a: Newsletter, b: Newsletter) -> None:
    alice = browser(make_publisher())

    for newsletter in (a, b):
        alice.post(ADD, form(newsletter))

    assert [(name, newsletter) for name, newsletter, *_rest in roles()] == [("carol", "News A"), ("carol", "News B")]


def test_an_invitation_of_somebody_with_roles_elsewhere_is_not_shown(a: Newsletter, b: Newsletter, bob: User) -> None:
    carol = giving.give("carol", a, "viewer", by=bob).user
    assert giving.invitation(carol, by=bob) is not None

    member(b, Role.Kind.VIEWER, user=carol)

    assert giving.invitation(carol, by=bob) is None


def test_who_was_locked_out_is_let_in_by_who_runs_the_site_alone(a: Newsletter, bob: User) -> None:
    carol = make_user("carol", is_staff=True, last_login=MORNING)
    member(a, Role.Kind.EDITOR, user=carol)
    carol.set_unusable_password()
    carol.save()

    assert giving.invitation(carol, by=bob) is None
    assert giving.invitation(carol, by=make_publisher()) is not None


def test_an_administrator_invites_nobody_who_has_no_role(bob: User) -> None:
    root = User.objects.create_superuser("root")  # as createsuperuser --noinput makes one, without a password

    assert giving.invitation(root, by=bob) is None


def test_a_name_in_wide_letters_is_the_same_name(a: Newsletter, bob: User) -> None:
    make_user("carol", is_staff=True)

    browser(bob).post(ADD, form(a, username="ｃａｒｏｌ"))

    assert roles()[-1] == ("carol", "News A", "editor", [])


def test_another_newsletters_role_makes_the_link_of_before_worthless(a: Newsletter, b: Newsletter, bob: User) -> None:
    carol = giving.give("carol", a, "viewer", by=bob).user
    parts = giving.invitation(carol, by=bob)
    assert parts is not None

    giving.give("carol", b, "publisher", by=make_publisher())

    page = Client().get(reverse("admin:welcome", args=parts), follow=True).text
    assert "was used already" in page
    assert "<title>Welcome to the desk | Paperboy</title>" in page


def test_who_runs_the_site_from_now_on_is_not_invited_any_more(a: Newsletter, bob: User) -> None:
    carol = giving.give("carol", a, "viewer", by=bob).user
    parts = giving.invitation(carol, by=bob)
    assert parts is not None

    page = change_page(carol)
    changes = {"is_superuser": "on", "date_joined_0": "2026-04-01", "date_joined_1": "07:00"}
    answer = browser(make_publisher("root")).post(page, form_of(page) | changes)
    assert answer.status_code == 302, answer.context["errors"]

    carol.refresh_from_db()
    assert carol.is_superuser
    assert "was used already" in Client().get(reverse("admin:welcome", args=parts), follow=True).text


def test_the_list_of_roles_resets_the_two_factor_log_in(a: Newsletter, bob: User) -> None:
    carols = Role.objects.get(user=member(a, Role.Kind.EDITOR, user=make_user("carol", is_staff=True)))
    rows = {"action": "reset_two_factor", "_selected_action": [carols.pk, Role.objects.get(user=bob).pk]}

    page = browser(bob).post(reverse("admin:staff_role_changelist"), rows, follow=True)

    assert "Bob: Only who administers all newsletters" in page.text
    assert "0 users" in page.text
