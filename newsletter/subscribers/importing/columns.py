"""Whose export a list is, by the names of its columns, and what a record says of one reader. Pure.

The columns are those that these programs export as of 2025: listmonk (subscribers), Mailchimp (audience), Substack
(email list), Buttondown (subscribers) and Ghost (members).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_noop

from digests.locales import is_zone, offered
from newsletter.subscribers import addresses
from newsletter.subscribers.importing.table import Record
from newsletter.subscribers.zones import reported


class Kind(StrEnum):
    LISTMONK = "listmonk"
    MAILCHIMP = "mailchimp"
    SUBSTACK = "substack"
    BUTTONDOWN = "buttondown"
    GHOST = "ghost"
    PLAIN = "plain"


class Standing(StrEnum):
    """How the reader stood on that list."""

    READS = "reads"
    UNCONFIRMED = "unconfirmed"
    LEFT = "left"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    OUTSIDE = "outside"  # never a reader, or put away by whoever kept the list


# From best to worst: of two records of one reader the worse counts.
RANKS = (
    *(Standing.READS, Standing.UNCONFIRMED, Standing.OUTSIDE),
    *(Standing.LEFT, Standing.BOUNCED, Standing.COMPLAINED),
)
SEPARATORS = (",", ";", "\t", "|")
# The columns of which one tells the kind; the first kind that has one counts.
SIGNS: Mapping[Kind, frozenset[str]] = {
    Kind.GHOST: frozenset({"subscribed_to_emails", "complimentary_plan"}),
    Kind.SUBSTACK: frozenset({"email_disabled", "active_subscription"}),
    Kind.MAILCHIMP: frozenset({"member_rating", "optin_time", "leid", "euid", "unsub_time", "clean_time"}),
    Kind.BUTTONDOWN: frozenset({"subscriber_type", "secondary_id", "creation_date"}),
    Kind.LISTMONK: frozenset({"attributes"}),
}
ADDRESS = (
    *("email", "email_address", "e-mail", "e-mail_address", "emailaddress", "mail", "subscriber_email"),
    *("이메일", "이메일_주소", "メールアドレス", "邮箱", "电子邮件", "correo_electrónico", "adresse_e-mail"),
    *("e-mail-adresse", "e-mail-address", "البريد_الإلكتروني"),
)
STATUS: Mapping[Kind, tuple[str, ...]] = {
    Kind.LISTMONK: ("status",),
    Kind.MAILCHIMP: ("status",),
    Kind.BUTTONDOWN: ("subscriber_type", "type"),
    Kind.PLAIN: ("status",),
}
LOCALE = ("locale", "language", "lang")
ZONE = ("time_zone", "timezone", "tz")
HOUR = ("hour",)
SINCE = ("confirm_time", "optin_time", "creation_date", "created_at")
# Columns that say by a value at all, or by yes or no, that a reader is gone.
MARKS: Mapping[str, Standing] = {
    "unsub_time": Standing.LEFT,
    "unsubscribed_at": Standing.LEFT,
    "unsubscription_date": Standing.LEFT,
    "undeliverability_date": Standing.BOUNCED,
    "unsubscribed": Standing.LEFT,
    "deleted_at": Standing.LEFT,
    "email_disabled": Standing.LEFT,
    "clean_time": Standing.BOUNCED,
}
SAYS_NO = frozenset({"", "false", "no", "0", "f", "n"})
# And those that say it by one of these words. Ghost always says something.
KEEPS: Mapping[str, frozenset[str]] = {
    "subscribed_to_emails": SAYS_NO,
    **dict.fromkeys(("subscribed", "opted_in", "opt_in"), SAYS_NO - {""}),
}
STANDINGS: Mapping[str, Standing] = {
    **dict.fromkeys(
        (
            *("", "enabled", "subscribed", "active", "confirmed", "regular", "premium", "trialed", "unpaid", "gifted"),
            *("gift", "churning", "churned", "past_due", "paused", "free", "paid", "comped"),
        ),
        Standing.READS,
    ),
    **dict.fromkeys(("pending", "unconfirmed", "unactivated"), Standing.UNCONFIRMED),
    **dict.fromkeys(
        (
            *("inactive", "archived", "nonsubscribed", "non-subscribed", "transactional"),
            *("removed", "spammy", "deleted", "disabled"),
        ),
        Standing.OUTSIDE,
    ),
    **dict.fromkeys(
        (
            *("unsubscribed", "left", "blocklisted", "blacklisted", "blocked"),
            *("opted_out", "cancelled", "canceled", "ended"),
        ),
        Standing.LEFT,
    ),
    **dict.fromkeys(("cleaned", "bounced", "undeliverable", "invalid"), Standing.BOUNCED),
    **dict.fromkeys(("complained", "complaint", "spam"), Standing.COMPLAINED),
}
# What the name of a file says of all its readers: Mailchimp and Buttondown export each sort by itself. As they write
# it: a list of readers that somebody has cleaned by hand is called so, too.
NAMES: Mapping[str, Standing] = {
    "nonsubscribed": Standing.OUTSIDE,
    "non-subscribed": Standing.OUTSIDE,
    "unsubscribe": Standing.LEFT,
    "cleaned_email_audience": Standing.BOUNCED,
    "cleaned_members": Standing.BOUNCED,
}
# What is put before a cell so that no spreadsheet calculates it, by Ghost and by our own export.
HARMLESS = re.compile(r"\A'(?=[=+@\t\r-])")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
CLOCK = re.compile(r"([01]?[0-9]|2[0-3])(:[0-9]{2})?", re.ASCII)

NO_ADDRESS = gettext_noop("There is no address in this line.")
FORMULA = gettext_noop("This begins like a formula, not like an address.")
NARROW = gettext_noop("This line has fewer columns than the first one: perhaps it is cut off.")
WIDE = gettext_noop("This line has more columns than the first one.")
STRANGE = gettext_noop("Nobody knows whether this reader still reads: the status is a word that we do not know.")


@dataclass(frozen=True, slots=True)
class Layout:
    """How the records are to be read. `columns` are places by name; `standing` is what the file's name says."""

    kind: Kind
    separator: str
    width: int
    columns: Mapping[str, int]
    has_header: bool
    standing: Standing = Standing.READS


