"""Text from outside as safe XHTML or plain text: Markdown summaries and notes, titles, names. Pure.

Nothing that comes in can become a tag, a script, a foreign image or a provider's merge field.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape
from unicodedata import category

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from digests.dialect import bare_link, emphasis, rows_of_tables

DEEPEST = 16  # nested tags; MJML's parser is recursive and dies of thousands
MOST_BRACKETS = 500  # each may begin a link, and looks for its end: beyond these they stay text
STACKED = 4  # marks in a row that stand above or between letters; no script has more
LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls, bidi embeddings, overrides and isolates, lone surrogates and what XML 1.0 forbids.
FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
# What providers replace in a mail that passes through them: {{ x }}, {% x %}, %recipient.x%, *|X|*.
NAMED = r"(?=recipient|(?![0-9A-Fa-f]{2})[A-Za-z][A-Za-z_.]{2,}%)"  # not the %EA of an address
MERGE = re.compile(rf"[{{}}]|%{NAMED}|\*(?=\|)")
MERGE_PAIR = re.compile(rf"(?<=[{{}}])(?=[{{}}%#])|(?<=[%#])(?=}})|(?<=%){NAMED}|(?<=\*)(?=\|)")
WORD_JOINER = "\u2060"
# The MJML compiler writes attributes as Rust's debug strings: it doubles \\ and spells out combining marks, joiners
# and the like as \\u{301}. Character references pass through it.
REWRITTEN = re.compile(r"[\\]|[^\x00-\x7f]")
LETTERS = {"Lu", "Ll", "Lo", "Nd"}
STACKING = {"Mn", "Me", "Cf"}
ITEM, BLOCK, HEADING = "item", "block", "heading"
LINK = re.compile(r"(https?://|mailto:)[^\s]", re.IGNORECASE)


def clean(text: str) -> str:
    """`text` with \\n for every kind of line end, without what a reader cannot see and a program obeys."""
    return FORBIDDEN.sub("", LINE_ENDS.sub("\n", text))


def line(text: str) -> str:
    """`text` on one line, as titles, names and subjects are."""
    return _flat(" ".join(clean(text).split()))


def inert(text: str) -> SafeString:
    """One line of text as HTML, fit for elements and attributes; no provider finds its merge fields in it."""
    return mark_safe(REWRITTEN.sub(_reference, _unmerged(escape(line(text)))))


def inert_text(text: str) -> str:
    """`text` for subjects and text parts: an invisible word joiner stands inside what looks like a merge field."""
    return MERGE_PAIR.sub(WORD_JOINER, clean(text))


def html(text: str, *, prose: bool = False) -> SafeString:
    """Markdown as well-formed XHTML without styles; headings are bold paragraphs, images are links.

    `prose` is text that was never Markdown: paragraphs, in which addresses alone mean something.
    """
    tokens = _parsed(text, prose=prose)
    if tokens is None:
        return mark_safe("".join(f"<p>{inert(part)}</p>\n" for part in clean(text).splitlines() if part.strip()))
    markdown = _markdown()
    written = markdown.renderer.render(tokens, markdown.options, {})
    return mark_safe(_unmerged(FORBIDDEN.sub("", written)).strip())


def styled(written: str, styles: Mapping[str, str]) -> SafeString:
    """What `html` wrote, with a style attribute on each of these elements."""
    tags = re.compile(rf"<({'|'.join(styles)})(?=[ >])")
    return mark_safe(tags.sub(lambda found: f'<{found[1]} style="{styles[found[1]]}"', written))


def plain(text: str, *, prose: bool = False) -> str:
    """Markdown as plain text: list items with "- " or their number, links as "text (address)"."""
    tokens = _parsed(text, prose=prose)
    if tokens is None:
        return inert_text(text).strip()
    return inert_text("\n".join(_plain_lines(tokens))).strip("\n")


def bullets(text: str) -> tuple[str, ...]:
    """The top-level list items, paragraphs and other blocks, each as Markdown without the item's own marker."""
    return tuple(written for _kind, written in _blocks(text))


