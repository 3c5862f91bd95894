"""How often a network may come to the doors of this site, and an address be written to because of it.

What comes is counted by windows that begin at fixed moments, in the database, for all processes. Whoever comes is
counted before anything is known of an address. Keys are HMACs: a row names neither a network nor an address.
"""

import logging
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import connection, transaction

from newsletter import networks
from newsletter.subscribers import addresses, waiting

logger = logging.getLogger(__name__)
WINDOW, HOUR, DAY = timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)
PER_DAY = 10  # so many full windows of a network make its day
PER_ADDRESS = 5  # a day, over all newsletters and doors
KEPT = timedelta(days=2)

NONE_IS_LIMITED = "visitors come without a network of their own, so none is limited: set TRUSTED_PROXIES"
ONE_WAITS = "a network sent so many forms that it has to wait: if it is a proxy of yours, name it in TRUSTED_PROXIES"

# Both databases know it. Once the count is full no row comes back, and none is written.
COUNT = """
    INSERT INTO subscribers_knock (key, since, count) VALUES (%s, %s, 1)
    ON CONFLICT (key, since) DO UPDATE SET count = subscribers_knock.count + 1 WHERE subscribers_knock.count < %s
    RETURNING count
"""


@transaction.atomic
def wait_of(network: str, *, now: datetime) -> timedelta:
    """How long the network has to wait before it may come again: nothing where it may come now, which is counted.

    A network of our own machines is that of a proxy which nobody told us of: everybody comes from it, so that
    stopping it would stop them all.
    """
    most = settings.JOINS_PER_NETWORK
    if not most:
        return timedelta(0)
    if not network or (networks.is_inside(network) and not settings.TRUSTED_PROXIES):
        _say(NONE_IS_LIMITED, _began(now, HOUR))
        return timedelta(0)
    for span, times in ((WINDOW, most), (DAY, most * PER_DAY)):
        if not _is_counted(f"network {network}", span=span, most=times, now=now):
            _say(ONE_WAITS, _began(now, HOUR))
            return _began(now, span) + span - now
    return timedelta(0)


def may_be_written_to(address: str, *, now: datetime) -> bool:
    """Whether the address, in normal form, may get one more letter today because somebody typed it; it is counted."""
    return _is_counted(f"address {address}", span=DAY, most=PER_ADDRESS, now=now)


def forget(*, now: datetime) -> int:
    """Windows that nobody asks about any more are gone; how many."""
    rows, _by_model = waiting.knocks_before(now - KEPT).delete()
    return rows


def _is_counted(who: str, *, span: timedelta, most: int, now: datetime) -> bool:
    """Whether it came less than `most` times before in this window. Now it came once more."""
    # The span stands in the key: at midnight a window of minutes and one of a day begin together.
    key = addresses.hashed(f"{who} in {span // timedelta(minutes=1)} minutes", key=settings.SUPPRESSION_KEY)
    since = connection.ops.adapt_datetimefield_value(_began(now, span))
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [key, since, most])
        return bool(cursor.fetchall())


@lru_cache(maxsize=2)
def _say(words: str, hour: datetime) -> None:
    """Each once in an hour: the cache remembers the last one."""
    logger.warning(words)


def _began(now: datetime, span: timedelta) -> datetime:
    """When the window that `now` lies in began."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (now - epoch) // span * span
