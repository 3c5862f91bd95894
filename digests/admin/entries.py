"""The entries on a digest's page: one line for each paper, in the order readers get them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, Prefetch
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from digests import phrases, queries
from digests.admin import ways
from digests.admin.scope import ByRole
from digests.check_queries import own_chain
from digests.composing import in_order, is_in
from digests.locales import comma, in_chain, language_name, long_date
from digests.models import Digest, Entry, Paper, Summary, Topic

# What a line shows: neither abstracts nor the texts of summaries are read for it.
SHOWN = Prefetch("paper", Paper.objects.only("pk", "key", "title"))
SAID = Prefetch("paper__summaries", Summary.objects.only("paper_id", "locale", "checked_by_id", "checked_at"))


TICKS = {"included": _("In the digest"), "again": _("Send it again"), "pinned": _("Pinned")}


@dataclass(frozen=True, slots=True)
class Language:
    """How far a paper's summary in one language is: checked, there or missing."""

    code: str
    state: str
    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    """One paper as the page shows it. `told` is the digest that had it before, by its day and address.

    `ticks` are the boxes, by name, with their words. The template writes the inputs itself: Django's widgets are
    templates, and five of them for each of 68 papers took half of the page's time.
    """

    form: forms.ModelForm[Entry]
    entry: Entry
    place: Any
    ticks: list[tuple[str, Any, bool]]
    facts: str
    languages: list[Language]
    told: tuple[str, str] | None
    carried: str
    is_in: bool
    address: str


class EntryForm(forms.ModelForm[Entry]):
    """`place` is the entry's rank in the digest as it stands; changing one makes the order the editor's."""

    place = forms.IntegerField(label=_("place"), min_value=1, max_value=100_000)

    class Meta:
        model = Entry
        fields = ["place", "included", "again", "pinned"]

    def clean(self) -> dict[str, Any]:
        """A paper that was sent before is in when it is wanted again, and out when it is not."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "included" not in self.fields and "again" in self.changed_data:
            self.instance.included = cleaned["again"]
        return cleaned


class EntryFormSet(forms.BaseInlineFormSet[Entry, Digest, forms.ModelForm[Entry]]):
    """Entries in the order readers get them."""

    _ordered: list[Entry]
    told: Mapping[int, Digest] = {}
    new_objects: list[Entry]
    changed_objects: list[tuple[Entry, list[str]]]
    deleted_objects: list[Entry]

    def get_queryset(self) -> Any:
        if not hasattr(self, "_ordered"):
            topics = Prefetch("paper__topics", Topic.objects.filter(newsletter=self.instance.newsletter_id))
            entries = super().get_queryset().defer("listing").prefetch_related(SHOWN, SAID, topics)
            self._ordered = in_order(entries, ordering=self.instance.ordering)
            self.told = queries.told_elsewhere(self.instance, [entry.paper_id for entry in self._ordered])
        return self._ordered

    def add_fields(self, form: forms.ModelForm[Entry], index: int | None) -> None:
        super().add_fields(form, index)
        form.initial["place"] = (index or 0) + 1
        # Django's own field asks the database for each entry once more: 68 questions when the page is saved.
        form.fields["id"] = forms.IntegerField(widget=forms.HiddenInput, initial=form.instance.pk)
        del form.fields["included" if form.instance.paper_id in self.told else "again"]

    def clean(self) -> None:
        super().clean()
        if any(form.instance.pk is None for form in self.forms):
            raise forms.ValidationError(say("A paper has left this digest since. Open the page again."))

    def places(self) -> dict[int, int]:
        """The places of all entries, by entry id; nothing where none was changed."""
        if not any("place" in form.changed_data for form in self.forms):
            return {}
        return {form.instance.pk: form.cleaned_data["place"] for form in self.forms if form.instance.pk}

    def marked(self) -> list[Entry]:
        """The entries that are in, out, pinned or wanted again since, or not any more."""
        self.new_objects, self.deleted_objects = [], []
        changed = [form for form in self.forms if form.has_changed() and form.instance.pk]
        self.changed_objects = [(form.instance, form.changed_data) for form in changed]
        return [form.instance for form in changed if set(form.changed_data) - {"place"}]

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of the page, in the places that the editor has given them."""
        shown = [form for form in self.forms if form.instance.pk]
        shown.sort(key=lambda form: _number(form["place"].value()))
        return [self._line(form) for form in shown]

    def _line(self, form: forms.ModelForm[Entry]) -> Line:
        entry, locale = form.instance, get_language() or "en"
        told = self.told.get(entry.paper_id)
        return Line(
            form=form,
            entry=entry,
            place=form["place"].value(),
            ticks=[
                (form.add_prefix(name), TICKS[name], bool(form[name].value())) for name in TICKS if name in form.fields
            ],
            facts=" · ".join(filter(None, [phrases.votes(entry.votes, entry.votes_at, locale), self._topics(entry)])),
            languages=list(self._languages(entry.paper)),
            told=(long_date(told.day, locale), _page(told)) if told else None,
            carried=long_date(entry.carried_from, locale) if entry.carried_from else "",
            is_in=is_in(entry, self.told),
            address=reverse("admin:digests_paper_change", args=[entry.paper_id]),
        )

    def _topics(self, entry: Entry) -> str:
        locale, default = get_language() or "en", self.instance.newsletter.default_locale
        names = [in_chain(topic.names, locale, default) or topic.slug for topic in entry.paper.topics.all()]
        return comma(locale).join(names)

    def _languages(self, paper: Paper) -> Iterator[Language]:
        said = {summary.locale: summary for summary in paper.summaries.all()}
        words = {"checked": say("checked"), "there": say("not checked"), "missing": say("missing")}
        into = get_language() or "en"
        for locale in self.instance.newsletter.locales:
            state = _state(next((said[link] for link in own_chain(locale) if link in said), None))
            name = language_name(locale, into)
            yield Language(locale, state, f"{name}: {words[state]}", ways.summary(paper.pk, locale))


class EntryInline(ByRole, admin.TabularInline[Entry, Digest]):
    """One line per paper: place, in or out, pinned, and a way to its summaries."""

    model = Entry
    form = EntryForm
    formset = EntryFormSet
    template = "admin/digests/digest/entries.html"
    extra = 0
    can_delete = False
    fields = ["place", "included", "again", "pinned"]
    verbose_name_plural = _("entries")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def _page(digest: Digest) -> str:
    return reverse("admin:digests_digest_change", args=[digest.pk])


def _state(summary: Summary | None) -> str:
    if summary is None:
        return "missing"
    return "checked" if summary.checked_by_id is not None or summary.checked_at is not None else "there"


def _number(value: object) -> int:
    """A place as it was typed; what is no number stands last."""
    return int(str(value)) if str(value).isdecimal() else 10**9
