"""What a reader chose, as a value between form, page and table. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from digests.selection import FULL, HTML, SKIP


@dataclass(frozen=True, slots=True)
class Preferences:
    """The choices of one subscription. `weekdays` are bits (Monday is 1, Sunday 64); no topics means all.

    `authors`, `words` and `avoided` are in normal form, sorted, no two the same.
    """

    locale: str
    time_zone: str
    hour: int
    weekdays: int
    second_locale: str = ""
    topics: frozenset[str] = frozenset()
    least_votes: int = 0
    most_papers: int | None = None
    detail: str = FULL
    format: str = HTML
    rhythm: str = "daily"
    authors: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    avoided: tuple[str, ...] = ()
    paused_until: date | None = None
    when_empty: str = SKIP

    def columns(self) -> Mapping[str, str | int | date | None]:
        """The choices that are columns of Subscription: all but the topics. Lists are written one a line."""
        chosen = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "topics"}
        return {name: "\n".join(value) if isinstance(value, tuple) else value for name, value in chosen.items()}

    def as_json(self) -> dict[str, Any]:
        """The choices as JSON can write them; `read` takes them back."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> "Preferences":
        """What `as_json` wrote; a choice that is not there is nobody's wish."""
        chosen = dict(said)
        for name in chosen.keys() & {"authors", "words", "avoided"}:
            chosen[name] = tuple(chosen[name])
        chosen["topics"] = frozenset(chosen.get("topics", ()))
        until = chosen.get("paused_until")
        return cls(**chosen | {"paused_until": date.fromisoformat(until) if until else None})


def _plain(value: object) -> object:
    if isinstance(value, frozenset | tuple):
        return sorted(value)
    return value.isoformat() if isinstance(value, date) else value
