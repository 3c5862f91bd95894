"""digests.fragments: what is said of one paper."""

from dataclasses import replace
from time import process_time

import pytest

from digests import fragments, markup
from digests.content import SummaryContent
from digests.fragments import Fragment, context
from digests.selection import Wishes, edition_key
from tests.digests.looking import SITE, day_of
from tests.golden.sample import ENTRIES


def shown(text: str, *, origin: str = "imported", detail: str = "full", locale: str = "en") -> Fragment:
    entry = replace(ENTRIES[0], summaries={"en": SummaryContent(text, origin)})
    content = day_of(entry)
    key = edition_key(content, Wishes(locale=locale, detail=detail))
    return fragments.fragments(content, key, site_url=SITE)[0]


BOMBS = [
    "[",
    "*",
    "`",
    "> ",
    "![](",
    "[a](",
    "<",
    "_a ",
    "$",
    "1. ",
    "(",
    "://",
    "![",
    "{{",
    "“",
    "\u0301",
    "**a",
    "[]",
]


@pytest.mark.parametrize("detail", ["full", "short"])
@pytest.mark.parametrize("piece", BOMBS)
def test_a_summary_of_nothing_but_signs_does_not_hold_us_up(piece: str, detail: str) -> None:
    fragment = shown(piece * (40_000 // len(piece)), detail=detail)

    began = process_time()
    fragments.mail(fragment)
    fragments.text(fragment)

    assert process_time() - began < 1


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("# Heading\n\n- real bullet\n- other", "real bullet"),
        ("**Abstract**\n\n- real", "real"),
        ("**Abstract:**\n\nReal words.", "Real words."),
        ("__Abstract__\n\nReal words.", "__Abstract__"),
        ("## One\n\n**Two**\n\nThree is **here**.\n\nFour.", "Three is **here**."),
        ("An introduction.\n\n1. First\n2. Second", "First"),
        ("**Bold** begins it.\n\nMore.", "**Bold** begins it."),
        ("# Only a heading", "# Only a heading"),
        ("", ""),
    ],
)
def test_the_main_point_is_no_heading(text: str, point: str) -> None:
    assert fragments.said(shown(text, detail="short")) == point


def test_an_abstract_stays_as_its_authors_wrote_it() -> None:
    abstract = "We prove *a* * b_1 and $x$ [1] for **all** of\nhttps://a.example/b_c.\n\n- `not` a list & <b>"

    said = fragments.text_context(shown(abstract, origin="original"))

    address = '<a href="https://a.example/b_c" rel="noopener">https://a.example/b_c</a>'
    first = f"<p>We prove *a* * b_1 and $x$ [1] for **all** of\n{address}.</p>"
    assert said["summary_html"] == f"{first}\n<p>- `not` a list &amp; &lt;b&gt;</p>"
    assert said["summary_plain"] == abstract.replace("of\n", "of ")


def test_the_main_point_of_an_abstract_is_its_first_paragraph() -> None:
    assert fragments.said(shown("It is 5 * 3.\n\n- More.", origin="original", detail="short")) == "It is 5 * 3."


def test_the_main_point_is_looked_for_once_however_often_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []

    def looking(text: str, *, prose: bool) -> str:
        looked_at.append(text)
        return text

    monkeypatch.setattr(markup, "main_point", looking)

    for _view in range(3):
        fragments.seconds(shown("- Wind turbines sing.", detail="short"))
        context(shown("- Wind turbines sing.", detail="short"))

    assert looked_at == ["- Wind turbines sing."]


def test_a_language_without_words_of_ours_keeps_its_summaries() -> None:
    finnish = replace(ENTRIES[0], summaries={"fi": SummaryContent("- Du vent.", "human")})
    key = edition_key(day_of(finnish), Wishes(locale="fi"))
    (fragment,) = fragments.fragments(day_of(finnish), key, site_url=SITE)

    said = context(fragment)

    assert (said["summary_lang"], said["fallback"], fragment.locale) == ("fi", "", "en")
    assert fragment.web.endswith("/fi/#p1")
    assert context(shown("- Wind.", locale="fi"))["fallback"] == "No Finnish summary yet: in English."
