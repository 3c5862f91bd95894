"""Newsletters with something to change, people with roles, and the pages of the admin as a browser posts them."""

from datetime import date
from types import NoneType
from typing import Any

from django.db.models.fields.files import FieldFile
from django.test import Client
from django.urls import reverse

from digests.models import Digest, Newsletter, Summary
from newsletter.staff.models import Role, User
from tests.factories import (
    make_approved,
    make_delivery,
    make_digest,
    make_newsletter,
    make_paper,
    make_publisher,
    make_sender,
    make_user,
)

LOGIN, PASSWORD = "/admin/login/", "breakfast-time"


def make_issue(name: str) -> Newsletter:
    """A newsletter with a draft, a paper in English and Korean, and a digest whose one delivery failed."""
    newsletter = make_newsletter(name=name, sender=make_sender(name=f"Sender of {name}"))
    paper = make_paper(title=f"Paper of {name}", summaries={"en": "- Old.", "ko": "- 옛."})
    make_digest(newsletter, papers=[paper]).entries.update(again=True)
    sent = make_approved(make_digest(newsletter, papers=[paper], day=date(2026, 4, 6)))
    make_delivery(sent, status="failed", reason="550")
    return newsletter


def member(newsletter: Newsletter, kind: str, *, user: User | None = None, languages: tuple[str, ...] = ()) -> User:
    user = user or make_user("bob", is_staff=True)
    Role.objects.create(user=user, newsletter=newsletter, role=kind, languages=list(languages))
    return user


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def come(client: Client, *, name: str = "alice", password: str = PASSWORD, **more: Any) -> Any:
    return client.post(f"{LOGIN}?next=/admin/digests/digest/", {"username": name, "password": password}, **more)


def change_page(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def form_of(path: str) -> dict[str, Any]:
    """What a browser posts from a page that Alice, who sees everything, has open."""
    alice = User.objects.filter(username="alice").first() or make_publisher()
    context = browser(alice).get(path).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {field.html_name: field.value() for form in forms for field in form}
    return {
        name: value for name, value in values.items() if not isinstance(value, FieldFile | bool | NoneType) or value
    }


def post(client: Client, row: Any, **changes: Any) -> int:
    """Posts the row's page as it is, but for the changes."""
    path = change_page(row)
    return client.post(path, form_of(path) | changes).status_code


def draft_of(newsletter: Newsletter) -> Digest:
    return newsletter.digests.get(status="draft")


def summary_of(newsletter: Newsletter, locale: str) -> Summary:
    return Summary.objects.get(paper=draft_of(newsletter).papers.get(), locale=locale)
