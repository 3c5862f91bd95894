"""Signed tokens in readers' links: what they are for, for whom, and how long they hold. Pure.

Thirty bytes, written in base64url as exactly 40 characters, so that every token has one spelling alone:
purpose (1), id of the key (1), minutes since 1970 (4), number (8), truncated HMAC-SHA256 (16).
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from functools import lru_cache
from struct import Struct

FORM = re.compile(r"[A-Za-z0-9_-]{40}", re.ASCII)
BODY = Struct(">BBLQ")
CONTEXT = b"paperboy link "
EPOCH = datetime.fromtimestamp(0, UTC)


class Purpose(IntEnum):
    """What a link does. A token of one purpose opens no other door; the numbers stand in sent mails for ever."""

    CONFIRM = 1
    PREFERENCES = 2
    LEAVE = 3
    WEB = 4
    UNDO = 5  # of leaving: the number is the subscription's
    DATA = 6  # all that is known of a subscriber, whose number it is
    MOVE = 7  # a new address, as the old one sees it
    ARRIVE = 8  # and the new one
    INVITE = 9  # to confirm, for a reader of a list: the same door, for longer


class Problem(StrEnum):
    FORGED = "forged"
    EXPIRED = "expired"


LIFETIMES = {
    Purpose.CONFIRM: timedelta(days=7),
    Purpose.PREFERENCES: timedelta(days=90),
    Purpose.UNDO: timedelta(days=1),
    Purpose.DATA: timedelta(days=1),
    Purpose.MOVE: timedelta(days=7),
    Purpose.ARRIVE: timedelta(days=7),
    Purpose.INVITE: timedelta(days=30),
}
DOORS = {Purpose.INVITE: Purpose.CONFIRM}  # who was invited confirms as anybody does


def door(purpose: Purpose) -> Purpose:
    """The purpose whose page a link of this one opens."""
    return DOORS.get(purpose, purpose)


@dataclass(frozen=True, slots=True)
class Read:
    """What a token says. `number` is 0 where it is forged; an expired one still names its number.

    `made_at` is the whole minute in which it was signed, the first of all where it is forged.
    """

    number: int
    problem: Problem | None = None
    made_at: datetime = field(default=EPOCH, compare=False)


def make(purpose: Purpose, number: int, *, keys: Mapping[int, bytes], now: datetime) -> str:
    """A token signed with the first of `keys` (id from 1 to 255 -> secret), `number` below 2**64."""
    return maker(keys=keys, now=now)(purpose, number)


def maker(*, keys: Mapping[int, bytes], now: datetime) -> Callable[[Purpose, int], str]:
    """`make` for many tokens of one moment, each in a fifth less time."""
    key_id = next(iter(keys))
    minutes, started = int(now.timestamp()) // 60, _started(keys[key_id])

    def make_one(purpose: Purpose, number: int) -> str:
        body = BODY.pack(purpose, key_id, minutes, number)
        return urlsafe_b64encode(body + _signed(started, body)).decode()

    return make_one


def read(token: str, purpose: Purpose, *, keys: Mapping[int, bytes], now: datetime) -> Read:
    """What `token` says, if one of `keys` signed it for `purpose`; never raises, whatever the token is."""
    if not FORM.fullmatch(token):
        return Read(0, Problem.FORGED)
    raw = urlsafe_b64decode(token)
    body, signature = raw[: BODY.size], raw[BODY.size :]
    said_purpose, key_id, minutes, number = BODY.unpack(body)
    # An unknown key id takes as long as a wrong signature.
    right = hmac.compare_digest(signature, _signed(_started(keys.get(key_id, b"")), body))
    if not right or key_id not in keys or door(said_purpose) != door(purpose):
        return Read(0, Problem.FORGED)
    made_at = datetime.fromtimestamp(minutes * 60, UTC)
    return Read(number, Problem.EXPIRED if _has_expired(said_purpose, made_at, now) else None, made_at)


def _signed(started: hmac.HMAC, body: bytes) -> bytes:
    signing = started.copy()
    signing.update(body)
    return signing.digest()[:16]


@lru_cache(maxsize=16)
def _started(key: bytes) -> hmac.HMAC:
    """The signature of what all links begin with: taken up from there, each costs a third less."""
    return hmac.new(key, CONTEXT, "sha256")


def _has_expired(purpose: Purpose, made_at: datetime, now: datetime) -> bool:
    lifetime = LIFETIMES.get(purpose)
    return lifetime is not None and now > made_at + lifetime
