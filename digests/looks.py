"""How mails look in a language: direction, fonts, colours, and contrast as WCAG 2 measures it. Pure."""

import re
from dataclasses import dataclass
from functools import cache

from digests.locales import bcp47, direction

PAPER, CARD, INK, QUIET, RULE, ACCENT = "#FBF8F3", "#FFFFFF", "#1C1B1A", "#5E5A54", "#E4DDD2", "#B4451F"
DARK_PAPER, DARK_CARD, DARK_INK, DARK_QUIET, DARK_RULE = "#16140F", "#201D17", "#EDE8DF", "#B0A99E", "#3A352C"
DARK_ACCENT = "#F2A27C"
READABLE = 4.5
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}\Z")

SERIF = "'Iowan Old Style','Palatino Linotype',Palatino,Georgia"
SANS = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial"
# Families that are on readers' machines: nothing is fetched from anyone. (serif, sans) per language.
FAMILIES = {
    "ko": (
        "'Noto Serif KR','Noto Serif CJK KR','Nanum Myeongjo',AppleMyungjo,Batang",
        "'Apple SD Gothic Neo','Malgun Gothic','Noto Sans KR','Noto Sans CJK KR'",
    ),
    "ja": (
        "'Hiragino Mincho ProN','Yu Mincho','Noto Serif JP','Noto Serif CJK JP'",
        "'Hiragino Sans','Yu Gothic UI',Meiryo,'Noto Sans JP','Noto Sans CJK JP'",
    ),
    "zh": (
        "'Songti SC','Noto Serif SC','Noto Serif CJK SC',SimSun",
        "'PingFang SC','Microsoft YaHei','Noto Sans SC','Noto Sans CJK SC'",
    ),
    "ar": ("'Noto Naskh Arabic','Geeza Pro','Traditional Arabic'", "'SF Arabic','Noto Sans Arabic',Tahoma"),
}
# How lines break: Korean between words, Japanese between phrases where the program can.
BREAKS = {"ko": "keep-all", "ja": "auto-phrase"}


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme."""

    paper: str
    card: str
    ink: str
    quiet: str
    rule: str
    accent: str


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that a mail's layout needs to know of the reader's language and the newsletter's colour."""

    lang: str
    dir: str
    start: str
    end: str
    serif: str
    sans: str
    word_break: str
    light: Palette
    dark: Palette


@cache
def look(locale: str, accent: str = "") -> Look:
    accent = accent if COLOUR.match(accent) else ACCENT
    rtl = direction(locale) == "rtl"
    language = locale.split("-", maxsplit=1)[0]
    serif, sans = FAMILIES.get(language, ("", ""))
    return Look(
        lang=bcp47(locale),
        dir="rtl" if rtl else "ltr",
        start="right" if rtl else "left",
        end="left" if rtl else "right",
        serif=",".join(filter(None, [SERIF, serif, "serif"])),
        sans=",".join(filter(None, [SANS, sans, "sans-serif"])),
        word_break=BREAKS.get(language, "normal"),
        light=light(accent),
        dark=dark(accent),
    )


def light(accent: str) -> Palette:
    return Palette(PAPER, CARD, INK, QUIET, RULE, accent)


def dark(accent: str) -> Palette:
    """The dark theme; the newsletter's accent is made lighter until it can be read on a dark card."""
    return Palette(DARK_PAPER, DARK_CARD, DARK_INK, DARK_QUIET, DARK_RULE, lightened(accent))


@cache
def lightened(accent: str) -> str:
    if accent.upper() == ACCENT:
        return DARK_ACCENT
    for step in range(21):
        lighter = "#" + "".join(f"{round(part + (255 - part) * step / 20):02X}" for part in _parts(accent))
        if contrast(lighter, DARK_CARD) >= READABLE:
            return lighter
    raise AssertionError("white is readable on a dark card")


def contrast(one: str, other: str) -> float:
    """From 1 (equal) to 21 (black on white)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    linear = [
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
