"""The paper's own name, which its summary should say: "InstructVid: Teaching ..." is InstructVid. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digests.faithfulness.subject import WARNING, Found, Kind, Subject
from digests.terms import normal

NAME = "name"
LONGEST = 2  # words: more of them are a title with a subtitle
COLON = re.compile(r"\s*[:：]\s+")
CAPITAL_WITHIN = re.compile(r"[A-Za-z0-9][A-Z]|[A-Za-z]\d|\d[A-Za-z]|[A-Z]-\w")
# Alone before a colon, these say what the paper is, not what it is called.
KINDS_OF_PAPERS = (
    "a addendum ai an analysis are attention beyond benchmarking can commentary comment corrigendum do does erratum "
    "explaining exploring from how in introducing introduction is letter llm llms lmm lmms lvlm lvlms mllm mllms on "
    "opinion overview perspective position preface preprint proposal reply report rethinking retraction review "
    "revisiting rlhf scaling summary survey the thesis to toward towards tutorial understanding vision vlm vlms what "
    "when where which who why"
)
NO_NAMES = frozenset(KINDS_OF_PAPERS.split())


def check(subject: Subject) -> Iterator[Found]:
    """Spaces, hyphens and capitals do not matter. Texts that are too short to name anything are another check's."""
    name = short_name(subject.title)
    said = _flat(subject.words)
    # Of LaTeX's \times a source may have left "times": LLMtimesMapReduce is LLM×MapReduce.
    if name and not any(spelling in said for spelling in (_flat(name), _flat(name).replace("times", ""))):
        yield Found(NAME, WARNING, None, (("name", name),))


def short_name(title: str) -> str:
    """The name before the colon of a title, where it looks like one; else nothing."""
    before, colon, after = _parted(" ".join(title.split()))
    parts = before.split()
    if not colon or not after or not 1 <= len(parts) <= LONGEST:
        return ""
    plain = [part.casefold().strip("$\\{}'\"“”") for part in parts]
    if any(part in NO_NAMES for part in plain) or any(mark in before for mark in "?$\\{}&,"):
        return ""
    if len(parts) == 1:
        return before if before[:1].isupper() or CAPITAL_WITHIN.search(before) else ""
    all_capitalised = all(part[:1].isupper() or part[:1].isdigit() for part in parts)
    first = CAPITAL_WITHIN.search(parts[0])
    version = re.fullmatch(r"v?\d+(?:\.\d+)*[A-Za-z]?", parts[1], re.IGNORECASE)
    return before if all_capitalised and (first or version) else ""


def _parted(title: str) -> tuple[str, str, str]:
    found = COLON.search(title)
    return (title[: found.start()], ":", title[found.end() :]) if found else (title, "", "")


def _flat(text: str) -> str:
    return normal(text).replace(" ", "")


def words(detail: Mapping[str, Any]) -> str:
    return _("The paper's name, %(name)s, is missing.") % detail


KIND = Kind(NAME, gettext_lazy("Name"), check, words)
