"""What a role allows, and where."""

from itertools import pairwise

import pytest

from newsletter.staff.models import Role
from newsletter.staff.permissions import GRANTS
from tests.factories import make_digest, make_newsletter, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role.Kind.values)
def test_a_role_counts_for_its_newsletter_alone(role: str) -> None:
    mine, other = make_digest(), make_digest(make_newsletter())
    alice = make_user()
    Role.objects.create(user=alice, newsletter=mine.newsletter, role=role)

    seen = [alice.has_perm("digests.view_digest", digest) for digest in (mine, other)]

    assert seen == [True, False]
    assert alice.has_perm("digests.view_digest")


def test_each_role_allows_what_the_one_before_allows() -> None:
    grants = [GRANTS[kind] for kind in Role.Kind.values]

    assert all(less < more for less, more in pairwise(grants))


def test_somebody_without_a_role_may_nothing() -> None:
    charlie = make_user("charlie", is_staff=True)

    assert not charlie.has_perm("digests.view_digest")
    assert not charlie.has_module_perms("digests")


def test_a_user_who_was_switched_off_may_nothing() -> None:
    digest = make_digest()
    alice = make_user(is_active=False)
    Role.objects.create(user=alice, newsletter=digest.newsletter, role=Role.Kind.ADMINISTRATOR)

    assert not alice.has_perm("digests.approve_digest", digest)
