"""Every text of the product, as the code and the templates have it."""

from functools import cache
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg

ROOT = Path(__file__).parent.parent
LAZY = parse_keywords(["gettext_lazy", "ngettext_lazy:1,2", "pgettext_lazy:1c,2"])


@cache
def texts() -> dict[tuple[str | None, str], tuple[str, ...]]:
    """Every text in the code and the templates: (context, singular) to (singular[, plural])."""
    with (ROOT / "locale" / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file, "babel.cfg")  # type: ignore[no-untyped-call]  # Babel has no type there
    found: dict[tuple[str | None, str], tuple[str, ...]] = {}
    rows = extract_from_dir(ROOT, methods, options, keywords={**DEFAULT_KEYWORDS, **LAZY})
    for _file, _line, text, _comments, context in rows:
        forms = (text,) if isinstance(text, str) else tuple(text)
        found[(context, forms[0])] = max(forms, found.get((context, forms[0]), ()), key=len)
    return found
