"""A mail as the postbox takes it, whoever carries it then. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One mail to one reader. `id` is d17 for delivery 17 and l3 for letter 3; without `html` it is text alone.

    `headers` are all further ones, Message-ID included; `reply_to` may be empty.
    """

    id: str
    sender_name: str
    sender_address: str
    reply_to: str
    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    date: datetime

    @property
    def metadata(self) -> dict[str, str]:
        """What a provider is asked to repeat in its events: {"delivery": "17"} or {"letter": "3"}."""
        return {{"d": "delivery", "l": "letter"}[self.id[:1]]: self.id[1:]}
