"""Where our Markdown differs from CommonMark, as rules for markdown-it: emphasis, addresses, lines of tables. Pure.

CommonMark finds no end of emphasis in **"word"**입니다, since a mark after punctuation must not stand before a
letter. CJK text has no spaces around words, so there its letters end a word as a space does
(https://github.com/tats-u/markdown-cjk-friendly). And 5*3*2, 2*x and snake_case are products and names.
"""

import re

from markdown_it.common.normalize_url import normalizeLink
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

CJK = re.compile("[\u1100-\u11ff\u2e80-\u303f\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7ff"
                 "\uf900-\ufaff\ufe30-\ufe4f\uff01-\uffee\U0001b000-\U0001b16f\U00020000-\U0003fffd]")  # fmt: skip
NAME_OR_NUMBER = re.compile("[A-Za-z0-9]")
# Letters outside ASCII end a bare address: a Korean or Japanese particle is glued to it more often than not.
BARE = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+")
SCHEME = re.compile(r"(?<![A-Za-z0-9])(https?)\Z")
LONGEST_SCHEME = 6  # characters, with the one before it
TRAILING = ".,;:!?'*_~"


def emphasis(state: StateInline, silent: bool) -> bool:
    """A rule for markdown-it in the place of its own: marks a run of * or _ as one that may open, close or neither."""
    mark = state.src[state.pos]
    if silent or mark not in "*_":
        return False
    end = state.pos
    while end < state.posMax and state.src[end] == mark:
        end += 1
    length = end - state.pos
    before = state.src[state.pos - 1] if state.pos else " "
    after = state.src[end] if end < state.posMax else " "
    opens, closes = _opens_and_closes(mark, length, before, after)
    for _ in range(length):
        state.push("text", "", 0).content = mark
        state.delimiters.append(Delimiter(ord(mark), length, len(state.tokens) - 1, -1, opens, closes))
    state.pos = end
    return True


def bare_link(state: StateInline, silent: bool) -> bool:
    """An address in running text is a link. Found at its colon, before emphasis can take the _ in it."""
    if state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = SCHEME.search(state.pending[-LONGEST_SCHEME:])
    found = BARE.match(state.src, state.pos - len(scheme[1])) if scheme else None
    address = _untrailed(found[0]) if found else ""
    if not scheme or not address.partition("://")[2]:
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[1])]
        state.push("link_open", "a", 1).attrs = {"href": normalizeLink(address)}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos += len(address) - len(scheme[1])
    return True


def rows_of_tables(state: StateCore) -> None:
    """A line that begins with | is one to the reader too, since tables stay as they are written."""
    for block in state.tokens:
        children = block.children or []
        began = 0
        for place, child in enumerate(children):
            if child.type != "softbreak":
                continue
            if any(
                line.content.lstrip().startswith("|") for line in (children[began], *children[place + 1 : place + 2])
            ):
                child.type, child.tag = "hardbreak", "br"
            began = place + 1


def _untrailed(address: str) -> str:
    """The address without the sentence's own punctuation at its end."""
    while address and (address[-1] in TRAILING or (address[-1] == ")" and address.count(")") > address.count("("))):
        address = address[:-1]
    return address


def _opens_and_closes(mark: str, length: int, before: str, after: str) -> tuple[bool, bool]:
    if NAME_OR_NUMBER.match(before) and NAME_OR_NUMBER.match(after):
        return False, False
    if mark == "_" and length > 1:
        return False, False  # __init__ is a name; who means bold writes **
    cjk = bool(CJK.match(before) or CJK.match(after))
    left = not _space(after) and (not _mark(after) or _space(before) or _mark(before) or cjk)
    right = not _space(before) and (not _mark(before) or _space(after) or _mark(after) or cjk)
    if mark == "*":
        return left, right
    return left and (not right or _mark(before)), right and (not left or _mark(after))


def _space(character: str) -> bool:
    return isWhiteSpace(ord(character))


def _mark(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)
