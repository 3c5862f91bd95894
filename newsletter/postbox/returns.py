"""Which of our mails something is about, signed: in return paths (VERP) and in what providers repeat to us. Pure.

`bounces@papers.example.org` is written `bounces+d123-02f3a9...@papers.example.org` for delivery 123: two hexadecimal
digits for the id of the key, sixteen for the truncated HMAC-SHA256. Lower-case letters and digits alone, because mail
servers may change the case of an address. A reader sees the return path of the own mail, and nobody else's.

The address to leave by is signed in the same way, for a subscription: `leave+s123-02...@papers.example.org`. It works
for as long as the key is kept.

A provider is given the part between + and @: it reports the mails of every installation under one account to every
webhook, and all of them count their rows from 1.
"""

import hmac
import re
from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SIGNED = r"([dls])([1-9][0-9]{0,18})-([0-9a-f]{2})([0-9a-f]{16})"
SIGNED_ID = re.compile(SIGNED)
IN_A_PATH = re.compile(rf"\+{SIGNED}@")
KINDS = {"d": "delivery", "l": "letter", "s": "subscription"}
CONTEXT = b"paperboy return "
LOCAL_PART = 64  # octets, RFC 5321 section 4.5.3.1.1
LONGEST_NAME = LOCAL_PART - len("+d-") - 19 - 2 - 16  # what stands before the @ of the bounce address itself
LARGEST_ID = 2**63 - 1
# What stands in a mailto: URI as it is (RFC 6068), in a header that is ASCII.
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9._-]+@[A-Za-z0-9.-]+")
LONGEST_TEXT = 4000  # characters that are searched: a header that is longer than that is not an address


def return_path(bounce_address: str, delivery_id: int, *, keys: Mapping[int, bytes]) -> str:
    """The address that a mail leaves from (MAIL FROM), signed with the first of `keys` (id from 1 to 255 -> secret).

    Raises ValueError where the result were too long for a mail server: `bounce_address` has up to 24 octets
    before its @ for any delivery, more for those with a short number.
    """
    return _signed_address(bounce_address, f"d{delivery_id}", keys)


def leave_path(leave_address: str, subscription_id: int, *, keys: Mapping[int, bytes]) -> str:
    """The address by which the reader of this subscription leaves, signed and limited as `return_path` is."""
    return _signed_address(leave_address, f"s{subscription_id}", keys)


def delivery_of(recipient: str, *, keys: Mapping[int, bytes]) -> int | None:
    """The delivery that a mail to `recipient` is about, if one of `keys` signed it; never raises.

    `recipient` is an address or a whole header with several of them, in whatever case.
    """
    return _named_in(recipient, "delivery", keys)


def subscription_of(recipient: str, *, keys: Mapping[int, bytes]) -> int | None:
    """The subscription that a mail to `recipient` asks to end, read as `delivery_of` reads; never raises."""
    return _named_in(recipient, "subscription", keys)


def signed_id(id: str, *, keys: Mapping[int, bytes]) -> str:
    """A message's `id` (d17, l3), signed with the first of `keys`: d17-01 and sixteen more digits."""
    key_id = next(iter(keys))
    token = f"{id}-{key_id:02x}"
    return token + _signature(token, keys[key_id])


def read_signed_id(text: str, *, keys: Mapping[int, bytes]) -> tuple[str, int] | None:
    """("delivery", 17) or ("letter", 3), if one of `keys` signed it; never raises. `text` is the token and no more."""
    said = SIGNED_ID.fullmatch(text)
    return _row(said.groups(), keys) if said else None


def check_bounce_address(value: str) -> None:
    """Raises ValidationError where a signed return path would be too long for a mail server."""
    if len(value.rpartition("@")[0]) > LONGEST_NAME:
        raise ValidationError(_("At most %(most)d characters before the @.") % {"most": LONGEST_NAME})


def check_leave_address(value: str) -> None:
    """Raises ValidationError where a signed address would be too long, or would need escapes in a mailto: URI."""
    check_bounce_address(value)
    if not PLAIN_ADDRESS.fullmatch(value):
        raise ValidationError(_("Letters, digits, dots and hyphens alone; an international domain as xn--..."))


def _signed_address(address: str, id: str, keys: Mapping[int, bytes]) -> str:
    name, _at, domain = address.rpartition("@")
    local = f"{name}+{signed_id(id, keys=keys)}"
    if len(local) > LOCAL_PART:
        raise ValueError(f"a bounce address has {LONGEST_NAME} characters at most before its @")
    return f"{local}@{domain}"


def _named_in(recipient: str, kind: str, keys: Mapping[int, bytes]) -> int | None:
    named = (_row(parts, keys) for parts in IN_A_PATH.findall(recipient[:LONGEST_TEXT].lower()))
    return next((found[1] for found in named if found is not None and found[0] == kind), None)


def _row(parts: Sequence[str], keys: Mapping[int, bytes]) -> tuple[str, int] | None:
    letter, number, key_id, signature = parts
    key = keys.get(int(key_id, 16))
    right = hmac.compare_digest(signature, _signature(f"{letter}{number}-{key_id}", key or b""))
    return (KINDS[letter], int(number)) if right and key and int(number) <= LARGEST_ID else None


def _signature(token: str, key: bytes) -> str:
    return hmac.digest(key, CONTEXT + token.encode(), "sha256")[:8].hex()
