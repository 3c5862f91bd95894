"""Waiting for a database that is away for a moment: restarted, or failed over."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

logger = logging.getLogger(__name__)

T = TypeVar("T")
LONGEST = 60  # seconds
BETWEEN = 0.5  # seconds


def patiently(verb: Callable[[], T], *, before_again: Callable[[], object] = lambda: None) -> T:
    """What `verb` returns; while the database is away it is run again, for a minute. Then the error is raised.

    Not inside a transaction, which is lost with its connection.
    """
    ends = time.monotonic() + LONGEST
    is_again = False
    while True:
        try:
            if is_again:
                before_again()
            return verb()
        except (OperationalError, InterfaceError) as problem:
            if connection.in_atomic_block or time.monotonic() >= ends:
                raise
            logger.warning("the database is away: %s", type(problem).__name__)
            connection.close()
            is_again = True
            time.sleep(BETWEEN)
