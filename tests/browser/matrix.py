"""The looks that every page is tried in: width, light or dark, language."""

from itertools import product
from typing import NamedTuple

PHONE, DESK = 380, 1200  # CSS pixels
NARROWEST = 320  # WCAG 2.2, 1.4.10
LANGUAGES = ("en", "ko", "ar")


class Look(NamedTuple):
    width: int
    scheme: str  # "light" or "dark"
    language: str

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}-{self.language}"


def some_looks() -> list[Look]:
    """Four of them, with each width, each colour and each script: for pages that axe has seen elsewhere too."""
    return [Look(PHONE, "light", "ko"), Look(PHONE, "dark", "ar"), Look(DESK, "dark", "en"), Look(DESK, "light", "ar")]


def every_look() -> list[Look]:
    """Twelve looks: phone and desk, light and dark, in three languages of three scripts."""
    return [Look(*values) for values in product((PHONE, DESK), ("light", "dark"), LANGUAGES)]
