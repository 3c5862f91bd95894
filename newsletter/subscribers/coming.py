"""When a reader's next digest comes: the room of deliveries, above this one, knows, and tells it when it is asked.

Why it is not an argument stands in docs/decisions/0021.
"""

from collections.abc import Callable
from datetime import datetime

from newsletter.subscribers.models import Subscription

Ask = Callable[[Subscription, datetime], datetime]
_known_by: list[Ask] = []


def tell_by(ask: Ask) -> None:
    """From now on `next_digest` is what `ask` says."""
    _known_by[:] = [ask]


def next_digest(subscription: Subscription, now: datetime) -> datetime:
    """When the reader's next digest is due, as seen at `now`; a moment that has passed means at once."""
    (ask,) = _known_by
    return ask(subscription, now)
