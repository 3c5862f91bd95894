"""digests.rendering: whatever stands in a title, a summary or a name, it stays words."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.content import Content, SummaryContent, Words
from digests.links import LEAVE, PREFERENCES, WEB, Place, fill
from digests.rendering import render
from digests.selection import EditionKey, Selected, Wishes, edition_key
from tests.digests.looking import LINKS, SITE, TOKENS, Received, Seen, balanced, mail
from tests.golden.sample import CONTENT, ENTRIES

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ x }} {% load y %} {# z #}",
    "%recipient.name% %unsubscribe_url%",
    "a\r\nBcc: victim@example.org",
    "]]> --> <mj-raw><mj-text> </mj-text></mjml>",
    "<!--CUT--> &lt;b&gt; &amp; <?xml?>",
    "nul \x00 and \u202egnirts\u2066",
    "\ud800 \ufffe",
)
PLACES = (
    "title",
    "bullet",
    "author",
    "topic",
    "word",
    "note",
    "name",
    "address",
    "subject",
    "preheader",
    "model",
    "url",
)
WORDS = st.text(st.sampled_from("ab <>&\"'{}%[]()*_`$#-\\\r\n\t/:.한ا") | st.characters(), min_size=1, max_size=60)


def hostile(place: str, text: str) -> Content:
    """The sample with `text` in one of its places."""
    first = replace(
        ENTRIES[0],
        title=text if place == "title" else "Title",
        url=text if place == "url" else "https://arxiv.org/abs/1",
        authors=(text if place == "author" else "Author",),
        summaries={
            "en": SummaryContent(
                f"- {text}" if place == "bullet" else "- Bullet", "machine", text if place == "model" else "model"
            )
        },
    )
    return replace(
        CONTENT,
        entries=(first, replace(first, id=9)),
        name=text if place == "name" else "Name",
        postal_address=text if place == "address" else "Address",
        topics={slug: {"en": text if place == "topic" else "Topic"} for slug in ("robots", "wind")},
        words={
            "en": Words(
                subject=text if place == "subject" else "",
                preheader=text if place == "preheader" else "",
                note=text if place == "note" else "Note",
            )
        },
    )


def with_reason(content: Content, place: str, text: str, *, locale: str = "en", detail: str = "full") -> Received:
    """The mail of a reader who gets the papers for what stands in this place."""
    code = {"author": "author:0", "word": f"word:{text}"}.get(place, "topic:robots")
    selection = tuple(Selected(entry.id, "en", code) for entry in content.entries)
    rendered = render(content, EditionKey(locale, selection, len(selection), detail, "html"), site_url=SITE)
    return Received(rendered.subject, fill(rendered.html, TOKENS), fill(rendered.text, TOKENS))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words(place: str, text: str) -> None:
    rendered = with_reason(hostile(place, text), place, text)
    calm = Seen(with_reason(hostile(place, "calm" if place != "url" else ""), place, "calm").html)
    page = Seen(rendered.html)

    assert not set(page.tags) - set(calm.tags) - {"p", "a", "br"}
    assert not {name for name, _ in page.attributes if name.startswith("on")}
    assert not any("javascript:" in address for address in page.values("href"))
    for part in (rendered.subject, rendered.html, rendered.text):
        assert not any(sign in part for sign in ("{{", "{%", "%recipient", "%unsubscribe_url%", "\x00", "\u202e", "\r"))
        part.encode()
    assert "\n" not in rendered.subject


def test_what_a_title_says_can_be_read_in_every_part() -> None:
    title = "<script> {{ x }} & \\textit{y}"
    rendered = mail(hostile("title", title))

    assert title in Seen(rendered.html).text
    assert title in rendered.text.replace("\u2060", "")
    assert rendered.subject.replace("\u2060", "").startswith(title)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", ["leave", "preferences", "web", *LINKS.values()])
def test_no_words_capture_a_readers_link(place: str, text: str) -> None:
    content = hostile(place, text)
    key = edition_key(content, Wishes(locale="en"))

    rendered = render(content, key, site_url=SITE)

    for pieces in (rendered.html, rendered.text):
        assert [piece for piece in pieces if type(piece) is Place] == [PREFERENCES, LEAVE, WEB]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(PLACES), WORDS, st.sampled_from(["en", "ar", "ja"]), st.sampled_from(["full", "short", "titles"])
)
def test_any_words_in_any_place_make_a_mail(place: str, text: str, locale: str, detail: str) -> None:
    rendered = with_reason(hostile(place, text), place, text, locale=locale, detail=detail)

    assert balanced(rendered.html)
    assert rendered.text
    assert rendered.subject.splitlines() == [rendered.subject]
