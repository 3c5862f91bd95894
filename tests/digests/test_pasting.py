"""What becomes of a text that was pasted from Word or a web page."""

import pytest

from digests.pasting import Change, tidy


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("• One\n· Two\n  ◦ sub\n- kept", "- One\n- Two\n  - sub\n- kept"),
        ("-\tTab\r\n2.\tTwo", "- Tab\n2. Two"),
        (
            "<ul><li><b>New</b>: x &amp; y</li><li>See <a href='https://a.b/c'>here</a></li></ul>",
            "- **New**: x & y\n- See [here](https://a.b/c)",
        ),
        ("<ol><li>One<ul><li>in</li></ul></li><li>Two</li></ol>", "1. One\n  - in\n1. Two"),
        (
            "<p class=MsoNormal><o:p>&nbsp;</o:p>Text\u00a0one</p><style>p{}</style><p>Two<br>line</p>",
            "Text one\n\nTwo\nline",
        ),
        ("<!--[if gte mso 9]><xml>zz</xml><![endif]--><p>Hi</p>", "Hi"),
        ("<a href='javascript:alert(1)'>x</a><script>alert(1)</script>", "x"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("<b>bold </b>word", "**bold** word"),
        ("a<b> bold</b> word", "a **bold** word"),
        ("a <b></b><i> </i>word", "a  word"),
        ("<b><i>both</i></b>", "***both***"),
        ("<b><a href='https://a.b/c'> x</a></b>", "**[ x](https://a.b/c)**"),
        ("<table><tr><td>12</td><td>34</td></tr></table>", "12 34"),
    ],
)
def test_tags_bullets_and_odd_spaces_become_markdown(pasted: str, kept: str) -> None:
    assert tidy(pasted).text == kept


@pytest.mark.parametrize(
    "text",
    [
        "- A *b* **c** `d` [e](https://f.g/h)\n  - nested\n1. one",
        "- <EOS> and a < b, <think>x</think>, 3 <4",
        "- «\u00a0mot\u00a0» 1\u00a0000 et 5\u00a0%",
        "- 5 – 6 – 7 • 8 &amp; &lt;",
        "- x\n\n- y",
    ],
)
def test_what_is_markdown_stays_letter_by_letter(text: str) -> None:
    assert tidy(text).text == text
    assert tidy(text).changes == {}


def test_what_was_changed_is_counted() -> None:
    assert tidy("<p>• a\u00a0b</p>\x00").changes == {
        Change.CONTROLS: 1,
        Change.TAGS: 2,
        Change.SPACES: 1,
        Change.BULLETS: 1,
    }


@pytest.mark.parametrize("text", ["<" * 20_000, "<b" * 9000, "<!--" * 5000, "<li>" * 5000, "&" * 20_000, "• " * 9000])
def test_hostile_texts_end_soon(text: str) -> None:
    assert tidy(text).text is not None
