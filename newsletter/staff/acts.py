"""The log of acts in words: what was done to a row, and whose acts somebody sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst

from digests.admin.scope import newsletters_for
from digests.models import Newsletter
from newsletter.staff.acting import VERBS
from newsletter.staff.differences import Difference, differences
from newsletter.staff.models import Act, User

MOST = 100  # acts on an object's own page


@dataclass(frozen=True, slots=True)
class Shown:
    """An act as a page shows it."""

    act: Act
    verb: str
    differences: list[Difference]


def acts_on(row: Model, user: Any) -> list[Shown]:
    """The newest acts on a row, for who may see the row. Of users, those that belong to newsletters of the asker."""
    acts = Act.objects.filter(kind=row._meta.label_lower, thing=str(row.pk))
    if isinstance(row, User) and not user.is_superuser:
        acts = acts.filter(newsletter__in=list(names_for(user)))
    return [Shown(act, in_words(act.verb), differences(act.before, act.after)) for act in acts[:MOST]]


def names_for(user: Any) -> Mapping[int, str]:
    """The newsletters whose acts the user sees, by id."""
    seen = newsletters_for(user, "staff.view_act")
    return dict(Newsletter.objects.filter(pk__in=seen).values_list("pk", "name"))


def in_words(verb: str) -> str:
    return str(VERBS.get(verb, verb))


def kind_in_words(kind: str) -> str:
    try:
        return str(capfirst(apps.get_model(kind)._meta.verbose_name))
    except (LookupError, ValueError):  # a table that is gone by now
        return kind


def page_of(act: Act) -> str | None:
    """Where the thing is changed, where there is such a page."""
    try:
        return reverse(f"admin:{act.kind.replace('.', '_')}_change", args=[act.thing])
    except NoReverseMatch:
        return None
