"""The forms of an administrator: a reader by hand, a list, and what is to happen with it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from digests.models import Newsletter
from newsletter.subscribers.forms import HOURS, AddressField, ZoneField, languages, offer
from newsletter.subscribers.importing.starting import LARGEST
from newsletter.subscribers.models import EVERY_DAY
from newsletter.subscribers.preferences import Preferences

ASK, AGREED = "ask", "agreed"
HOW = [
    (ASK, _("Ask to confirm: a letter goes out, and nobody reads before they have answered it.")),
    (AGREED, _("Confirmed already: they agreed elsewhere, and I write down where.")),
]


class GroundForm(forms.Form):
    """Whether readers are asked, or where they agreed."""

    how = forms.ChoiceField(label=_("Have they agreed?"), choices=HOW, widget=forms.RadioSelect, initial=ASK)
    ground = forms.CharField(
        label=_("Where and how they agreed"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_(
            "Such as: signed up at our former newsletter with double opt-in, 2021 to 2024. It is kept as proof."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("how") == AGREED and not cleaned.get("ground", "").strip():
            self.add_error("ground", _("Please write down where these readers agreed."))
        return cleaned

    def ground_given(self) -> str:
        """Where they agreed; empty where they are asked."""
        ground: str = self.cleaned_data["ground"]
        return ground.strip() if self.cleaned_data["how"] == AGREED else ""


class EnterForm(GroundForm):
    """One reader by hand."""

    address = AddressField()
    locale = forms.ChoiceField(label=_("Language"))
    time_zone = ZoneField()
    hour = forms.TypedChoiceField(label=_("Time"), choices=HOURS, coerce=int)
    field_order = ("address", "locale", "time_zone", "hour", "how", "ground")

    def __init__(self, newsletter: Newsletter, data: Any = None) -> None:
        initial = {"locale": newsletter.default_locale, "time_zone": newsletter.time_zone, "hour": 7}
        super().__init__(data, initial=initial)
        self.fields["address"].label = _("E-mail address")
        self.fields["address"].widget.attrs["autocomplete"] = "off"
        offer(self, "locale", languages(newsletter))

    def preferences(self) -> Preferences:
        chosen = self.cleaned_data
        return Preferences(
            locale=chosen["locale"], time_zone=chosen["time_zone"], hour=chosen["hour"], weekdays=EVERY_DAY
        )


class BringForm(forms.Form):
    """A list, as a file."""

    brought = forms.FileField(
        label=_("The list"),
        widget=forms.ClearableFileInput({"accept": ".csv,.tsv,.txt,text/csv"}),
        help_text=_(
            "A CSV file, as listmonk, Mailchimp, Substack, Buttondown or Ghost export it, or with a column “email”."
        ),
        error_messages={
            "required": _("Please choose a file."),
            "empty": _("The file is empty."),
            "missing": _("Please choose a file."),
        },
    )

    def clean_brought(self) -> Any:
        brought = self.cleaned_data["brought"]
        if brought.size > LARGEST:
            raise forms.ValidationError(too_large())
        return brought


class StartForm(GroundForm):
    """What is to happen with a list that was looked at."""

    suppresses = forms.BooleanField(
        label=_("Never write to those who left or bounced there"),
        required=False,
        help_text=_(
            "They come onto the suppression list of this newsletter, and cannot sign up by themselves any more."
        ),
    )


def too_large() -> str:
    return str(
        _("This file has more than %(most)s MB. Please split it, each part with the first line.")
        % {"most": LARGEST // 1_000_000}
    )
