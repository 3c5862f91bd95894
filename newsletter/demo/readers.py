"""The sample readers: five languages, nine zones, each with wishes of their own."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class SampleReader:
    """A reader and the preferences that differ from the defaults."""

    city: str
    address: str
    locale: str
    time_zone: str
    hour: int = 7
    topics: tuple[str, ...] = ()
    preferences: dict[str, Any] = field(default_factory=dict)


READERS = (
    SampleReader("Seoul", "minji@example.com", "ko", "Asia/Seoul"),
    SampleReader("Tokyo", "haruto@example.com", "ja", "Asia/Tokyo", 6, preferences={"second_locale": "en"}),
    SampleReader("Kathmandu", "asha@example.com", "en", "Asia/Kathmandu", 7, preferences={"format": "text"}),
    SampleReader("Cairo", "layla@example.com", "ar", "Africa/Cairo", 8),
    SampleReader("Berlin", "jonas@example.com", "de", "Europe/Berlin", 7, ("agents",)),
    SampleReader("New York", "maya@example.com", "en", "America/New_York", 8, preferences={"most_papers": 5}),
    SampleReader("Auckland", "tane@example.com", "en", "Pacific/Auckland", 9, preferences={"detail": "titles"}),
    SampleReader("Honolulu", "keoni@example.com", "en", "Pacific/Honolulu", 5, preferences={"detail": "short"}),
    SampleReader("Madrid", "lucia@example.com", "en", "Europe/Madrid", 7, ("vision",), {"least_votes": 20}),
)
