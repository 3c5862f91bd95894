"""Fields of forms that are written line by line, where a table keeps a list or a name for each language."""

from typing import Any

from django import forms
from django.utils.translation import gettext

from digests.locales import check_locale


class LinesField(forms.CharField):
    """A list, written with one of its members on each line."""

    widget = forms.Textarea(attrs={"rows": 4, "dir": "auto"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (" ".join(line.split()) for line in (super().to_python(value) or "").splitlines())
        return list(dict.fromkeys(filter(None, lines)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class NamesField(LinesField):
    """A name for each language, written as `ko: 에이전트` on a line of its own."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{locale}: {name}" for locale, name in value.items()) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        names = {}
        for line in super().to_python(value):
            locale, colon, name = (part.strip() for part in line.partition(":"))
            if not (colon and name):
                text = gettext("“%(line)s” is no language with a name, such as “ko: 에이전트”.")
                raise forms.ValidationError(text % {"line": line})
            check_locale(locale)
            names[locale] = name
        return names

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool((initial or {}) != self.to_python(data))
        except forms.ValidationError:
            return True
