"""The editor's words on a digest's page: subject, preheader and note for each language, with what stands there else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.forms.utils import ErrorDict
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from digests.admin.scope import ByRole
from digests.locales import bcp47, direction, native_name
from digests.models import Digest, DigestText
from digests.proposals import Proposal, propose

WORDS = ("subject", "preheader", "note", "correction")


@dataclass(frozen=True, slots=True)
class Language:
    """The words in one language, and what is said where they are empty."""

    form: forms.ModelForm[DigestText]
    name: str
    lang: str
    dir: str
    proposal: Proposal
    is_open: bool


class DigestTextForm(forms.ModelForm[DigestText]):
    class Meta:
        model = DigestText
        fields = ["locale", "subject", "preheader", "note", "correction"]
        labels = {
            "subject": _("Subject"),
            "preheader": _("Beside the subject"),
            "note": _("Note above the papers"),
            "correction": _("What was corrected"),
        }
        help_texts = {
            "note": _("Markdown."),
            "correction": _("Markdown. It stands on the web page, and in mails of a correction. Then approve again."),
        }
        lines = forms.Textarea(attrs={"rows": 3})
        widgets = {"locale": forms.HiddenInput, "note": lines, "correction": lines}


class DigestTextFormSet(forms.BaseInlineFormSet[DigestText, Digest, forms.ModelForm[DigestText]]):
    """A form for each language on offer; those that nothing is written in yet are the extra ones."""

    titles: tuple[str, ...] = ()  # of the papers that go out, in their order

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        written = {text.locale for text in self.get_queryset()}
        offered = self.instance.newsletter.locales if self.instance.pk else []
        missing = [locale for locale in offered if locale not in written]
        self.extra = len(missing)
        self.initial_extra = [{"locale": locale} for locale in missing]

    def add_fields(self, form: forms.ModelForm[DigestText], index: int | None) -> None:
        """There is something to correct once the digest was approved."""
        super().add_fields(form, index)
        if self.instance.status == Digest.Status.DRAFT:
            del form.fields["correction"]

    def languages(self) -> Iterator[Language]:
        """The languages in the order of the newsletter, then those that are on offer no more."""
        newsletter = self.instance.newsletter
        order = {locale: place for place, locale in enumerate(newsletter.locales)}
        shown = [form for form in self.forms if form["locale"].value()]
        for form in sorted(shown, key=lambda form: order.get(form["locale"].value(), len(order))):
            locale = str(form["locale"].value())
            yield Language(
                form=form,
                name=native_name(locale),
                lang=bcp47(locale),
                dir=direction(locale),
                proposal=propose(
                    self.titles,
                    self.instance.day,
                    kind=self.instance.kind,
                    locale=locale,
                    default_locale=newsletter.default_locale,
                ),
                is_open=locale == newsletter.default_locale or _says_something(form),
            )


class DigestTextInline(ByRole, admin.StackedInline[DigestText, Digest]):
    """The editor's words, language by language."""

    model = DigestText
    form = DigestTextForm
    formset = DigestTextFormSet
    template = "admin/digests/digest/words.html"
    can_delete = False
    extra = 0

    def get_extra(self, request: HttpRequest, obj: Digest | None = None, **values: Any) -> int:
        return len(obj.newsletter.locales) if obj else 0


def _says_something(form: forms.ModelForm[DigestText]) -> bool:
    errors: ErrorDict | None = form.errors if form.is_bound else None
    return bool(errors) or any(form[name].value() for name in WORDS if name in form.fields)
