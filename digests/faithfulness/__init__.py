"""Checks of summaries against what they are made from. KINDS is the door: a further kind is a line in it. Pure."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from digests.faithfulness import length, links, name, numbers, silence, terms
from digests.faithfulness.subject import ERROR, WARNING, Found, Kind, Subject, Term

__all__ = ["ERROR", "KINDS", "WARNING", "Found", "Kind", "Subject", "Term", "check", "label", "words"]

MOST = 30  # nobody reads more of them: such a text is wrong as a whole
# In the order in which an editor reads them.
KINDS: tuple[Kind, ...] = (silence.KIND, numbers.KIND, terms.KIND, name.KIND, links.KIND, length.KIND)
BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}


def check(subject: Subject) -> list[Found]:
    """What the kinds find in one summary, each thing once; of each kind MOST at most."""
    return [found for kind in KINDS for found in islice(dict.fromkeys(kind.check(subject)), MOST)]


def label(kind: str) -> str:
    """What the kind is called; its name where no such check is left."""
    return str(BY_NAME[kind].label) if kind in BY_NAME else kind


def words(kind: str, detail: Mapping[str, Any]) -> str:
    """The finding in a sentence, in the active language."""
    return BY_NAME[kind].words(detail) if kind in BY_NAME else ""
