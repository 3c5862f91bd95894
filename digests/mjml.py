"""MJML to HTML, checked: what a mail's layout language leaves behind is an error here, not in an inbox. Pure."""

import re

from mjml import mjml2html

CUT = "<!--CUT-->"
# Where a line may end unseen. The compiler writes a mail in one line, and of more than 998 bytes a line could travel as
# base64 alone, which is a third longer (RFC 5322, 2.1.1).
BLOCK_END = re.compile(r"(?:</(?:blockquote|div|h[1-6]|li|ol|p|style|table|td|tr|ul)>|<!\[endif\]-->)(?!\n)")
BETWEEN_ATTRIBUTES = ' style="'


def to_html(mjml: str) -> str:
    """A whole HTML document in short lines, each with \\n for its end.

    Raises ValueError for broken MJML, and for elements that the compiler did not know and passed through.
    """
    # Without fonts={} the compiler links Google's fonts, which tells a third party who reads.
    written = mjml2html(mjml.replace("\r\n", "\n").replace("\r", "\n"), fonts={})
    html = str(written).replace("\r\n", "\n").replace("\r", "\n")
    if (left := html.find("<mj-")) >= 0:
        raise ValueError(f"MJML left in the output: {html[left : left + 60]!r}")
    return _in_short_lines(html)


def rows(mjml: str) -> str:
    """The part of a document between its two CUT marks: table rows, to be put into another document."""
    parts = to_html(mjml).split(CUT)
    if len(parts) != 3:
        raise ValueError(f"expected two marks {CUT} in the document, found {len(parts) - 1}")
    return parts[1]


def _in_short_lines(html: str) -> str:
    lines = BLOCK_END.sub(r"\g<0>\n", html).replace(BETWEEN_ATTRIBUTES, f"\n{BETWEEN_ATTRIBUTES.lstrip()}")
    head, opening, body = lines.partition("<body")
    # SMTP doubles a dot at the beginning of a line, in each mail anew; style sheets have some.
    return head.replace("\n.", "\n .") + opening + body
