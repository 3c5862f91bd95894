"""What a role allows, and where."""

from itertools import pairwise

import pytest
from pytest_django import DjangoAssertNumQueries

from digests.models import Summary
from newsletter.feedback.models import Event
from newsletter.staff.models import Role, User
from newsletter.staff.permissions import GRANTS
from tests.factories import MORNING, make_digest, make_newsletter, make_paper, make_sender, make_user

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


@pytest.mark.parametrize(("languages", "locale", "allowed"), [(["ko"], "ko", 1), (["ko"], "en", 0), ([], "en", 1)])
def test_a_translator_writes_in_the_own_languages_and_reads_all(
    languages: list[str], locale: str, allowed: bool
) -> None:
    digest = make_digest(papers=[make_paper(summaries={"en": "- One.", "ko": "- 하나."})])
    alice = make_user()
    Role.objects.create(user=alice, newsletter=digest.newsletter, role=Role.Kind.TRANSLATOR, languages=languages)

    summary = Summary.objects.get(locale=locale)

    assert alice.has_perm("digests.view_summary", summary)
    assert alice.has_perm("digests.change_summary", summary) == allowed
    assert alice.has_perm("digests.add_summary", Summary(paper=summary.paper, locale=locale)) == allowed


def test_an_editor_writes_in_every_language() -> None:
    digest = make_digest()
    alice = make_user()
    Role.objects.create(user=alice, newsletter=digest.newsletter, role=Role.Kind.EDITOR, languages=["ko"])

    assert alice.has_perm("digests.change_summary", Summary.objects.filter(paper__entries__digest=digest)[0])


def test_what_belongs_to_no_newsletter_is_nobodys_with_a_role() -> None:
    alice = make_user()
    Role.objects.create(user=alice, newsletter=make_newsletter(), role=Role.Kind.ADMINISTRATOR)
    event = Event.objects.create(kind="left", source="x", external_id="1", at=MORNING)

    rights = {
        "digests.change_paper": make_paper(),
        "postbox.change_sender": make_sender(),
        "feedback.view_event": event,
    }

    assert not any(alice.has_perm(perm, row) for perm, row in rights.items())
    assert not alice.has_perm("digests.view_paper", make_paper())


def test_all_questions_of_a_page_read_the_roles_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    digest = make_digest()
    Role.objects.create(user=make_user(), newsletter=digest.newsletter, role=Role.Kind.EDITOR)
    alice = User.objects.get()

    with django_assert_num_queries(1):
        answers = [alice.has_perm("digests.view_digest", digest) for _ in range(3)]

    assert answers == [True] * 3
