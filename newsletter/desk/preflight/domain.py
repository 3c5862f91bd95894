"""Whether receivers can tell that a mail is ours: SPF, DKIM and DMARC of the Sender's domain, aligned. Pure.

RFC 7208 (SPF), 6376 (DKIM), 7489 (DMARC). A mail passes DMARC where SPF or DKIM passes for a domain that belongs to
the one in From. Which hosts an SPF record allows is not looked at: we do not know from where the provider sends.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from newsletter.desk.preflight.case import Case, Identity, domain_question
from newsletter.desk.preflight.report import Line, blocks, is_fine, warns

SECOND = {"ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org"}  # below a country, and nobody's own
Records = Sequence[str] | None  # of a name, as they stand in DNS; None where nobody answered


def lines(case: Case) -> Iterator[Line]:
    sender = case.sender
    if sender is None:
        return
    if sender.way == "file":
        yield is_fine("domain.file", _("Mails are written to files: no receiver will look at the domain."))
        return
    records = case.answer(domain_question(sender))
    if records is None:
        yield warns("domain.unknown", _("DNS was not asked about %(domain)s yet.") % {"domain": sender.domain})
        return
    yield from judged(sender, records)


def judged(sender: Identity, records: Mapping[str, Records]) -> Iterator[Line]:
    """What the TXT records mean: `spf` of the return path's domain, `dkim` of the selector, `dmarc` of the domain."""
    yield _spf(sender, records)
    yield _dkim(sender, records.get("dkim"))
    yield _dmarc(sender, records.get("dmarc"))
    if is_unproven(sender, records):
        words = _("Neither SPF nor DKIM speaks for %(domain)s, so receivers cannot tell its mails from forged ones.")
        yield blocks("domain.unproven", words % {"domain": sender.domain}, sender.page, (sender.domain,))


def is_unproven(sender: Identity, records: Mapping[str, Records]) -> bool:
    """Whether neither proves anything, as far as DNS has said so: what it did not answer may be well."""
    spf, dkim = records.get("spf"), records.get("dkim")
    is_known = dkim is not None and (spf is not None or not sender.return_domain)
    return is_known and not spf_passes(sender, records) and not dkim_passes(sender, dkim)


def spf_passes(sender: Identity, records: Mapping[str, Records]) -> bool:
    """Whether there is one SPF record, and the return path's domain belongs to the sender's."""
    return len(_spf_records(records.get("spf"))) == 1 and _is_aligned(sender, records)


def dkim_passes(sender: Identity, records: Records) -> bool:
    return bool(sender.selector) and any(_key(record) for record in records or ())


def aligned(one: str, other: str) -> bool:
    """Relaxed alignment: both belong to one organization, as far as that is seen without the list of suffixes."""
    return bool(one and other) and _organization(one) == _organization(other)


def _organization(domain: str) -> str:
    """The last two names of it; three under a country's co.uk, com.br and their like."""
    names = domain.split(".")
    is_longer = len(names[-1]) == 2 and len(names) > 2 and names[-2] in SECOND
    return ".".join(names[-3 if is_longer else -2 :])


def _is_aligned(sender: Identity, records: Mapping[str, Records]) -> bool:
    """As the domain's DMARC record wants it: aspf=s takes the very domain."""
    if any(re.search(r";\s*aspf\s*=\s*s\b", record, re.IGNORECASE) for record in _dmarc_records(records.get("dmarc"))):
        return sender.return_domain == sender.domain
    return aligned(sender.return_domain, sender.domain)


def _spf(sender: Identity, records: Mapping[str, Records]) -> Line:
    said = {"domain": sender.return_domain}
    if not sender.return_domain:
        return is_fine("domain.spf_of_provider", _("SPF: mails come back to the provider, whose own record counts."))
    if records.get("spf") is None:
        return warns("domain.spf_silent", _("SPF: DNS does not answer for %(domain)s.") % said, sender.page)
    return _spf_told(sender, records)


def _spf_told(sender: Identity, records: Mapping[str, Records]) -> Line:
    ours, said = _spf_records(records.get("spf")), {"domain": sender.return_domain}
    if not ours:
        return warns("domain.spf_none", _("SPF: %(domain)s has no record.") % said, sender.page)
    if len(ours) > 1:
        words = _("SPF: %(domain)s has several records, and receivers then take none.")
        return blocks("domain.spf_several", words % said, sender.page, (sender.return_domain,))
    if re.search(r"(^|\s)\+?all(\s|$)", ours[0]):
        return warns("domain.spf_open", _("SPF: %(domain)s lets everybody send in its name.") % said, sender.page)
    if not _is_aligned(sender, records):
        words = _("SPF: the return path %(domain)s is not of the sender's domain, so it proves nothing.")
        return warns("domain.spf_apart", words % said, sender.page)
    return is_fine("domain.spf", _("SPF: %(domain)s has a record.") % said)


def _dkim(sender: Identity, records: Records) -> Line:
    said = {"name": f"{sender.selector}._domainkey.{sender.domain}"}
    if not sender.selector:
        words = _("DKIM: the sender names no selector, so its key cannot be looked at.")
        return warns("domain.dkim_unnamed", words, sender.page)
    if records is None:
        return warns("domain.dkim_silent", _("DKIM: DNS does not answer for %(name)s.") % said, sender.page)
    if not dkim_passes(sender, records):
        return warns("domain.dkim_none", _("DKIM: there is no key at %(name)s.") % said, sender.page)
    return is_fine("domain.dkim", _("DKIM: there is a key at %(name)s.") % said)


def _dmarc(sender: Identity, records: Records) -> Line:
    said = {"domain": sender.domain}
    if records is None:
        return warns("domain.dmarc_silent", _("DMARC: DNS does not answer for %(domain)s.") % said, sender.page)
    ours = _dmarc_records(records)
    if not ours:
        words = _("DMARC: %(domain)s has no record; large receivers ask for one.")
        return warns("domain.dmarc_none", words % said, sender.page)
    if len(ours) > 1:
        words = _("DMARC: %(domain)s has several records, and receivers then take none.")
        return warns("domain.dmarc_several", words % said, sender.page)
    policy = re.search(r";\s*p\s*=\s*(none|quarantine|reject)\b", ours[0], re.IGNORECASE)
    if policy is None:
        return warns("domain.dmarc_odd", _("DMARC: the record of %(domain)s says no policy.") % said, sender.page)
    return is_fine("domain.dmarc", _("DMARC: %(domain)s asks for %(policy)s.") % {**said, "policy": f"p={policy[1]}"})


def _spf_records(records: Records) -> list[str]:
    return [record for record in records or () if re.match(r"v=spf1(\s|$)", record, re.IGNORECASE)]


def _dmarc_records(records: Records) -> list[str]:
    return [record for record in records or () if re.match(r"v=DMARC1\s*(;|$)", record)]


def _key(record: str) -> bool:
    """Whether a record holds a key: an empty p= says that it was revoked."""
    return bool(re.search(r"(^|;)\s*p\s*=\s*[A-Za-z0-9+/]", record))
