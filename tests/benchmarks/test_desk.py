"""The bench of the admin opens what there is: no page is left out because nobody thought of it."""

import os

import pytest
from django.urls import reverse

from benchmarks.desk import filling
from benchmarks.desk.filling import Filled
from benchmarks.desk.pages import Rows, pages
from newsletter.staff.models import User
from tests.factories import make_approved, make_digest, make_paper, make_publisher


@pytest.mark.django_db
def test_each_page_with_an_address_is_opened_or_named() -> None:
    draft = make_digest(papers=[make_paper(title="Kite", summaries={"ko": "- 옛."})])
    going_out, editor = make_approved(make_digest(draft.newsletter, day=draft.day.replace(day=1))), make_publisher()
    made = Filled(users={"editor": editor}, going_out=going_out, draft=draft)

    found, others = pages(Rows(made))

    paths = {page.path for page in found}
    assert reverse("admin:desk_statistics") in paths
    assert {reverse("admin:digest_approve", args=[digest.pk]) for digest in (draft, going_out)} <= paths
    assert reverse("admin:staff_user_change", args=[User.objects.get().pk]) in paths
    assert not any(name.startswith("digest_") for name in others)


@pytest.mark.django_db
@pytest.mark.skipif(os.environ.get("TEST_DATABASE") != "postgres", reason="PostgreSQL fills the bench's tables")
def test_five_years_are_filled_and_found_again() -> None:
    filling.fill(readers=200, digests=20)
    made = filling.filled()

    assert made.going_out.deliveries.count() == made.going_out.newsletter.subscriptions.count() == 200
    assert made.draft.entries.count() == made.going_out.entries.count() == 68
    assert set(made.users) == {"superuser", "administrator", "editor"}
