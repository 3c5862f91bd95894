"""The pages of the staff's room ask the database a bounded number of questions, however much there is."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from digests.models import Newsletter
from newsletter.staff import acting
from newsletter.staff.models import Act, Role
from tests.factories import make_publisher, make_user
from tests.staff.pages import browser, draft_of, member

pytestmark = pytest.mark.django_db
MOST = 40


@pytest.fixture
def many(a: Newsletter) -> Act:
    """68 acts on a digest, and 68 roles."""
    digest = draft_of(a)
    for number in range(68):
        user = make_user(f"user-{number}", is_staff=True)
        Role.objects.create(user=user, newsletter=a, role=Role.Kind.EDITOR, languages=["ko"])
        acting.record("change", digest, by=user, before={"slug": "x"}, after={"slug": str(number)})
    return Act.objects.latest("pk")


@pytest.mark.parametrize("kind", ["administrator", "superuser"])
def test_no_page_asks_more_than_forty_questions(
    kind: str, a: Newsletter, many: Act, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser(make_publisher() if kind == "superuser" else member(a, kind))
    role = Role.objects.latest("pk")
    pages = [
        reverse("admin:staff_act_changelist"),
        reverse("admin:staff_act_change", args=[many.pk]),
        reverse("admin:staff_role_changelist"),
        reverse("admin:staff_role_add"),
        reverse("admin:staff_role_change", args=[role.pk]),
        reverse("admin:digests_digest_history", args=[draft_of(a).pk]),
        reverse("admin:two_factor"),
        reverse("admin:index"),
    ]

    for page in pages:
        with django_assert_max_num_queries(MOST, info=page):
            assert client.get(page).status_code == 200


def test_the_list_of_acts_asks_no_more_for_more_acts(
    a: Newsletter, many: Act, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser(make_publisher())

    with django_assert_max_num_queries(15):
        page = client.get(reverse("admin:staff_act_changelist"))

    assert page.text.count("user-") >= 50
    assert datetime.now(UTC) >= many.at
