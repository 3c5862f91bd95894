"""The form for a new address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from newsletter.subscribers.forms import AddressField
from newsletter.subscribers.moving import Asked

REFUSALS = {
    Asked.SAME: _("You read at this address already."),
    Asked.OFTEN: _("You have asked for this three times today. Please try again tomorrow."),
}


class MoveForm(forms.Form):
    """Asks for the address that newsletters shall go to from now on."""

    address = AddressField()

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["address"].label = _("Your new e-mail address")

    def refuse(self, asked: Asked) -> None:
        """The words for what could not be asked stand beside the field."""
        self.add_error("address", str(REFUSALS[asked]))
