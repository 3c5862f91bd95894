"""Words as they are compared and looked up, whatever their case, accents, width and script. Pure."""

import re
from unicodedata import category, combining, normalize

LONGEST = 60  # characters of a token; what is longer is cut
# Scripts without spaces between words, or with endings that grow on them: Han, Kana, Hangul.
CJK = (
    "\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
RUN = re.compile(f"[{CJK}]+|[^ {CJK}]+")
IS_CJK = re.compile(f"[{CJK}]")
# Marks that make another letter: none, nukta, the voiced signs of Kana, virama. Others are accents and vowel points.
LETTERS_OF_THEIR_OWN = {0, 7, 8, 9}
VARIANTS = re.compile("[\u0640\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # a stretched line in Arabic; the look of a sign


def normal(text: str) -> str:
    """Lower case without accents and signs, words one space apart: "Größe, GPT-4" is "grosse gpt 4"; its own normal."""
    return " ".join(composed(text).translate(_folded).split())


def composed(text: str) -> str:
    """`text` as its characters fold one by one."""
    return normalize("NFKC", text)


def fold(character: str) -> str:
    """What becomes of one composed character: its letters, nothing, or a space."""
    return _folded[ord(character)]


def runs(text: str) -> list[str]:
    """The words of normal text; of a word in two scripts, its runs in either: "kitenet은" is two."""
    return RUN.findall(text)


def cut(text: str) -> list[str]:
    """The tokens that text is found by, in its order.

    Words; of Chinese, Japanese and Korean every two characters that stand together, and the last one alone, so that
    each character begins a token.
    """
    return [token for run in runs(normal(text)) for token in _tokens(run)]


def sought(text: str) -> list[str]:
    """The tokens that a text must have to say this: those of `cut`, but no last character of a longer run."""
    return [token for run in runs(normal(text)) for token in (_pairs(run) if is_cjk(run) else _tokens(run))]


def is_cjk(run: str) -> bool:
    """Whether this is Chinese, Japanese or Korean, where a word needs no edge: it may stand inside a longer run."""
    return IS_CJK.match(run) is not None


def _tokens(run: str) -> list[str]:
    if not is_cjk(run):
        return [run[:LONGEST]]
    return [run[place : place + 2] for place in range(len(run))]


def _pairs(run: str) -> list[str]:
    return _tokens(run)[: max(1, len(run) - 1)]


class _Folded(dict[int, str]):
    """What becomes of each character, as str.translate asks for it."""

    def __missing__(self, code: int) -> str:
        letters = normalize("NFKD", normalize("NFKD", chr(code)).casefold())
        folded = self[code] = normalize("NFC", "".join(map(_letter, letters)))
        return folded


def _letter(character: str) -> str:
    kind = category(character)
    if kind == "Cf" or VARIANTS.match(character):
        return ""
    if kind.startswith("M"):
        return character if kind != "Me" and combining(character) in LETTERS_OF_THEIR_OWN else ""
    return character if character.isalnum() else " "


_folded = _Folded()
