"""Every text of pages, mails and the admin is there in every language that the product claims."""

import re
from functools import cache
from gettext import c2py
from pathlib import Path

import pytest
from babel import Locale
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.template.loader import get_template
from django.utils.translation import to_locale

from tests.catalogues import ROOT, texts

LOCALES = [code for code, _name in settings.LANGUAGES if code != "en"]
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%%")

NUMBERS = {"%(days)s", "%(more)s", "%(count)s", "%(count)d", "%(counter)s", "%(total)s", "%(minutes)s", "%(number)s"}
# Plural forms that stand for one number alone, and so may say it as a word. (In French and Portuguese that of one is
# said of none as well: what counts from one on may say "the one" there too.)
SPOKEN = {"ar": (1, 2), "de": (0,), "es": (0,), "fr": (0,), "pt-br": (0,)}


@cache
def catalogue(locale: str) -> Catalog:
    folder = to_locale(locale)  # zh-hans -> zh_Hans
    with (ROOT / "locale" / folder / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=folder)


def message(locale: str, context: str | None, text: str) -> Message | None:
    return catalogue(locale).get(text, context=context)


def said(found: Message | None) -> list[str]:
    """The translation in all its plural forms."""
    if found is None or found.string is None:
        return []
    return [found.string] if isinstance(found.string, str) else list(found.string)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_is_translated(locale: str) -> None:
    missing = []
    for context, text in texts():
        found = message(locale, context, text)
        strings = said(found)
        if not strings or not all(strings) or (found and found.fuzzy):
            missing.append(text)

    assert missing == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_translation_has_the_places_of_its_text(locale: str) -> None:
    wrong = []
    for (context, text), forms in texts().items():
        found = message(locale, context, text)
        strings = said(found)
        allowed = {place for form in forms for place in PLACE.findall(form)}
        needed = set(PLACE.findall(forms[-1]))
        for form, string in enumerate(strings):
            places = set(PLACE.findall(string))
            spoken = NUMBERS if len(strings) > 1 and form in SPOKEN.get(locale, ()) else set()
            if not (needed - spoken <= places <= allowed):
                wrong.append((text, string))

    assert wrong == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_plural_has_every_form_of_its_language(locale: str) -> None:
    forms = catalogue(locale).num_plurals
    plural = [key for key, text in texts().items() if len(text) > 1]

    found = {text: message(locale, context, text) for context, text in plural}

    assert plural
    assert {text: len(said(row)) for text, row in found.items()} == dict.fromkeys(found, forms)


@pytest.mark.parametrize("locale", LOCALES)
def test_plurals_follow_the_rules_of_the_language(locale: str) -> None:
    form_of = c2py(catalogue(locale).plural_expr)
    name_of = Locale.parse(to_locale(locale)).plural_form

    pairs = {(form_of(number), name_of(number)) for number in range(201)}

    assert len(pairs) == len({form for form, _name in pairs}) == len({name for _form, name in pairs})


@pytest.mark.parametrize("locale", LOCALES)
def test_a_catalogue_keeps_nothing_that_is_not_said_any_more(locale: str) -> None:
    wanted = texts()

    extra = [row.id for row in catalogue(locale) if row.id and (row.context, _first(row)) not in wanted]

    assert extra == []
    assert catalogue(locale).obsolete == {}


def _first(row: Message) -> str:
    return row.id if isinstance(row.id, str) else row.id[0]


@pytest.mark.parametrize(
    "path",
    [path for path in (ROOT / "templates").rglob("*.*") if path.suffix in {".html", ".txt", ".mjml", ".xml"}],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_every_template_can_be_compiled(path: Path) -> None:
    get_template(str(path.relative_to(ROOT / "templates")))
