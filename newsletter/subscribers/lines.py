"""Form fields for a reader's own words: names and phrases, one a line."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from digests.terms import normal

MOST_LINES = 30
LONGEST_LINE = 80  # characters
LONGEST = 1_000  # characters of a whole field
LINE_BREAKS = re.compile(r"[\r\n]+")
LINE_BREAKS_OR_COMMAS = re.compile(r"[\r\n,;،؛、，；]+")


class LinesField(forms.CharField):
    """Lines as the reader writes them, in the order of their normal forms, of each of which there is one."""

    ends = LINE_BREAKS

    def __init__(self, *, label: Any, help_text: Any) -> None:
        attributes = {
            "rows": "3",
            "autocapitalize": "none",
            "autocomplete": "off",
            "spellcheck": "false",
            "dir": "auto",
        }
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            max_length=LONGEST,
            widget=forms.Textarea(attributes),
            error_messages={"max_length": _("This is too long: please keep to 1,000 characters.")},
        )

    def to_python(self, value: Any) -> str:
        """Browsers count a line break as one character and send two."""
        return str(super().to_python(value)).replace("\r\n", "\n")

    def clean(self, value: Any) -> Any:
        """A tuple, whatever CharField promises."""
        typed = [" ".join(line.split()) for line in self.ends.split(super().clean(value)) if line.strip()]
        lines = {normal(line): line for line in reversed(typed)}
        if "" in lines:
            raise ValidationError(_("There is no word in “%(line)s”.") % {"line": lines[""][:LONGEST_LINE]})
        long = next((line for line in typed if len(line) > LONGEST_LINE), None)
        if long is not None:
            raise ValidationError(_("This is too long for one line: “%(line)s…”.") % {"line": long[:LONGEST_LINE]})
        if len(lines) > MOST_LINES:
            raise ValidationError(_("This is too much: please keep to 30 lines."))
        return tuple(lines[key] for key in sorted(lines))


class CommasField(LinesField):
    """Lines of words: a comma ends one too, since no word has any."""

    ends = LINE_BREAKS_OR_COMMAS
