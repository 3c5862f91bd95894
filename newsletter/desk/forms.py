"""Forms of the desk."""

from datetime import date
from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from digests.days import FIRST, LAST
from digests.locales import native_name
from digests.models import Digest
from digests.selection import Wishes
from newsletter.subscribers.models import Subscription


class PreviewForm(forms.Form):
    """Which reader's mail to look at."""

    locale = forms.ChoiceField(label=_("Language"), required=False)
    detail = forms.ChoiceField(label=_("Detail"), choices=Subscription.Detail.choices, required=False)
    most_papers = forms.IntegerField(label=_("Most papers"), min_value=1, max_value=1000, required=False)
    least_votes = forms.IntegerField(label=_("Least votes"), min_value=0, max_value=1_000_000, required=False)
    topics = forms.MultipleChoiceField(label=_("Topics"), required=False)
    format = forms.ChoiceField(label=_("Format"), choices=Subscription.Format.choices, required=False)
    width = forms.ChoiceField(
        label=_("Width"), choices=[("phone", _("phone")), ("desktop", _("desktop"))], required=False
    )

    def __init__(self, chosen: QueryDict, *, digest: Digest) -> None:
        newsletter = digest.newsletter
        data = chosen.copy()
        usual = {"locale": newsletter.default_locale, "detail": "full", "format": "html", "width": "phone"}
        for name, value in usual.items():
            data.setdefault(name, value)
        super().__init__(data)
        locales = newsletter.locales or [newsletter.default_locale]
        self.default_locale = newsletter.default_locale
        languages = cast(forms.ChoiceField, self.fields["locale"])
        languages.choices = [(code, native_name(code)) for code in locales]
        topics = cast(forms.MultipleChoiceField, self.fields["topics"])
        topics.choices = [(topic.slug, topic.name_in("en")) for topic in newsletter.topics.all()]

    def wishes(self) -> Wishes:
        """The choices made so far; what is missing or odd counts as not chosen."""
        self.is_valid()
        chosen = self.cleaned_data
        return Wishes(
            locale=chosen.get("locale") or self.default_locale,
            topics=frozenset(chosen.get("topics") or ()),
            least_votes=chosen.get("least_votes") or 0,
            most_papers=chosen.get("most_papers"),
            detail=chosen.get("detail") or Subscription.Detail.FULL,
            format=chosen.get("format") or Subscription.Format.HTML,
        )


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
