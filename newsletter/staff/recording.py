"""What is changed in the admin stands in the log of acts: a mixin for all of its pages, and who is at work there."""

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from newsletter.staff import acting, acts, said
from newsletter.staff.models import User


def editor(request: HttpRequest) -> User:
    """Who is at work. Raises PermissionDenied where nobody has logged in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class Recorded(admin.ModelAdmin[Any]):
    """Records what is added, changed and deleted by the admin's forms, in their transaction.

    `records_itself = True` in the page's own class says that its verbs do so. Rows of readers are left out.
    """

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Django asks for its message once all is saved, with everything that was: the fields as they stood before."""
        message = super().construct_change_message(request, form, formsets, add)
        if not getattr(self, "records_itself", False):
            by = editor(request)
            _record(form, by=by, add=add)
            for formset in formsets or ():
                _record_rows(formset, by=by)
        return message

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._record_deletions(request, [obj])
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """All or none, with what is said of it."""
        self._record_deletions(request, queryset)
        super().delete_queryset(request, queryset)

    def _record_deletions(self, request: HttpRequest, rows: Iterable[Model]) -> None:
        if not getattr(self, "records_itself", False):
            for row in rows:
                _say("delete", row, by=editor(request), before=_values(row))

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Django's own log stays empty: ours says more, and nobody can change it."""
        return []

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """As for what is deleted."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """As for what is deleted."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Django's page of an object's history shows the acts on it."""
        row = self.get_object(request, unquote(object_id), None)
        seen: dict[str, Any] = {"acts": acts.acts_on(row, request.user)} if row is not None else {}
        if row is not None and request.user.has_perm("staff.view_act"):
            asked = urlencode({"kind": row._meta.label_lower, "thing": row.pk})
            seen["log"] = f"{reverse('admin:staff_act_changelist')}?{asked}"
        return super().history_view(request, object_id, {**(extra_context or {}), **seen})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """An action that the user may not take is refused in words; Django says that none was chosen."""
        chosen = request.POST.get("action", "")
        page: Any = self
        known = {name for _function, name, _words in page._get_base_actions()}
        if chosen in known and chosen not in self.get_actions(request):
            raise PermissionDenied(gettext("Your role does not cover this any more, so nothing was changed."))
        return super().changelist_view(request, extra_context)


def _record(form: ModelForm[Any], *, by: User, add: bool) -> None:
    """A form that was saved: of a row that was there, the fields that changed."""
    row = getattr(form, "instance", None) or getattr(form, "user", None)  # Django's form of a password has no instance
    if not isinstance(row, Model):
        return
    after = {name: form.cleaned_data.get(name) for name in form.changed_data}
    if add:
        _say("add", row, by=by, after=after)
        return
    known = [name for name in after if name in form.fields]
    before = {name: form.get_initial_for_field(form.fields[name], name) for name in known}
    # A list that is written differently counts as changed.
    same = {name for name in known if said.value(before[name]) == said.value(after[name])}
    if after.keys() - same:
        _say("change", row, by=by, before=_without(before, same), after=_without(after, same))


def _without(values: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def _record_rows(formset: Any, *, by: User) -> None:
    """The rows of an inline: those that came, changed and went."""
    came = {row.pk for row in formset.new_objects}
    stayed = came | {row.pk for row, _fields in formset.changed_objects}
    for form in formset.forms:
        if form.instance.pk in stayed and form.has_changed():
            _record(form, by=by, add=form.instance.pk in came)
    gone = {id(row) for row in formset.deleted_objects}
    for form in formset.forms:
        if id(form.instance) in gone:
            _say("delete", _as_it_was(form), by=by, before=_values(form.instance))


def _as_it_was(form: ModelForm[Any]) -> Model:
    """A row that is gone, with the id that it had."""
    row: Model = copy(form.instance)
    row.pk = form[row._meta.pk.name].value()
    return row


def _say(verb: str, row: Model, **values: Any) -> None:
    if row._meta.label_lower not in acting.UNSAID:
        acting.record(verb, row, **values)


def _values(row: Model) -> dict[str, Any]:
    """What a row that goes has said, without what is left to the database."""
    return {field.name: field.value_from_object(row) for field in row._meta.concrete_fields if field.editable}
