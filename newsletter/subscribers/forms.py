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


class WrittenSelect(forms.Select):
    """A select that is written here: Django's own runs a template for each option, and the page waits for that."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        attributes = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        return format_html("<select{}>{}</select>", attributes, self.written("" if value is None else str(value)))

    def written(self, chosen: str) -> SafeString:
        flat = cast(Iterable[tuple[object, object]], self.choices)
        return _kept_options(tuple((str(value), str(name)) for value, name in flat), chosen)


class ZoneSelect(WrittenSelect):
    """A select of all zones, by continent."""

    def written(self, chosen: str) -> SafeString:
        return _zone_options(get_language() or "en", chosen)

    def use_required_attribute(self, initial: Any) -> bool:
        return False  # HTML allows it only where the first option is empty


def _options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    """HTML lets the end tag of an option go, and those of 420 zones are 4 kB of a page."""
    option, marks = '<option value="{}"{}>{}', (SafeString(), SafeString(" selected"))
    return format_html_join("", option, ((value, marks[value == chosen], name) for value, name in choices))


_kept_options = lru_cache(maxsize=128)(_options)


@lru_cache(maxsize=64)  # of 22 kB each
def _zone_options(locale: str, chosen: str) -> SafeString:
    groups = zones.with_choice(chosen, locale)
    pieces = (
        (format_html('<optgroup label="{}">', label) if label else SafeString(), _options(choices, chosen))
        for label, choices in groups
    )
    return format_html_join("", "{}{}", pieces)


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

    locale = forms.ChoiceField(label=_("Language"), required=False, widget=WrittenSelect)
    time_zone = ZoneField(required=False)
    hour = forms.TypedChoiceField(label=_("Time"), choices=HOURS, coerce=int, required=False, widget=WrittenSelect)

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
