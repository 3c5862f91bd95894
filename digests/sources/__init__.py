"""Where papers come from. A new kind is a module with `fetch(url, day, agent=)` and a line in KINDS."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from digests.sources import hf_daily
from digests.sources.listing import Listing


class Fetch(Protocol):
    """The Listing of a day from a live address. Raises BrokenSource, SourceUnreachable, SourceBusy."""

    def __call__(self, url: str, day: date, *, agent: str) -> Listing: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """How papers of one kind are fetched, and the name of the setting that holds the address."""

    fetch: Fetch
    setting: str


KINDS = {
    "hf_daily": Kind(hf_daily.fetch, "HF_DAILY_URL"),
}
