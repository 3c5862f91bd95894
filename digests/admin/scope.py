"""Whose newsletter it is: what users of the admin see and may touch. Asks `user.has_perm(permission, row)` alone."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import lookup_spawns_duplicates
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import CASCADE, PROTECT, Model, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.text import capfirst

from digests.models import Newsletter, Paper, Topic

M = TypeVar("M", bound=Model)

# How rows that a form offers lead to their newsletter.
OFFERED: Mapping[type[Model], str] = {Newsletter: "pk", Topic: "newsletter", Paper: "entries__digest__newsletter"}


def newsletters_for(user: AbstractUser | AnonymousUser, permission: str) -> list[int]:
    """The ids of the newsletters that the user has the permission for."""
    return [newsletter.pk for newsletter in Newsletter.objects.all() if user.has_perm(permission, newsletter)]


def rows_of(newsletters: list[int], rows: QuerySet[M], *, path: str) -> QuerySet[M]:
    """Those of `rows` that belong to one of the newsletters, which stands at the end of `path`; each once."""
    if not lookup_spawns_duplicates(rows.model._meta, path):
        return rows.filter(**{f"{path}__in": newsletters})  # a million rows are not asked for in a subquery
    return rows.filter(pk__in=rows.model._default_manager.filter(**{f"{path}__in": newsletters}).values("pk"))


def kept_by(row: Model) -> list[str]:
    """The sorts of rows, in the plural, that point at this one and keep it from being deleted."""
    return [
        capfirst(str(relation.related_model._meta.verbose_name_plural))
        for relation in row._meta.related_objects
        if getattr(relation, "on_delete", None) is PROTECT
        and relation.related_model._base_manager.filter(**{relation.field.name: row}).exists()
    ]


def _going(rows: list[Model]) -> Iterator[tuple[Any, int]]:
    """The sorts of rows that go with these, with how many there are of each."""
    for relation in rows[0]._meta.related_objects if rows else ():
        others = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": rows})
        if getattr(relation, "on_delete", None) is CASCADE and (count := others.count()):
            yield relation.related_model._meta, count


class ReadOnly(BaseModelAdmin[Any]):
    """Shows rows, and makes, changes or deletes none. Stands before what would allow it."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ByRole(BaseModelAdmin[Any]):
    """Permissions are asked for the row at hand. In an inline that is the parent, so an inline follows its page."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, "add", obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, "delete", obj)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, "view", obj) or self.may(request, "change", obj)

    def may(self, request: HttpRequest, act: str, obj: Model | None) -> bool:
        return bool(request.user.has_perm(self.permission(act), obj))

    def permission(self, act: str) -> str:
        return f"{self.opts.app_label}.{act}_{self.opts.model_name}"

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        """What a field offers belongs to newsletters for which the user may add a row like this."""
        model = db_field.remote_field.model
        rows = super().get_field_queryset(db, db_field, request)
        if model not in OFFERED or request.user.is_superuser:
            return rows
        if rows is None:
            rows = model._default_manager.all()
        return rows_of(newsletters_for(request.user, self.permission("add")), rows, path=OFFERED[model])


class OwnNewsletters(ByRole, admin.ModelAdmin[Any]):
    """Shows the rows of the user's newsletters, at the end of `path`, and saves no other. Superusers see all."""

    path: str

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        return rows_of(newsletters_for(request.user, self.permission("view")), rows, path=self.path)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The rows, and how many of what goes with them; or the sorts of rows that keep one of them.

        Django would list each of these, also where it is a million. Seeing rows is allowed to more people than deleting
        them, so one that the user may not delete keeps all that were chosen with it.
        """
        if kept := sorted({name for row in objs for name in kept_by(row)}):
            return [], {}, set(), kept
        counts = {self.opts.verbose_name_plural: len(objs)}
        needed = {self.opts.verbose_name for row in objs if not self.has_delete_permission(request, row)}
        for relation, rows in _going(list(objs)):
            counts[relation.verbose_name_plural] = rows
            if not request.user.has_perm(f"{relation.app_label}.delete_{relation.model_name}"):
                needed.add(relation.verbose_name)
        return [str(row) for row in objs], counts, needed, []

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """By what the list is filtered by alone.

        Django lets an address ask for any column of the table. One that no page shows, such as a postbox's password,
        could be guessed like that, letter by letter.
        """
        named = [one[0] if isinstance(one, tuple) else one for one in self.get_list_filter(request)]
        offered = [str(getattr(one, "parameter_name", one)) for one in (*named, self.date_hierarchy) if one]
        is_offered = any(lookup == name or lookup.startswith(f"{name}{LOOKUP_SEP}") for name in offered)
        return is_offered and super().lookup_allowed(lookup, value, request)

    def changeable(self, request: HttpRequest, rows: QuerySet[M]) -> list[M]:
        """The rows that the user may change: seeing is allowed to more people than changing."""
        return [row for row in rows if self.has_change_permission(request, row)]

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        """Raises PermissionDenied for a row that the form has moved to a newsletter of others."""
        if not self.may(request, "change" if change else "add", obj):
            raise PermissionDenied
        super().save_model(request, obj, form, change)


class NewsletterFilter(admin.RelatedFieldListFilter):
    """Offers the newsletters that the user sees."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        seen = newsletters_for(request.user, model_admin.permission("view"))
        ordering = self.field_admin_ordering(field, request, model_admin)
        choices: list[tuple[str, Any]] = field.get_choices(
            include_blank=False, ordering=ordering, limit_choices_to={"pk__in": seen}
        )
        return choices
