"""How values stand in the log of acts: as JSON knows them, short, without secrets and addresses. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, time
from hashlib import sha256
from typing import Any

LONGEST = 2000  # characters of a text; a summary has less
MOST = 100  # values of a list
HIDDEN = "…"
SECRETS = ("password", "postbox_url", "secret", "token", "key", "email")


def fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` as they may stand in the log, by the names of their fields."""
    return {name: HIDDEN if is_secret(name) else value(said) for name, said in values.items()}


def is_secret(name: str) -> bool:
    """Whether a field's name says that its value is nobody's business."""
    return any(name == secret or secret in name.split("_") or name.startswith(secret) for secret in SECRETS)


def value(said: Any) -> Any:
    """A text longer than LONGEST is its beginning, its length and its SHA-256; what JSON does not know is its words."""
    if said is None or isinstance(said, bool | int | float):
        return said
    if isinstance(said, Mapping):
        return {str(key): value(one) for key, one in said.items()}
    if isinstance(said, Iterable) and not isinstance(said, str | bytes):
        return [value(one) for _number, one in zip(range(MOST), said, strict=False)]
    if hasattr(said, "pk"):  # a row is its id, before as after
        return said.pk
    return _cut(said.isoformat() if isinstance(said, date | time) else str(said).replace("\0", ""))


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    mark = sha256(text.encode(errors="replace")).hexdigest()
    return f"{text[:LONGEST]}… ({len(text)}, sha256 {mark})"
