"""What has gone out to a reader: the room of deliveries, above this one, knows that, and tells it when it is asked."""

from collections.abc import Callable
from datetime import date

from newsletter.subscribers.models import Subscription

Ask = Callable[[Subscription], date | None]
_known_by: list[Ask] = []


def tell_by(ask: Ask) -> None:
    """From now on `last_day` is what `ask` says."""
    _known_by[:] = [ask]


def last_day(subscription: Subscription) -> date | None:
    """The day of the newest digest of the reader's rhythm that is settled for them; None if there is none."""
    return next((ask(subscription) for ask in _known_by), None)