@dataclass(frozen=True, slots=True)
class Person:
    """A reader as the list has it; what it does not say is empty. `since` is a date such as 2024-04-05."""

    address: str
    standing: Standing
    locale: str = ""
    time_zone: str = ""
    hour: int | None = None
    since: str = ""


def layout(first: Sequence[str], separator: str, *, file_name: str) -> Layout | None:
    """What the first record tells; None where it has no column of addresses by this separator."""
    names = [_plain(cell) for cell in first]
    columns = {name: place for place, name in reversed(list(enumerate(names))) if name}
    standing = next((word for part, word in NAMES.items() if part in file_name.lower()), Standing.READS)
    address = next((name for name in ADDRESS if name in columns), None)
    if address is not None:
        kind = next((kind for kind, signs in SIGNS.items() if signs & columns.keys()), Kind.PLAIN)
        found = columns | {"email": columns[address]}
        return Layout(kind, separator, len(first), found, has_header=True, standing=standing)
    place = next((place for place, cell in enumerate(first) if _is_address(cell)), None)
    if place is None:
        return None
    return Layout(Kind.PLAIN, separator, len(first), {"email": place}, has_header=False, standing=standing)


def person(record: Record, lay: Layout, *, locales: Sequence[str]) -> Person | str:
    """The reader, or in English why there is none. Languages are those that the newsletter offers."""
    if why := _shape(record, lay):
        return why
    try:
        address = addresses.normal(_typed(record, lay))
    except ValueError as error:
        return str(error)
    standing = _standing(record.cells, lay)
    if standing is None:
        return STRANGE
    zone = _said(record.cells, lay, ZONE)
    zone = reported().get(zone, zone)
    clock = CLOCK.fullmatch(_said(record.cells, lay, HOUR))
    day = DAY.match(_said(record.cells, lay, SINCE))
    return Person(
        address=address,
        standing=standing,
        locale=offered(_said(record.cells, lay, LOCALE), locales) or "",
        time_zone=zone if is_zone(zone) else "",
        hour=int(clock[1]) if clock else None,
        since=day[0] if day else "",
    )


def _shape(record: Record, lay: Layout) -> str:
    """Why nothing can be read from the record, in English; empty if something can."""
    if record.fault:
        return record.fault
    if len(record.cells) != lay.width:
        return NARROW if len(record.cells) < lay.width else WIDE
    typed = _typed(record, lay)
    return FORMULA if typed.startswith("=") else "" if typed else NO_ADDRESS


def _typed(record: Record, lay: Layout) -> str:
    return HARMLESS.sub("", record.cells[lay.columns["email"]].strip().strip("\ufeff"))


def _standing(cells: Sequence[str], lay: Layout) -> Standing | None:
    """The worst that the record says; None for a status that we do not know."""
    said = _said(cells, lay, STATUS.get(lay.kind, ())).casefold()
    found = STANDINGS.get(said.replace(" ", "_"), STANDINGS.get(said))
    if found is None:
        return None
    marks = (name for name in MARKS if name in lay.columns)
    marked = [MARKS[name] for name in marks if _said(cells, lay, (name,)).casefold() not in SAYS_NO]
    if any(_said(cells, lay, (name,)).casefold() in noes for name, noes in KEEPS.items() if name in lay.columns):
        marked.append(Standing.LEFT)
    return max(*marked, found, lay.standing, key=RANKS.index)


def _said(cells: Sequence[str], lay: Layout, names: Sequence[str]) -> str:
    """What stands in the first of these columns that the list has."""
    place = next((lay.columns[name] for name in names if name in lay.columns), None)
    return "" if place is None else cells[place].strip()


def _plain(cell: str) -> str:
    return "_".join(cell.strip().strip("\ufeff'\"").casefold().replace("_", " ").split())


def _is_address(cell: str) -> bool:
    try:
        addresses.normal(cell.strip())
    except ValueError:
        return False
    return not cell.strip().startswith("=")
