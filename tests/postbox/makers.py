"""Makers of mails for the tests of the postbox."""

from datetime import UTC, datetime
from typing import Any

from newsletter.postbox.message import Message

NOON = datetime(2026, 4, 7, 12, tzinfo=UTC)


def make_message(number: int = 1, **values: Any) -> Message:
    defaults: dict[str, Any] = {
        "id": f"d{number}",
        "sender_name": "Daily Papers",
        "sender_address": "papers@example.org",
        "reply_to": "",
        "to": f"reader-{number}@example.com",
        "subject": "12 papers",
        "text": "Good morning",
        "html": "<p>Good morning</p>",
        "headers": {"Message-ID": f"<d{number}@example.org>"},
        "date": NOON,
    }
    return Message(**defaults | values)
