"""The form of a reader's preferences."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from digests.locales import is_zone
from newsletter.subscribers import queries
from newsletter.subscribers.forms import HOURS, ZoneField, languages, offer
from newsletter.subscribers.lines import CommasField, LinesField
from newsletter.subscribers.models import EVERY_DAY, Subscription
from newsletter.subscribers.preferences import Preferences

MOST_VOTES, MOST_PAPERS = 1_000_000, 1_000
LONGEST_PAUSE = timedelta(days=366)
DAYS = [(1 << day, capfirst(name)) for day, name in WEEKDAYS.items()]  # they stand alone
RHYTHM = ("rhythm", "weekly_day")  # the fields of the one choice that a newsletter may not offer
# Columns that the form shows as they are stored.
AS_STORED = (
    *("locale", "second_locale", "time_zone", "hour", "authors", "words", "avoided"),
    *("least_votes", "most_papers", "when_empty", "detail", "format"),
)


class PreferencesForm(forms.Form):
    """Everything that a reader can choose."""

    rhythm = forms.ChoiceField(label=_("How often"), choices=Subscription.Rhythm.choices, widget=forms.RadioSelect)
    weekly_day = forms.TypedChoiceField(label=_("Day of the week"), choices=DAYS, coerce=int)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days"), choices=DAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    hour = forms.TypedChoiceField(label=_("Time"), choices=HOURS, coerce=int)
    time_zone = ZoneField()
    paused_until = forms.DateField(
        label=_("Pause until"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day from which digests come again. Empty means no pause."),
        error_messages={"invalid": _("Please give a day as 2026-12-24: year, month, day.")},
    )
    locale = forms.ChoiceField(label=_("Language"))
    second_locale = forms.ChoiceField(
        label=_("Second language"), required=False, help_text=_("For papers without a summary in the first.")
    )
    topics = forms.MultipleChoiceField(label=_("Topics"), required=False, widget=forms.CheckboxSelectMultiple)
    authors = LinesField(label=_("Authors"), help_text=_("One name a line. Their papers come however few votes."))
    words = CommasField(label=_("Words"), help_text=_("One word or phrase a line."))
    avoided = CommasField(label=_("Words to avoid"), help_text=_("Papers with one of these are left out."))
    least_votes = forms.IntegerField(
        label=_("Least votes"),
        min_value=0,
        max_value=MOST_VOTES,
        help_text=_("Leaves out papers with fewer votes. 0 leaves out none."),
    )
    most_papers = forms.IntegerField(
        label=_("Most papers"),
        min_value=1,
        max_value=MOST_PAPERS,
        required=False,
        help_text=_("Empty means as many as there are."),
    )
    when_empty = forms.ChoiceField(
        label=_("When there is no paper for you"),
        choices=Subscription.WhenEmpty.choices,
        widget=forms.RadioSelect,
    )
    detail = forms.ChoiceField(label=_("Detail"), choices=Subscription.Detail.choices, widget=forms.RadioSelect)
    format = forms.ChoiceField(label=_("Format"), choices=Subscription.Format.choices, widget=forms.RadioSelect)

    def __init__(self, subscription: Subscription, data: Any = None, *, now: datetime) -> None:
        super().__init__(data, initial=_chosen(subscription, now=now))
        self.now = now
        page, newsletter = get_language() or "en", subscription.newsletter
        offered = languages(newsletter, subscription.locale, subscription.second_locale)
        offer(self, "locale", offered)
        offer(self, "second_locale", [("", _("none")), *offered])
        offer(self, "topics", [(topic.slug, topic.name_in(page)) for topic in queries.topics_of(newsletter)])
        if not _offers_weekly(subscription):
            for name in RHYTHM:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or {}
        if chosen.get("rhythm") != Subscription.Rhythm.WEEKLY and chosen.get("weekdays") == []:
            self.add_error("weekdays", _("Please choose one day at least."))
        self._check_pause(chosen.get("paused_until"), chosen.get("time_zone", ""))
        return chosen

    def preferences(self) -> Preferences:
        chosen = {**self.cleaned_data}
        weekly_day = chosen.pop("weekly_day", None)
        weekly = chosen.get("rhythm") == Subscription.Rhythm.WEEKLY
        days = {weekly_day} if weekly else set(chosen["weekdays"])
        return Preferences(**{**chosen, "weekdays": sum(days), "topics": frozenset(chosen["topics"])})

    def _check_pause(self, until: date | None, zone: str) -> None:
        if until is None or not is_zone(zone):
            return
        today = self.now.astimezone(ZoneInfo(zone)).date()
        if until <= today:
            self.add_error("paused_until", _("Please choose a day after today."))
        elif until > today + LONGEST_PAUSE:
            self.add_error("paused_until", _("Please choose a day within a year."))


class AddForm(forms.Form):
    """Names one more newsletter."""

    newsletter = forms.SlugField()


def _offers_weekly(subscription: Subscription) -> bool:
    """Also where the reader chose it while it was on offer."""
    return subscription.newsletter.weekly_day is not None or subscription.rhythm == Subscription.Rhythm.WEEKLY


def _chosen(subscription: Subscription, *, now: datetime) -> dict[str, Any]:
    """The stored choices as the form shows them, and for the other rhythm a proposal. A pause that is over is none."""
    today = now.astimezone(ZoneInfo(subscription.time_zone)).date()
    paused_until, weekly = subscription.paused_until, subscription.rhythm == Subscription.Rhythm.WEEKLY
    weekly_day = subscription.weekdays if weekly else 1 << (subscription.newsletter.weekly_day or 0)
    return {
        **{name: getattr(subscription, name) for name in AS_STORED},
        "rhythm": subscription.rhythm,
        "weekly_day": weekly_day,
        "weekdays": _bits(EVERY_DAY if weekly else subscription.weekdays),
        "paused_until": paused_until if paused_until and paused_until > today else None,
        "topics": [topic.slug for topic in subscription.topics.all()],
    }


def _bits(weekdays: int) -> list[int]:
    return [bit for bit, _name in DAYS if weekdays & bit]
