"""digests.mjml: nothing of the layout language may reach an inbox."""

import pytest

from digests.mjml import rows, to_html

MAIL = "<mjml><mj-body><mj-section><mj-column>{}</mj-column></mj-section></mj-body></mjml>"


def test_mjml_becomes_html_that_asks_nobody_for_fonts() -> None:
    html = to_html(MAIL.format("<mj-text>Good\r\nmorning</mj-text>"))

    assert html.startswith("<!doctype html>")
    assert "Good\nmorning" in html
    assert "fonts.googleapis" not in html


def test_lines_are_short_enough_to_travel_as_they_are() -> None:
    html = to_html(MAIL.format(f"<mj-text><p>{'word ' * 150}</p><p>{'word ' * 150}</p></mj-text>" * 3))

    assert max(len(line) for line in html.split("\n")) < 998
    assert "\n." not in html


def test_what_stands_in_pre_stays_as_it_is() -> None:
    code = "<pre>a { }\n.b { }\n\n  c</pre>"

    assert code in to_html(MAIL.format(f"<mj-text>{code}</mj-text>"))


def test_an_unknown_element_is_an_error() -> None:
    with pytest.raises(ValueError, match="mj-txet"):
        to_html(MAIL.format("<mj-text><mj-txet>Hello</mj-txet></mj-text>"))


def test_broken_mjml_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"."):
        to_html(MAIL.format("<mj-text>1 < 2</mj-text>"))


def test_rows_are_what_stands_between_the_cuts() -> None:
    cut = "<mj-raw><!--CUT--></mj-raw>"

    row = rows(MAIL.format(f"<mj-text>a</mj-text>{cut}<mj-text>b</mj-text>{cut}"))

    assert row.startswith("<tr>")
    assert row.endswith("</tr>\n")
    assert ">b<" in row
    assert ">a<" not in row


def test_rows_without_cuts_are_an_error() -> None:
    with pytest.raises(ValueError, match="two marks"):
        rows(MAIL.format("<mj-text>a</mj-text>"))
