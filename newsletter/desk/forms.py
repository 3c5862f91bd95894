"""Forms of the desk."""

from collections.abc import Iterator
from datetime import date
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from digests.days import FIRST, LAST
from digests.locales import native_name
from digests.models import Digest
from digests.selection import Wishes
from newsletter.subscribers.lines import CommasField, LinesField
from newsletter.subscribers.models import Subscription

LONGEST_NUMBER = 18  # digits of an id that both databases hold


class PreviewForm(forms.Form):
    """What a reader might have asked for: all Wishes. What else the page shows stands in its address (see Looks)."""

    locale = forms.ChoiceField(label=_("Language"), required=False)
    second_locale = forms.ChoiceField(label=_("Second language"), required=False)
    detail = forms.ChoiceField(label=_("Detail"), choices=Subscription.Detail.choices, required=False)
    most_papers = forms.IntegerField(label=_("Most papers"), min_value=1, max_value=1000, required=False)
    least_votes = forms.IntegerField(label=_("Least votes"), min_value=0, max_value=1_000_000, required=False)
    when_empty = forms.ChoiceField(
        label=_("A day without papers"), choices=Subscription.WhenEmpty.choices, required=False
    )
    format = forms.ChoiceField(label=_("Format"), choices=Subscription.Format.choices, required=False)
    topics = forms.MultipleChoiceField(label=_("Topics"), widget=forms.CheckboxSelectMultiple, required=False)
    authors = LinesField(label=_("Followed authors"), help_text=_("One a line."))
    words = CommasField(label=_("Followed words"), help_text=_("One a line."))
    avoided = CommasField(label=_("Words to avoid"), help_text=_("One a line."))

    def __init__(self, chosen: QueryDict, *, digest: Digest) -> None:
        newsletter = digest.newsletter
        data = chosen.copy()
        usual = {"locale": newsletter.default_locale, "detail": "full", "format": "html", "when_empty": "skip"}
        for name, value in usual.items():
            data.setdefault(name, value)
        super().__init__(data)
        self.default_locale = newsletter.default_locale
        self.languages = [(code, native_name(code)) for code in newsletter.locales or [newsletter.default_locale]]
        self._offer("locale", self.languages)
        self._offer("second_locale", [("", "-"), *self.languages])
        self._offer("topics", [(topic.slug, topic.name_in("en")) for topic in newsletter.topics.all()])

    def wishes(self) -> Wishes:
        """The choices made so far; what is missing or odd counts as not chosen."""
        self.is_valid()
        chosen = self.cleaned_data
        return Wishes(
            locale=chosen.get("locale") or self.default_locale,
            second_locale=chosen.get("second_locale") or "",
            topics=frozenset(chosen.get("topics") or ()),
            least_votes=chosen.get("least_votes") or 0,
            most_papers=chosen.get("most_papers"),
            detail=chosen.get("detail") or Subscription.Detail.FULL,
            format=chosen.get("format") or Subscription.Format.HTML,
            authors=chosen.get("authors") or (),
            words=chosen.get("words") or (),
            avoided=chosen.get("avoided") or (),
            when_empty=chosen.get("when_empty") or Subscription.WhenEmpty.SKIP,
        )

    def in_rows(self) -> Iterator[Any]:
        """The fields of the form itself: the language has links of its own."""
        return (field for field in self if field.name != "locale")

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


class WhoForm(forms.Form):
    """A reader, by the subscription's number or the whole address."""

    who = forms.CharField(
        label=_("As this subscriber"), max_length=254, help_text=_("The subscription's number, or one whole address.")
    )

    def number(self) -> int | None:
        said: str = self.cleaned_data["who"].strip()
        return int(said) if said.isascii() and said.isdigit() and len(said) <= LONGEST_NUMBER else None


class DayForm(forms.Form):
    """A day that a digest can have."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not FIRST <= day <= LAST:
            raise forms.ValidationError(_("A day from 2000 to 2100."))
        return day


class DayOffForm(DayForm):
    """A day without a digest."""

    prefix = "off"
    reason = forms.CharField(
        label=_("Reason"), max_length=100, required=False, help_text=_("Such as a holiday's name.")
    )


class SpecialForm(DayForm):
    """The beginning of a special issue."""

    prefix = "special"
    title = forms.CharField(label=_("Title"), max_length=150)
    slug = forms.SlugField(
        label=_("Name in addresses"), max_length=50, help_text=_("Stands after the date, for ever: best-of-2026.")
    )
