"""The forms of the reader's pages: signing up, choosing, asking for a link."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.dates import WEEKDAYS
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from digests.locales import check_zone, native_name, offered
from digests.models import Newsletter
from newsletter.subscribers import addresses, queries, zones
from newsletter.subscribers.models import EVERY_DAY, Subscription
from newsletter.subscribers.preferences import Preferences

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
MOST_VOTES, MOST_PAPERS = 1_000_000, 1_000


class AddressField(forms.CharField):
    """An address, cleaned to its normal form."""

    def __init__(self) -> None:
        attributes = {"autocomplete": "email", "inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(
            label=_("Your e-mail address"),
            max_length=addresses.LONGEST,
            widget=forms.EmailInput(attributes),
            error_messages={
                "required": _("Please type your e-mail address."),
                "max_length": _("This address is too long."),
            },
        )

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return addresses.normal(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class ZoneSelect(forms.Widget):
    """A select of all zones. Django's own takes 20 ms to write 420 options; these are written once per language."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen, locale = str(value), get_language() or "en"
        attributes = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        written = _zone_options(zones.with_choice(chosen, locale))
        options = format_html_join(
            "", "{}", ((picked if zone == chosen else plain,) for zone, plain, picked in written)
        )
        return format_html("<select{}>{}</select>", attributes, options)

    def use_required_attribute(self, initial: Any) -> bool:
        return False  # HTML allows it only where the first option is empty


@lru_cache(maxsize=32)
def _zone_options(groups: tuple[zones.Group, ...]) -> tuple[tuple[str, SafeString, SafeString], ...]:
    """(zone, its option, its option as the chosen one) for each zone; the tags of continents between them."""
    pieces: list[tuple[str, SafeString, SafeString]] = []
    for label, choices in groups:
        begin = format_html('<optgroup label="{}">', label) if label else SafeString()
        end = SafeString("</optgroup>") if label else SafeString()
        pieces += [("", begin, begin), *(_zone_option(zone, name) for zone, name in choices), ("", end, end)]
    return tuple(pieces)


def _zone_option(zone: str, name: str) -> tuple[str, SafeString, SafeString]:
    option = '<option value="{}"{}>{}</option>'
    return zone, format_html(option, zone, "", name), format_html(option, zone, SafeString(" selected"), name)


class ZoneField(forms.CharField):
    """One of the listed zones, or any other name of one that a browser reports."""

    def __init__(self) -> None:
        super().__init__(label=_("Time zone"), widget=ZoneSelect, validators=[check_zone])


class LinkForm(forms.Form):
    """Asks for the link to one's preferences."""

    address = AddressField()


class JoinForm(forms.Form):
    """Signs up for one newsletter."""

    address = AddressField()
    locale = forms.ChoiceField(label=_("Language"))
    time_zone = ZoneField()
    hour = forms.TypedChoiceField(label=_("Time"), choices=HOURS, coerce=int)
    # People do not see this field; programs that fill in everything give themselves away.
    website = forms.CharField(required=False, widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, newsletter: Newsletter, data: Any = None) -> None:
        page = get_language() or newsletter.default_locale
        super().__init__(
            data,
            initial={
                "locale": offered(page, newsletter.locales) or newsletter.default_locale,
                "time_zone": newsletter.time_zone,
                "hour": 7,
            },
        )
        _offer(self, "locale", _languages(newsletter))

        if data is None:
            self.fields["time_zone"].widget.attrs["data-guess"] = ""  # zone.js may choose what the browser knows

    def is_from_a_program(self) -> bool:
        return bool(self.data.get("website"))

    def preferences(self) -> Preferences:
        chosen = self.cleaned_data
        return Preferences(
            locale=chosen["locale"], time_zone=chosen["time_zone"], hour=chosen["hour"], weekdays=EVERY_DAY
        )


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
        languages = _languages(newsletter, subscription.locale, subscription.second_locale)
        _offer(self, "locale", languages)
        _offer(self, "second_locale", [("", _("none")), *languages])
        _offer(self, "topics", [(topic.slug, topic.name_in(page)) for topic in queries.topics_of(newsletter)])

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


def _languages(newsletter: Newsletter, *chosen: str) -> list[tuple[str, str]]:
    """What is on offer, and what the reader chose while it was."""
    locales = dict.fromkeys([*(newsletter.locales or [newsletter.default_locale]), *filter(None, chosen)])
    return [(locale, native_name(locale)) for locale in locales]


def _offer(form: forms.Form, name: str, choices: Iterable[Any]) -> None:
    field = cast(forms.ChoiceField, form.fields[name])
    field.choices = list(choices)
