"""Names that people give: what may stand in them. Pure."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

REFUSED = {"Cc", "Cs", "Zl", "Zp"}  # control characters, lone surrogates, separators of lines and paragraphs


def check_name(value: object) -> None:
    """Names stand in subjects and senders of mails, which are one line."""
    if not isinstance(value, str) or any(unicodedata.category(character) in REFUSED for character in value):
        raise ValidationError(_("One line without control characters."))
