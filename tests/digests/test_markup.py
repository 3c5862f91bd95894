"""digests.markup: what is written in summaries, notes and titles, and what readers get to see of it."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.markup import bullets, html, inert, inert_text, line, plain, safe_url

ALLOWED = {"a", "p", "ul", "ol", "li", "em", "strong", "code", "pre", "blockquote", "br", "hr"}
MARKDOWN = st.text(
    st.sampled_from("ab 1*_`[]()<>{}%$!#-+>\\&;:/.\n\t~\"'\u202e\x00한。") | st.characters(), max_size=200
)


def tree(written: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<body>{written}</body>")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("- ***What's New***: a", "<li><em><strong>What's New</strong></em>: a</li>"),
        ("the <EOS> token", "the &lt;EOS&gt; token"),
        ("about ~5 ~~or so~~", "about ~5 ~~or so~~"),
        ("from $5 to $10", "<p>from $5 to $10</p>"),
        ("US$5-US$10", "<p>US$5-US$10</p>"),
        ("$x_1 * y_2 * z$", "<em>x_1 * y_2 * z</em>"),
        ("PanGu-$\\pi$를", "PanGu-<em>\\pi</em>를"),
        ("$$a_1$$", "<em>a_1</em>"),
        ("# Loud", "<p><strong>Loud</strong></p>"),
        ("text\n---", "<p>text</p>"),
        ("    not code", "<p>not code</p>"),
        ("[a]: https://b.example", "[a]: <a"),
        ("![a graph](https://i.example/x.png)", '<a href="https://i.example/x.png" rel="noopener">a graph</a>'),
        ('[x](https://y.example "title")', '<a href="https://y.example" rel="noopener">x</a>'),
    ],
)
def test_markdown_reads_as_its_writer_meant_it(written: str, shown: str) -> None:
    assert shown in html(written)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://github.com/x/y에서 공개", "https://github.com/x/y"),
        ("(https://github.com/x/y).", "https://github.com/x/y"),
        ("https://github.com/x/y、", "https://github.com/x/y"),
        ("https://a.example/__init__.py, then", "https://a.example/__init__.py"),
        ("https://en.example/A_(b) and", "https://en.example/A_(b)"),
        ("コードはhttps://a.example/x?y=1&z=2です", "https://a.example/x?y=1&z=2"),
    ],
)
def test_a_bare_address_is_a_link_without_the_sentence_around_it(written: str, address: str) -> None:
    link = tree(html(written)).find(".//a")

    assert link is not None
    assert (link.get("href"), link.text) == (address, address)


@pytest.mark.parametrize(
    "written",
    [
        "[x](javascript:alert(1))",
        "[x](data:text/html,y)",
        "![x](javascript:1)",
        "<javascript:x>",
        "[x](//evil.example)",
    ],
)
def test_a_link_to_anything_but_web_and_mail_stays_text(written: str) -> None:
    assert "<a" not in html(written)


@pytest.mark.parametrize("written", ["{{ x }}", "{% x %}", "%recipient.name%", "%unsubscribe_url%", "*|NAME|*"])
def test_a_providers_merge_field_is_none_for_the_provider_and_the_same_for_the_reader(written: str) -> None:
    assert written not in html(f"`{written}`")
    assert "".join(tree(html(f"`{written}`")).itertext()) == written
    assert written not in inert(written)
    assert "{{" not in inert_text(written)
    assert "%recipient" not in inert_text(written)
    assert inert_text(written).replace("\u2060", "") == written


def test_what_cannot_be_seen_is_taken_out() -> None:
    hidden = "a\x00b\x1b[0m\u202ec\u2066d\ud800e &#x202E;"

    assert html(hidden) == "<p>ab[0mcde </p>"
    assert line("a\r\nBcc: b\u2028c") == "a Bcc: b c"


def test_nesting_beyond_sense_is_shown_as_it_is_written() -> None:
    deep = "> " * 10_000 + "end"

    assert "end</p>" in html(deep)
    assert "<blockquote>" not in html(deep)
    assert plain(deep).endswith("end")
    assert bullets(deep) == (deep,)


def test_plain_text_keeps_bullets_numbers_and_addresses() -> None:
    written = "- **a** [b](https://c.example)\n  - d\n\n1. one\n2. two `x`\n\nhttps://e.example\nend"

    assert plain(written) == ("- a b (https://c.example)\n  - d\n\n1. one\n2. two x\n\nhttps://e.example end")


def test_bullets_are_the_items_and_paragraphs_as_markdown() -> None:
    written = "Intro *here*.\n\n- first\n  goes on\n  - below\n- **second**\n\n2. third"

    assert bullets(written) == ("Intro *here*.", "first\ngoes on\n- below", "**second**", "third")


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/b", "https://a.example/b"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ('https://a.example/{{x}}"<', "https://a.example/%7B%7Bx%7D%7D%22%3C"),
        ("javascript:alert(1)", ""),
        ("//a.example", ""),
        ("https://a.example/b c", ""),
        ("", ""),
    ],
)
def test_addresses_are_encoded_or_refused(url: str, safe: str) -> None:
    assert safe_url(url) == safe


@given(MARKDOWN)
def test_any_text_is_well_formed_and_harmless(text: str) -> None:
    written = html(text)

    tags = {element.tag for element in tree(written).iter()} - {"body"}
    assert tags <= ALLOWED
    assert all(set(link.attrib) == {"href", "rel"} for link in tree(written).iter("a"))
    assert not re.search(r"\{\{|\{%|[\u202a-\u202e\u2066-\u2069\x00]", written)


@given(MARKDOWN)
def test_any_text_has_a_plain_form(text: str) -> None:
    assert not re.search(r"\{\{|\{%|[\u202a-\u202e\u2066-\u2069\x00\r]", plain(text))
    assert all(bullets(text))


@given(MARKDOWN)
def test_any_title_is_one_line_that_stays_text(text: str) -> None:
    assert "".join(tree(inert(text)).itertext()) == line(text)
    assert "\n" not in inert(text)


def test_accents_are_stacked_no_higher_than_any_script_needs() -> None:
    assert line("a" + "\u0301" * 10_000 + "b") == "a" + "\u0301" * 4 + "b"
    assert line("a" + "\u200d\u0301" * 10) == "a" + "\u200d\u0301" * 2
    assert line("بِسْمِ ٱللَّٰهِ नमस्ते กี่ 👩‍🔬") == "بِسْمِ ٱللَّٰهِ नमस्ते กี่ 👩‍🔬"


def test_more_brackets_than_anyone_writes_stay_as_they_are() -> None:
    assert html("[a](https://b.example) " * 500).count("<a ") == 500
    assert "<a " not in html("[a](https://b.example) " * 501)
