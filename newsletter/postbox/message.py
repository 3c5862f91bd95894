"""A mail as the postbox takes it, whoever carries it then. Pure.

What all readers of an edition share stands in its Wording, cut at the places that differ by reader; a Message is one
reader's values for those places. So the common part is encoded, or sent, once for all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from digests.links import Pieces, Place, fill


@dataclass(frozen=True, kw_only=True, eq=False)
class Wording:
    """What the mails of one edition have in common; equal only to itself. Without `html` they are text alone.

    `headers` are further ones that are the same for every reader; `reply_to` may be empty.
    """

    sender_name: str
    sender_address: str
    reply_to: str
    subject: str
    text: Pieces
    html: Pieces = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    encoded: dict[bool, Any] = field(default_factory=dict, repr=False)  # what mime.py has made of it, kept with it


@dataclass(slots=True, kw_only=True)  # not frozen: making one would take three times as long
class Message:
    """One mail to one reader: of which row of which table (`kind` is "delivery" or "letter"). Nobody changes it.

    `tokens` fill the places of the wording, `headers` are this reader's own (Message-ID, List-Unsubscribe);
    `return_path` is where it comes back to when it cannot be delivered, else the sender's address.
    """

    row: int
    kind: str = "delivery"
    to: str
    wording: Wording
    date: datetime
    tokens: Mapping[Place, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    return_path: str = ""

    @property
    def id(self) -> str:
        """d17 for delivery 17, l3 for letter 3."""
        return f"{self.kind[0]}{self.row}"

    @property
    def text(self) -> str:
        return fill(self.wording.text, self.tokens)

    @property
    def html(self) -> str:
        return fill(self.wording.html, self.tokens)