def main_point(text: str, *, prose: bool = False) -> str:
    """The first list item, else the first block that is no heading, as Markdown; empty when there is none."""
    blocks = _blocks(text, prose=prose)
    kinds = dict(reversed(blocks))
    return next((kinds[kind] for kind in (ITEM, BLOCK, HEADING) if kind in kinds), "")


def safe_url(url: str) -> str:
    """The address, percent-encoded where it must be, if it is an http, https or mailto one; else nothing."""
    address = clean(url).strip()
    return normalizeLink(address) if LINK.match(address) and not re.search(r"\s", address) else ""


def _blocks(text: str, *, prose: bool = False) -> list[tuple[str, str]]:
    """The top-level blocks and list items: ITEM, BLOCK or HEADING, and the Markdown of each."""
    tokens = _parsed(text, prose=prose)
    if tokens is None:
        return [(BLOCK, clean(text).strip())] if clean(text).strip() else []
    lines = clean(text).split("\n")
    found: list[tuple[str, str]] = []
    for place, token in enumerate(tokens):
        if token.map is None or token.nesting < 0:
            continue
        start, end = token.map
        if token.type == "list_item_open" and token.level == 1:
            found.append((ITEM, _item(lines[start:end])))
        elif token.level == 0 and token.type not in {"bullet_list_open", "ordered_list_open", "hr"}:
            heading = token.type == "heading_open" or _is_bold(tokens[place + 1 : place + 2])
            found.append((HEADING if heading else BLOCK, "\n".join(lines[start:end]).strip()))
    return [(kind, written) for kind, written in found if written]


def _is_bold(tokens: Sequence[Token]) -> bool:
    """Whether all words of the block are bold: a heading by other means."""
    depth, bold = 0, False
    for child in (child for token in tokens for child in token.children or []):
        depth += child.nesting if child.type.startswith("strong") else 0
        bold = bold or depth > 0
        if depth == 0 and child.content.strip(" :.：。"):
            return False
    return bold


def _item(lines: Sequence[str]) -> str:
    first = re.sub(r"\A\s*(?:[-*+]|\d+[.)])(?:\s|\Z)", "", lines[0])
    return "\n".join([first.strip(), *(re.sub(r"\A\s{1,4}", "", rest) for rest in lines[1:])]).strip()


def _reference(found: re.Match[str]) -> str:
    return found[0] if category(found[0]) in LETTERS else f"&#{ord(found[0])};"


def _unmerged(written: str) -> str:
    return MERGE.sub(lambda found: f"&#{ord(found[0])};", written)


def _flat(text: str) -> str:
    """`text` without what a reader cannot tell apart: thousands of accents upon one letter."""
    if text.isascii():
        return text
    kept, stacked = [], 0
    for character in text:
        stacked = stacked + 1 if category(character) in STACKING else 0
        if stacked <= STACKED:
            kept.append(character)
    return "".join(kept)


def _parsed(text: str, *, prose: bool = False) -> list[Token] | None:
    """The tokens; None where blocks are nested too deep, or brackets too many, to be meant."""
    if prose:
        return _prose().parse(clean(text))
    if text.count("[") > MOST_BRACKETS:
        return None
    tokens = _markdown().parse(clean(text))
    return None if any(token.level > DEEPEST for token in tokens) else tokens


@cache
def _markdown() -> MarkdownIt:
    # Definitions ([x]: y), indented code and underlined headings are accidents in summaries: text they stay.
    markdown = MarkdownIt("commonmark", {"html": False, "xhtmlOut": True, "maxNesting": 4 * DEEPEST})
    markdown.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    markdown.disable(["reference", "code", "lheading", "math_block"])
    markdown.inline.ruler.before("escape", "bare_link", bare_link)
    markdown.inline.ruler.at("emphasis", emphasis)
    markdown.core.ruler.push("rows_of_tables", rows_of_tables)
    markdown.validateLink = lambda url: bool(safe_url(url))  # type: ignore[method-assign]  # the documented way
    for kind, rule in RULES.items():
        markdown.add_render_rule(kind, rule)
    return markdown


