"""MJML to HTML, checked: what a mail's layout language leaves behind is an error here, not in an inbox. Pure."""

from mjml import mjml2html

CUT = "<!--CUT-->"


def to_html(mjml: str) -> str:
    """A whole HTML document with \\n for every line end.

    Raises ValueError for broken MJML, and for elements that the compiler did not know and passed through.
    """
    # Without fonts={} the compiler links Google's fonts, which tells a third party who reads.
    written = mjml2html(mjml.replace("\r\n", "\n").replace("\r", "\n"), fonts={})
    html = str(written).replace("\r\n", "\n").replace("\r", "\n")
    if (left := html.find("<mj-")) >= 0:
        raise ValueError(f"MJML left in the output: {html[left : left + 60]!r}")
    return html


def rows(mjml: str) -> str:
    """The part of a document between its two CUT marks: table rows, to be put into another document."""
    parts = to_html(mjml).split(CUT)
    if len(parts) != 3:
        raise ValueError(f"expected two marks {CUT} in the document, found {len(parts) - 1}")
    return parts[1]
