"""From which site a form came, as a browser says it: scheme and host, never a path, which may be private. Pure."""

import re
from urllib.parse import urlsplit

ORIGIN = re.compile(r"https?://([a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(:[0-9]{1,5})?", re.ASCII)


def origin_of(*, origin: str, referer: str) -> str:
    """Such as https://blog.example.org: what Origin says, else Referer's beginning; empty where neither makes sense."""
    return _clean(origin) or _clean(referer)


def _clean(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    found = f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
    return found if ORIGIN.fullmatch(found) else ""
