"""Which topics a paper has: those with a term that stands in it. Pure."""

import re
from collections.abc import Iterable


def fits(terms: Iterable[str], text: str) -> bool:
    """Whether one of the terms stands in the text: whole words, in any case, over any white space."""
    words = [r"\s+".join(map(re.escape, term.split())) for term in terms if term.strip()]
    return bool(words) and re.search(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", text, re.IGNORECASE) is not None
