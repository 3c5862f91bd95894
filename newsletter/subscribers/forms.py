"""The forms that anybody may fill in, and the fields that other forms share."""

from collections.abc import Iterable
from functools import lru_cache
from time import monotonic
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from digests.locales import check_zone, native_name, offered
from digests.models import Newsletter
from newsletter.subscribers import addresses, domains, slips, zones
from newsletter.subscribers.models import EVERY_DAY
from newsletter.subscribers.preferences import Preferences

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
MEANT = "meant"  # the suggestion, and not what was typed


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
    """(zone, its option, its option as the chosen one) for each zone; the tags of continents before theirs."""
    pieces: list[tuple[str, SafeString, SafeString]] = []
    for label, choices in groups:
        begin = format_html('<optgroup label="{}">', label) if label else SafeString()
        pieces += [("", begin, begin), *(_zone_option(zone, name) for zone, name in choices)]
    return tuple(pieces)


def _zone_option(zone: str, name: str) -> tuple[str, SafeString, SafeString]:
    option = '<option value="{}"{}>{}'  # HTML lets the end tag go, and 420 of them are 4 kB of the page
    return zone, format_html(option, zone, "", name), format_html(option, zone, SafeString(" selected"), name)


class ZoneField(forms.CharField):
    """One of the listed zones, or any other name of one that a browser reports."""

    def __init__(self, *, required: bool = True) -> None:
        super().__init__(label=_("Time zone"), widget=ZoneSelect, validators=[check_zone], required=required)


class Trap(forms.CharField):
    """A field that people do not see: programs that fill in everything give themselves away.

    It is named "remarks" in every form, for a password manager fills in a website, a company or a telephone number.
    """

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}))


class LinkForm(forms.Form):
    """Asks for the link to one's preferences."""

    address = AddressField()
    remarks = Trap()

    def is_from_a_program(self) -> bool:
        return bool(self.data.get("remarks"))


class JoinForm(LinkForm):
    """Signs up for one newsletter. The address is the one field that must be filled in.

    Where the address looks like a slip of the finger, the form asks once: `suggestion` is the address that it asks
    about. The answer comes with the same form: that address as `suggested`, and MEANT as `wish` if it is the right one.
    """

    locale = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = ZoneField(required=False)
    hour = forms.TypedChoiceField(label=_("Time"), choices=HOURS, coerce=int, required=False)

    suggestion = ""
    asked = ""  # the address that it asked about before, so that it does not ask again

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

        for name in ("locale", "time_zone", "hour"):  # they stand in a sentence, and have no label of their own there
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label
        if data is None:
            self.fields["time_zone"].widget.attrs["data-guess"] = ""  # zone.js may choose what the browser knows

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or self.cleaned_data
        for name in ("locale", "time_zone", "hour"):
            if chosen.get(name) == "":  # not chosen: another site's form asks for the address alone
                chosen[name] = self.initial[name]
        if "address" in chosen and not self.is_from_a_program():
            self._look_at_address(chosen)
        return chosen

    def _look_at_address(self, chosen: dict[str, Any]) -> None:
        meant = slips.suggestion(chosen["address"])
        if meant and meant != self.data.get("suggested"):
            self.suggestion = meant
            self.add_error("address", ValidationError(_("Did you mean %(address)s?"), "slip", {"address": meant}))
            return
        self.asked = meant or ""
        if meant and self.data.get("wish") == MEANT:
            chosen["address"] = meant
        domain = chosen["address"].rpartition("@")[2]
        if settings.MX_CHECK and not slips.is_provider(domain) and not domains.takes_mail(domain, now=monotonic()):
            words = _("There is no mailbox at %(domain)s. Is it spelled right?")
            self.add_error("address", ValidationError(words, "domain", {"domain": domain}))

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
