"""What templates of mails and pages say about digests: text from outside made safe, lines wrapped, the look."""

from datetime import date

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from digests import columns, locales, markup
from digests.looks import Look, look

register = template.Library()


@register.filter
def inert(text: object) -> SafeString:
    """One line of text from outside as HTML."""
    return markup.inert(str(text))


@register.filter
def inert_text(text: object) -> str:
    """One line of text from outside for a text mail, which escapes nothing else."""
    return markup.inert_text(markup.line(str(text)))


@register.filter
def markdown(text: object) -> SafeString:
    return markup.html(str(text))


@register.filter
def wrapped(text: object) -> str:
    """Each line of a text mail in 72 columns."""
    return columns.wrap_all(str(text))


@register.simple_tag(takes_context=True)
def mail_look(context: Context) -> Look:
    """The look that the renderer chose, else that of the active language and the newsletter at hand."""
    chosen = context.get("look")
    if isinstance(chosen, Look):
        return chosen
    accent = getattr(context.get("newsletter"), "accent", "")
    return look(get_language() or "en", str(accent))


@register.filter
def long_date(day: date) -> str:
    """The date in the words of the active language."""
    return locales.long_date(day, get_language() or "en")
