"""The one form in which an address is stored and compared, and its keyed hash. Pure.

Fixed for ever, because suppressions are kept as hashes of it: NFC, domain in IDNA (UTS 46, non-transitional),
everything in lower case, the plus-part kept.
"""

import hmac
import re
import unicodedata

import idna
from django.utils.translation import gettext as _

LONGEST = 254  # octets of an address in RFC 5321, with the angle brackets that make it a path
LONGEST_LOCAL = 64
# Dot-atom of RFC 5322. Quoted parts and parts outside ASCII (SMTPUTF8) reach hardly any mailbox.
LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
# Names that are their own IDNA form: for lists of many thousand, since the tables of UTS 46 take most of the time.
PLAIN = re.compile(r"(?!.{254})(?:(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.|\Z))+(?<!\.)", re.ASCII)


def normal(address: str) -> str:
    """The normal form; `normal(normal(x)) == normal(x)`. Raises ValueError with words for the reader."""
    if len(address) > LONGEST:
        raise ValueError(_("This address is too long."))
    local, at, domain = unicodedata.normalize("NFC", address).rpartition("@")
    if not at or not local or not domain:
        raise ValueError(_("An e-mail address looks like name@example.org."))
    local = local.lower()
    if not LOCAL.fullmatch(local) or len(local) > LONGEST_LOCAL:
        raise ValueError(_("The part before the @ has a character that we cannot write to."))
    whole = f"{local}@{_domain(domain)}"
    if len(whole) > LONGEST:
        raise ValueError(_("This address is too long."))
    return whole


def hashed(address: str, *, key: str) -> str:
    """HMAC-SHA256 of an address in normal form, as 64 hexadecimal digits."""
    return hmac.digest(key.encode(), address.encode(), "sha256").hex()


def _domain(domain: str) -> str:
    lower = domain.lower()
    return _checked(lower if domain.isascii() and PLAIN.fullmatch(lower) else _encoded(domain))


def _encoded(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True, std3_rules=True).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise ValueError(_("The part after the @ is not a domain, such as example.org.")) from error


def _checked(ascii_form: str) -> str:
    labels = ascii_form.split(".")
    if len(labels) < 2 or not all(labels) or labels[-1].isdigit():
        raise ValueError(_("The part after the @ is not a domain, such as example.org."))
    return ascii_form