@cache
def _prose() -> MarkdownIt:
    """Reads an abstract: its *, _ and $ are its authors' own."""
    markdown = MarkdownIt("zero", {"html": False, "xhtmlOut": True}).enable(["newline"])
    markdown.inline.ruler.after("text", "bare_link", bare_link)
    markdown.add_render_rule("link_open", _link_open)
    return markdown


def _link_open(_renderer: object, tokens: Sequence[Token], place: int, *_: object) -> str:
    return f'<a href="{escape(str(tokens[place].attrGet("href") or ""))}" rel="noopener">'


def _image(_renderer: object, tokens: Sequence[Token], place: int, *_: object) -> str:
    source = str(tokens[place].attrGet("src") or "")
    shown = escape(_inline_text(tokens[place].children or []) or source)
    return f'<a href="{escape(source)}" rel="noopener">{shown}</a>'


def _math(_renderer: object, tokens: Sequence[Token], place: int, *_: object) -> str:
    return f"<em>{escape(tokens[place].content)}</em>"


def _code_block(_renderer: object, tokens: Sequence[Token], place: int, *_: object) -> str:
    return f"<pre><code>{escape(tokens[place].content)}</code></pre>\n"


RULES = {
    "link_open": _link_open,
    "image": _image,
    "math_inline": _math,
    "math_inline_double": _math,
    "fence": _code_block,
    "heading_open": lambda *_: "<p><strong>",
    "heading_close": lambda *_: "</strong></p>\n",
}


def _inline_text(tokens: Sequence[Token]) -> str:
    return "".join(token.content for token in tokens if token.type not in {"link_open", "link_close"})


def _plain_lines(tokens: Sequence[Token]) -> Iterator[str]:
    """Lines of plain text; a list item's further lines stand beneath its first."""
    markers: list[str] = []
    numbers: list[int | None] = []
    fresh = False
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            numbers.append(int(token.attrGet("start") or 1) if token.type.startswith("ordered") else None)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            numbers.pop()
            if not numbers:
                yield ""
        elif token.type == "list_item_open":
            number = numbers[-1]
            markers.append("- " if number is None else f"{number}. ")
            numbers[-1] = None if number is None else number + 1
            fresh = True
        elif token.type == "list_item_close":
            markers.pop()
        elif token.type in {"inline", "fence"}:
            yield from _indented(_plain_inline(token), markers, fresh=fresh)
            fresh = False
        elif token.type in {"paragraph_close", "heading_close"} and not numbers:
            yield ""


def _indented(text: str, markers: Sequence[str], *, fresh: bool) -> Iterator[str]:
    before = "".join(" " * len(marker) for marker in markers[:-1])
    last = markers[-1] if markers else ""
    for number, part in enumerate(text.rstrip("\n").split("\n")):
        yield f"{before}{last if fresh and number == 0 else ' ' * len(last)}{part}"


def _plain_inline(token: Token) -> str:
    if token.type == "fence":
        return token.content
    written: list[str] = []
    opened: list[tuple[int, str]] = []
    for child in token.children or []:
        if child.type == "link_open":
            opened.append((len(written), str(child.attrGet("href") or "")))
        elif child.type == "link_close":
            written += _address_after(written, *opened.pop())
        elif child.type == "image":
            source = str(child.attrGet("src") or "")
            written.append(f"{child.content} ({source})" if child.content else source)
        else:
            written.append({"softbreak": " ", "hardbreak": "\n"}.get(child.type, child.content))
    return "".join(written)


def _address_after(written: Sequence[str], start: int, address: str) -> list[str]:
    """The address in brackets, unless the link's own text says it."""
    shown = "".join(written[start:])
    return [] if shown in {address, address.removeprefix("mailto:")} else [f" ({address})"]
