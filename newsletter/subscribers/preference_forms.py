"""The form of a reader's preferences."""

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from newsletter.subscribers import queries
from newsletter.subscribers.forms import HOURS, ZoneField, languages, offer
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.preferences import Preferences

MOST_VOTES, MOST_PAPERS = 1_000_000, 1_000


class PreferencesForm(forms.Form):
    """Everything that a reader can choose."""

    locale = forms.ChoiceField(label=_("Language"))
    second_locale = forms.ChoiceField(
        label=_("Second language"), required=False, help_text=_("For papers without a summary in the first.")
    )
    time_zone = ZoneField()
    hour = forms.TypedChoiceField(label=_("Time"), choices=HOURS, coerce=int)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days"),
        choices=[(1 << day, name) for day, name in WEEKDAYS.items()],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose one day at least.")},
    )
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means all of them."),
    )
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
    detail = forms.ChoiceField(label=_("Detail"), choices=Subscription.Detail.choices, widget=forms.RadioSelect)
    format = forms.ChoiceField(label=_("Format"), choices=Subscription.Format.choices, widget=forms.RadioSelect)

    def __init__(self, subscription: Subscription, data: Any = None) -> None:
        super().__init__(data, initial=_chosen(subscription))
        page, newsletter = get_language() or "en", subscription.newsletter
        offered = languages(newsletter, subscription.locale, subscription.second_locale)
        offer(self, "locale", offered)
        offer(self, "second_locale", [("", _("none")), *offered])
        offer(self, "topics", [(topic.slug, topic.name_in(page)) for topic in queries.topics_of(newsletter)])

    def preferences(self) -> Preferences:
        chosen = self.cleaned_data
        return Preferences(
            **{**chosen, "weekdays": sum(set(chosen["weekdays"])), "topics": frozenset(chosen["topics"])}
        )


def _chosen(subscription: Subscription) -> dict[str, Any]:
    names = ("locale", "second_locale", "time_zone", "hour", "least_votes", "most_papers", "detail", "format")
    return {
        **{name: getattr(subscription, name) for name in names},
        "weekdays": [1 << day for day in range(7) if subscription.weekdays & 1 << day],
        "topics": [topic.slug for topic in subscription.topics.all()],
    }
