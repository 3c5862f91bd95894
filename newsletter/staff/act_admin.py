"""The log of acts in the admin: to read."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from digests.admin.large import Large
from digests.admin.scope import ReadOnly
from digests.models import Newsletter
from newsletter.staff.acts import in_words, kind_in_words, names_for, page_of
from newsletter.staff.differences import differences
from newsletter.staff.models import Act, User

RECENT = 10_000  # acts whose verbs are offered: a table of years is not read for a list of words
NAME = Subquery(Newsletter.objects.filter(pk=OuterRef("newsletter")).values("name"))


class ActNewsletterFilter(admin.SimpleListFilter):
    title = _("newsletter")
    parameter_name = "newsletter"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in names_for(request.user).items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Act]) -> QuerySet[Act]:
        return queryset.filter(newsletter=self.value()) if _is_number(self.value()) else queryset


class ActUserFilter(admin.SimpleListFilter):
    title = _("user")
    parameter_name = "user"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        people = User.objects.filter(is_staff=True).order_by("username")
        if not getattr(request.user, "is_superuser", False):
            people = people.filter(roles__newsletter__in=names_for(request.user)).distinct()
        return [(str(pk), name) for pk, name in people.values_list("pk", "username")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Act]) -> QuerySet[Act]:
        return queryset.filter(user=self.value()) if _is_number(self.value()) else queryset


class ActVerbFilter(admin.SimpleListFilter):
    title = _("verb")
    parameter_name = "verb"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        recent = model_admin.get_queryset(request).order_by("-pk")[:RECENT]
        verbs = Act.objects.filter(pk__in=recent.values("pk")).order_by("verb").values_list("verb", flat=True)
        return [(verb, in_words(verb)) for verb in verbs.distinct()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Act]) -> QuerySet[Act]:
        return queryset.filter(verb=self.value()) if self.value() else queryset


class ActDayFilter(admin.DateFieldListFilter):
    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.title = _("day")


@admin.register(Act)
class ActAdmin(Large, ReadOnly):
    """An administrator sees the acts of the own newsletters; who runs the site sees all, and log-ins."""

    list_display = ["at", "who", "did", "what", "where", "which_fields"]
    list_display_links = ["at"]
    list_filter = [ActNewsletterFilter, ActUserFilter, ActVerbFilter, ("at", ActDayFilter)]
    fields = ["at", "who", "did", "what", "where", "changes"]
    readonly_fields = ("at", "who", "did", "what", "where", "changes")
    list_per_page = 50

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("The log of acts"), **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Act]:
        rows: QuerySet[Act] = super().get_queryset(request).annotate(newsletter_name=NAME)
        if getattr(request.user, "is_superuser", False):
            return rows
        return rows.filter(newsletter__in=list(names_for(request.user)))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup in {"kind", "thing"} or super().lookup_allowed(lookup, value, request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.has_perm("staff.view_act", obj))

    @admin.display(description=_("who"), ordering="username")
    def who(self, act: Act) -> str:
        return act.username or str(_("by itself"))

    @admin.display(description=_("did what"), ordering="verb")
    def did(self, act: Act) -> str:
        return in_words(act.verb)

    @admin.display(description=_("to what"))
    def what(self, act: Act) -> str:
        kind = kind_in_words(act.kind)
        address = page_of(act)
        if address is None:
            return f"{kind}: {act.name}"
        return format_html('{}: <a href="{}">{}</a>', kind, address, act.name)

    @admin.display(description=_("newsletter"), empty_value="-")
    def where(self, act: Any) -> str | None:
        name: str | None = act.newsletter_name
        return name

    @admin.display(description=_("fields"))
    def which_fields(self, act: Act) -> str:
        return ", ".join(dict.fromkeys([*act.before, *act.after]))

    @admin.display(description=_("before and after"))
    def changes(self, act: Act) -> SafeString:
        return render_to_string("admin/staff/changes.html", {"differences": differences(act.before, act.after)})


def _is_number(text: str | None) -> bool:
    return bool(text and text.isdecimal() and len(text) < 19)
