"""What a reader chose, as a value between form, page and table. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from digests.selection import FULL, HTML


@dataclass(frozen=True, slots=True)
class Preferences:
    """The choices of one subscription. `weekdays` are bits (Monday is 1, Sunday 64); no topics means all."""

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

    def columns(self) -> Mapping[str, str | int | None]:
        """The choices that are columns of Subscription: all but the topics."""
        return {name: value for name, value in asdict(self).items() if name != "topics"}
