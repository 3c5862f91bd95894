"""Values from the environment, read once by settings.py, and refused in words when they make no sense."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

NAMES = frozenset(
    {
        *("SITE_URL", "SECRET_KEY", "LINK_KEYS", "SUPPRESSION_KEY", "TRUSTED_PROXIES", "DEBUG", "DEMO"),
        *("DATABASE_URL", "REDIS_URL", "POSTBOX_URL", "WEBHOOK_SECRET", "HF_DAILY_URL"),
        *("VAR_DIR", "JOURNAL_DIR", "LOG_LEVEL"),
    }
)


def site_url(text: str) -> str:
    """The address under which readers see the site: scheme and host, no path, no trailing slash."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise ImproperlyConfigured(f"SITE_URL must look like https://papers.example.org, not {text!r}")
    return f"{parts.scheme}://{parts.netloc}"


def link_keys(text: str) -> dict[int, bytes]:
    """`"2:newest,1:older"` as {2: b"newest", 1: b"older"}: the first signs, all of them are believed.

    An id is a number from 1 to 255; a key has 32 characters or more.
    """
    keys: dict[int, bytes] = {}
    for part in text.split(","):
        number, colon, key = part.strip().partition(":")
        if not colon or not number.isdecimal() or not 1 <= int(number) <= 255 or len(key) < 32:
            raise ImproperlyConfigured(
                "LINK_KEYS must be ID:KEY[,ID:KEY...], the newest first: ids from 1 to 255, keys of 32 characters"
            )
        if int(number) in keys:
            raise ImproperlyConfigured(f"LINK_KEYS names the id {number} twice")
        keys[int(number)] = key.encode()
    return keys


def kept_secret(name: str, folder: Path, *, prefix: str = "") -> str:
    """The secret `name` from the environment; else one that is made once and kept in `folder` (mode 600).

    So that one machine works without any set-up. Several machines must share one value:
    `manage.py check --deploy` asks for it.
    """
    if value := os.environ.get(name):
        return value
    path = folder / name.lower()
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{name.lower()}.{os.getpid()}"
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(prefix + secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # of two processes that start together the first one wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
