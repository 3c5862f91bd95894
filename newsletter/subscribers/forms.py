"""The forms that anybody may fill in, and the fields that other forms share."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from digests.locales import check_zone, native_name, offered
from digests.models import Newsletter
from newsletter.subscribers import addresses, zones
from newsletter.subscribers.models import EVERY_DAY
from newsletter.subscribers.preferences import Preferences

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


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
        offer(self, "locale", languages(newsletter))

        if data is None:
            self.fields["time_zone"].widget.attrs["data-guess"] = ""  # zone.js may choose what the browser knows

    def is_from_a_program(self) -> bool:
        return bool(self.data.get("website"))

    def preferences(self) -> Preferences:
        chosen = self.cleaned_data
        return Preferences(
            locale=chosen["locale"], time_zone=chosen["time_zone"], hour=chosen["hour"], weekdays=EVERY_DAY
        )


def languages(newsletter: Newsletter, *chosen: str) -> list[tuple[str, str]]:
    """What is on offer, and what the reader chose while it was."""
    locales = dict.fromkeys([*(newsletter.locales or [newsletter.default_locale]), *filter(None, chosen)])
    return [(locale, native_name(locale)) for locale in locales]


def offer(form: forms.Form, name: str, choices: Iterable[Any]) -> None:
    """The field `name` offers these choices."""
    field = cast(forms.ChoiceField, form.fields[name])
    field.choices = list(choices)
