"""Asking DNS for the TXT records that speak for a sender's domain: who does not answer is unknown, not missing."""

import time

import dns.name
from dns.exception import DNSException
from dns.rdatatype import NS, TXT, RdataType
from dns.resolver import NXDOMAIN, NoAnswer, get_default_resolver

from newsletter.desk.preflight.case import Identity
from newsletter.desk.preflight.domain import Records

PATIENCE = 6.0  # seconds for all questions about one sender
PER_QUESTION = 2.0


def records_of(sender: Identity) -> dict[str, list[str] | None]:
    """The records that `domain.judged` reads. None where nobody answered, or nothing was there to ask for."""
    ends = time.monotonic() + PATIENCE
    spf = _texts(sender.return_domain, ends) if sender.return_domain else None
    dkim = _texts(f"{sender.selector}._domainkey.{sender.domain}", ends) if sender.selector else None
    found = {"spf": spf, "dkim": dkim, "dmarc": _dmarc(sender.domain, ends)}
    if any(records == [] for records in found.values()) and not _knows_root(ends):
        return {name: records or None for name, records in found.items()}  # a closed network denies every name
    return found


def _dmarc(domain: str, ends: float) -> list[str] | None:
    """The domain's own, else that of the nearest domain above it (RFC 7489, 6.6.3; no top-level domain is asked)."""
    labels = domain.split(".")
    found: Records = []
    for start in range(max(1, len(labels) - 1)):
        found = _texts(f"_dmarc.{'.'.join(labels[start:])}", ends)
        if found is None or any(record.startswith("v=DMARC1") for record in found):
            break
    return None if found is None else list(found)


def _texts(name: str, ends: float) -> list[str] | None:
    try:
        return _ask(name, TXT, ends)
    except (DNSException, ValueError, UnicodeError):  # a server that fails, or a name that cannot be asked for
        return None


def _knows_root(ends: float) -> bool:
    try:
        return bool(_ask(".", NS, ends))
    except DNSException:
        return False


def _ask(name: str, kind: RdataType, ends: float) -> list[str]:
    left = min(PER_QUESTION, max(ends - time.monotonic(), 0.001))
    try:
        answer = get_default_resolver().resolve(dns.name.from_text(name), kind, lifetime=left)
    except (NXDOMAIN, NoAnswer):
        return []
    if kind is not TXT:
        return [str(record) for record in answer]
    return [b"".join(record.strings).decode(errors="replace") for record in answer]
