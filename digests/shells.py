"""What stands around the papers of a mail: masthead, note and footer, compiled and cut at their places. Pure."""

from dataclasses import dataclass, replace

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext

from digests import fragments, markup, mjml, phrases
from digests.columns import shorten
from digests.content import Content, Words
from digests.links import PLACES, Place, address
from digests.locales import chain
from digests.looks import look
from digests.parts import Part, cut, marks, part, parts

LONGEST_NOTE = 4_000  # characters
SHORTEST_NOTE = 500  # characters that a mail has room for whatever else is in it
NAMES = ("title", "preheader", "share", "papers")

# Each place of a shell with the parts that stand after it; before the first there is none, which is named "".
Cut = tuple[tuple[str, tuple[Part, ...]], ...]


@dataclass(frozen=True, slots=True)
class Shell:
    """The words of a shell."""

    name: str
    accent: str
    postal_address: str
    date: str
    note: str
    note_locale: str
    locale: str
    site_url: str
    correction: str = ""
    correction_locale: str = ""


def shell(content: Content, wanted: str, *, locale: str, site_url: str) -> Shell:
    """The shell of mails for readers who wanted this language, in ours that is nearest."""
    said, said_in = note(content, wanted)
    corrected, corrected_in = correction(content, wanted, locale=locale) if content.is_correction else ("", "")
    return Shell(
        name=content.name,
        accent=content.accent,
        postal_address=content.postal_address[:LONGEST_NOTE],
        date=capfirst(phrases.period(content.day, content.kind, locale)),
        note=said,
        note_locale=said_in,
        locale=locale,
        site_url=site_url,
        correction=corrected,
        correction_locale=corrected_in,
    )


def barer(full: Shell) -> Shell:
    """A shell that is small, whatever its words are."""
    return replace(
        full,
        name=shorten(markup.line(full.name), phrases.SUBJECT_LONGEST),
        postal_address=full.postal_address[:SHORTEST_NOTE],
        note=_at_most(SHORTEST_NOTE, full.note),
        correction=_at_most(SHORTEST_NOTE, full.correction),
    )


def note(content: Content, locale: str) -> tuple[str, str]:
    """The editor's note and its locale: in the reader's language or the nearest that has one; may be empty."""
    for wish in chain(locale, content.default_locale):
        if said := content.words.get(wish, Words()).note.strip():
            return _at_most(LONGEST_NOTE, said), wish
    return "", locale


def correction(content: Content, wanted: str, *, locale: str) -> tuple[str, str]:
    """What was corrected, and the locale that it is said in: the editor's words, else ours in `locale`."""
    for wish in chain(wanted, content.default_locale):
        if said := content.words.get(wish, Words()).correction.strip():
            return _at_most(LONGEST_NOTE, said), wish
    with translation.override(locale):
        return gettext("This digest was corrected after it had been sent to you. This is how it reads now."), locale


def _at_most(longest: int, words: str) -> str:
    return words if len(words) <= longest else f"{words[:longest]}…"


def in_html(shell: Shell) -> Cut:
    said_in = look(shell.note_locale, shell.accent)
    context = {
        "shell": shell,
        "look": look(shell.locale, shell.accent),
        "note": said_in,
        "note_html": fragments.mail_html(shell.note, said_in),
        "correction": look(shell.correction_locale or shell.locale, shell.accent),
        "correction_html": fragments.mail_html(shell.correction, said_in),
        "cut": _marks(shell),
    }
    with translation.override(shell.locale):
        return _cut(mjml.to_html(render_to_string("email/digest/body.mjml", context)))


def in_text(shell: Shell) -> Cut:
    said = {"note": markup.plain(shell.note), "correction": markup.plain(shell.correction)}
    context = {"shell": shell, **said, "cut": _marks(shell)}
    with translation.override(shell.locale):
        return _cut(render_to_string("email/digest/body.txt", context).strip("\n") + "\n")


def nothing_in_html(words: str, locale: str, accent: str) -> str:
    """Table rows of a mail that has no papers, and says so."""
    with translation.override(locale):
        context = {"words": words, "look": look(locale, accent)}
        return mjml.rows(render_to_string("email/digest/nothing.mjml", context))


def nothing_in_text(words: str, locale: str, _accent: str) -> str:
    with translation.override(locale):
        return "\n\n\n" + render_to_string("email/digest/nothing.txt", {"words": words}).strip("\n")


def _marks(shell: Shell) -> dict[str, str]:
    return marks(*NAMES) | {place: address(shell.site_url, place, mark) for place, mark in marks(*PLACES).items()}


def _cut(layout: str) -> Cut:
    """The places that each reader's token goes into are parts already; the others are filled per edition."""
    first, *rest = cut(layout)
    sections: list[tuple[str, tuple[Part, ...]]] = [("", parts(first))]
    for name, after in zip(rest[::2], rest[1::2], strict=True):
        if name in NAMES:
            sections.append((name, parts(after)))
        else:
            before_it, before = sections[-1]
            sections[-1] = (before_it, (*before, part(Place(name)), *parts(after)))
    return tuple(sections)
