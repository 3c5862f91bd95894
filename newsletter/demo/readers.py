"""The sample readers: nine languages, twelve zones, each with wishes of their own."""

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


# Paris follows an author whose paper has no French summary: it comes in English. Shanghai's word is found within
# Chinese sentences, São Paulo's in no paper of the day.
READERS = (
    SampleReader("Seoul", "minji@example.com", "ko", "Asia/Seoul"),
    SampleReader("Tokyo", "haruto@example.com", "ja", "Asia/Tokyo", 6, preferences={"second_locale": "en"}),
    SampleReader("Shanghai", "yating@example.com", "zh-hans", "Asia/Shanghai", 8, preferences={"words": ("视频",)}),
    SampleReader("Kathmandu", "asha@example.com", "en", "Asia/Kathmandu", 7, preferences={"format": "text"}),
    SampleReader("Cairo", "layla@example.com", "ar", "Africa/Cairo", 8),
    SampleReader("Berlin", "jonas@example.com", "de", "Europe/Berlin", 7, ("agents",)),
    SampleReader("New York", "maya@example.com", "en", "America/New_York", 8, preferences={"most_papers": 5}),
    SampleReader("Auckland", "tane@example.com", "en", "Pacific/Auckland", 9, preferences={"detail": "titles"}),
    SampleReader("Honolulu", "keoni@example.com", "en", "Pacific/Honolulu", 5, preferences={"detail": "short"}),
    SampleReader("Madrid", "lucia@example.com", "es", "Europe/Madrid", 7, ("vision",), {"least_votes": 20}),
    SampleReader(
        "Paris", "camille@example.com", "fr", "Europe/Paris", 8, ("vision",), {"authors": ("Pedro Reviriego",)}
    ),
    SampleReader(
        city="São Paulo",
        address="rafael@example.com",
        locale="pt-br",
        time_zone="America/Sao_Paulo",
        hour=6,
        preferences={"words": ("computação quântica",), "when_empty": "tell"},
    ),
)
