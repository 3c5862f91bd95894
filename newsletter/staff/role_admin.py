"""Roles in the admin: an administrator gives them for the own newsletters, and invites who is new."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from digests.admin.scope import NewsletterFilter, OwnNewsletters
from digests.locales import native_name
from newsletter.staff import giving, verifying
from newsletter.staff.models import Role, User
from newsletter.staff.recording import editor


class RoleForm(forms.ModelForm[Role]):
    """A role with its languages to tick; a new one names the user, who need not exist yet."""

    by: User  # set by the page, which makes a class for each request
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        validators=[User.username_validator],
        help_text=_("Of somebody who works at a desk here already, or a new one."),
    )
    email = forms.EmailField(label=_("E-mail address"), required=False, help_text=_("Of somebody new."))
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Those a translator works in; none ticked means all. Other roles have all languages."),
    )

    class Meta:
        model = Role
        fields = ["newsletter", "role", "languages"]

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        if self.instance.pk:
            del self.fields["username"], self.fields["email"]
            offered = [*self.instance.newsletter.locales, *self.instance.languages]
        else:
            newsletters: Any = self.fields["newsletter"]
            offered = [locale for newsletter in newsletters.queryset for locale in newsletter.locales]
        languages: Any = self.fields["languages"]
        languages.choices = [(locale, native_name(locale)) for locale in dict.fromkeys(offered)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        newsletter = self.instance.newsletter if self.instance.pk else cleaned.get("newsletter")
        if newsletter is None:
            return cleaned
        if foreign := set(cleaned.get("languages", [])) - {*newsletter.locales, *self.instance.languages}:
            words = gettext("%(newsletter)s is not written in: %(languages)s.")
            names = ", ".join(sorted(native_name(locale) for locale in foreign))
            self.add_error("languages", words % {"newsletter": newsletter, "languages": names})
        if "username" in cleaned:
            try:
                giving.check(cleaned["username"], newsletter, by=self.by)
            except giving.NotPossible as problem:
                self.add_error("username", str(problem))
        return cleaned


@admin.register(Role)
class RoleAdmin(OwnNewsletters):
    """Who works for which newsletter, and as what. The verbs are in giving.py, and say so in the log of acts."""

    path = "newsletter"
    records_itself = True
    form = RoleForm
    list_display = ["user", "newsletter", "role", "in_languages", "last_login"]
    list_filter = [("newsletter", NewsletterFilter), "role"]
    list_select_related = ["user", "newsletter"]
    search_fields = ["user__username"]
    ordering = ["newsletter__name", "user__username"]
    actions = ["reset_two_factor"]

    @admin.display(description=_("languages"))
    def in_languages(self, role: Role) -> str:
        return ", ".join(native_name(locale) for locale in role.languages) or "-"

    @admin.display(description=_("last log-in"), ordering="user__last_login")
    def last_login(self, role: Role) -> Any:
        return role.user.last_login

    def get_fields(self, request: HttpRequest, obj: Role | None = None) -> Any:
        return ["user", "newsletter", "role", "languages", "invitation"] if obj else [*NEW]

    def get_readonly_fields(self, request: HttpRequest, obj: Role | None = None) -> list[str]:
        return ["user", "newsletter", "invitation"] if obj else []

    @admin.display(description=_("invitation"))
    def invitation(self, role: Role) -> str:
        """The link for somebody new, as long as no password was set."""
        parts = getattr(role, "invited", None)
        if parts is None:
            return "-"
        address = f"{settings.SITE_URL}{reverse('admin:welcome', args=parts)}"
        words = gettext("Give this link to the user: a password is set by it, within three days.")
        return format_html('{}<br><code dir="ltr">{}</code>', words, address)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        role: Any = super().get_object(request, object_id, from_field)
        if role is not None:
            role.invited = giving.invitation(role.user, by=editor(request))
        return role

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["fields"] = ["newsletter", "role", "languages"] if obj is None else ["role", "languages"]
        made: Any = super().get_form(request, obj, change, **kwargs)
        made.by = editor(request)
        if "newsletter" in made.base_fields:
            widget = made.base_fields["newsletter"].widget
            widget.can_add_related = widget.can_change_related = widget.can_view_related = False
        return made

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        is_open = not isinstance(obj, Role) or giving.may_change(obj, by=editor(request))
        return is_open and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        is_open = not isinstance(obj, Role) or giving.may_change(obj, by=editor(request))
        return is_open and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        said, by = form.cleaned_data, editor(request)
        if change:
            giving.change(obj, said["role"], languages=said["languages"], by=by)
            return
        languages, email = said["languages"], said["email"]
        made = giving.give(said["username"], obj.newsletter, obj.role, languages=languages, email=email, by=by)
        obj.pk, obj.user = made.pk, made.user

    def delete_model(self, request: HttpRequest, obj: Role) -> None:
        giving.take(obj, by=editor(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Role]) -> None:
        for role in queryset.select_related("user"):
            giving.take(role, by=editor(request))

    def response_add(self, request: HttpRequest, obj: Role, post_url_continue: str | None = None) -> HttpResponse:
        """To the role's page, which has the link for somebody new."""
        messages.success(request, gettext("%(user)s has the role now.") % {"user": obj.user})
        return redirect("admin:staff_role_change", obj.pk)

    @admin.action(description=_("Reset the two-factor log-in: the password is enough then"), permissions=["change"])
    def reset_two_factor(self, request: HttpRequest, roles: QuerySet[Role]) -> None:
        by = editor(request)
        users = {role.user_id: role.user for role in roles.select_related("user")}
        done = 0
        for user in users.values():
            try:
                done += verifying.reset(user, by=by)
            except PermissionDenied as problem:
                messages.error(request, f"{user}: {problem}")
        text = ngettext("%(count)d user logs in by the password alone.", "%(count)d users log in by it alone.", done)
        messages.success(request, text % {"count": done})


NEW = ("username", "email", "newsletter", "role", "languages")
