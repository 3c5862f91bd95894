"""The glossary: how a newsletter renders terms of the field in each language."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digests.admin.lines import LinesField
from digests.admin.scope import NewsletterFilter, OwnNewsletters
from digests.checking import check_recent
from digests.models import GlossaryTerm

MOST = 20  # renderings of one term


class GlossaryForm(forms.ModelForm[GlossaryTerm]):
    """Refuses a term that the user's role does not cover, and a rendering that is wanted and forbidden at once."""

    forbidden = LinesField(
        label=_("Forbidden"), required=False, help_text=_("Renderings that a check complains of, each on its own line.")
    )
    user: Any

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        if "locale" in self.fields:
            self.fields["locale"].help_text = _("The summaries' language, such as ko or zh-hans.")

    def clean_locale(self) -> str:
        return str(self.cleaned_data["locale"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        newsletter, locale = cleaned.get("newsletter"), cleaned.get("locale")
        if newsletter and locale:
            act = "change" if self.instance.pk else "add"
            if not self.user.has_perm(
                f"digests.{act}_glossaryterm", GlossaryTerm(newsletter=newsletter, locale=locale)
            ):
                self.add_error("locale", gettext("Your role does not cover this language of this newsletter."))
        forbidden = cleaned.get("forbidden") or []
        if str(cleaned.get("wanted", "")).casefold() in {rendering.casefold() for rendering in forbidden}:
            self.add_error("forbidden", gettext("The wanted rendering cannot be forbidden."))
        if len(forbidden) > MOST or any(len(rendering) > 100 for rendering in forbidden):
            text = gettext("At most %(most)s renderings of 100 characters each.")
            self.add_error("forbidden", text % {"most": MOST})
        return cleaned


@admin.register(GlossaryTerm)
class GlossaryAdmin(OwnNewsletters):
    """Terms of a newsletter in one language. Drafts are checked again with each change."""

    path = "newsletter"
    form = GlossaryForm
    list_display = ["term", "locale", "wanted", "not_wanted", "newsletter"]
    list_filter = [("newsletter", NewsletterFilter), "locale"]
    list_select_related = ["newsletter"]
    search_fields = ["term", "wanted"]

    @admin.display(description=_("forbidden"))
    def not_wanted(self, term: GlossaryTerm) -> str:
        return ", ".join(map(str, term.forbidden))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.user = request.user  # the class is made for this request
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        check_recent(obj.newsletter, obj.locale)
        if (before := form.initial.get("locale")) and before != obj.locale:
            check_recent(obj.newsletter, before)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        check_recent(obj.newsletter, obj.locale)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """All or none: Django has asked for each whether the user may."""
        terms = list(queryset.select_related("newsletter"))
        super().delete_queryset(request, queryset)
        for newsletter, locale in {(term.newsletter, term.locale) for term in terms}:
            check_recent(newsletter, locale)
