"""What became of each reader of a send: the ledger's rows beside the mails that arrived. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

UNSETTLED = frozenset({"planned", "sending", "skipped"})  # in a drill nobody has left, and nothing is too late


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the ledger, or a letter, when everything is over. Its mail is known by `mark`: d7 or l7."""

    mark: str
    reader: str
    status: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that was taken: to whom its envelope said, and of which row its Message-ID."""

    reader: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How many readers, those of letters included. Of the `uncertain` ones some mails have `arrived`, others have not.

    `misled` are mails that another reader's envelope carried, or that are of no row of this send; `denied` are readers
    whose row says that nothing has left, and who have the mail.
    """

    readers: int
    lost: int
    doubled: int
    uncertain: int
    arrived: int
    failed: int
    misled: int
    denied: int


def judge(readers: Collection[str], rows: Iterable[Row], mails: Iterable[Mail], *, refused: Collection[str]) -> Verdict:
    """`refused` are the readers of whom the server has said that they do not exist: theirs alone may fail."""
    row_of = {row.reader: row for row in rows}
    mails = list(mails)
    taken = Counter(mail.reader for mail in mails)
    refusals = frozenset(refused)
    uncertain = [reader for reader in readers if reader in row_of and row_of[reader].status == "uncertain"]
    return Verdict(
        readers=len(readers),
        lost=sum(_is_lost(row_of.get(reader), taken[reader], refused=reader in refusals) for reader in readers),
        doubled=sum(number > 1 for number in taken.values()),
        uncertain=len(uncertain),
        arrived=sum(taken[reader] > 0 for reader in uncertain),
        failed=sum(row.status == "failed" for row in row_of.values()),
        misled=sum(_is_misled(mail, row_of) for mail in mails),
        denied=sum(row.status in {*UNSETTLED, "failed"} and taken[row.reader] > 0 for row in row_of.values()),
    )


def _is_lost(row: Row | None, mails: int, *, refused: bool) -> bool:
    """Whether nobody would ever find out that this reader has no mail."""
    if row is None or row.status in UNSETTLED:
        return True
    if row.status == "failed":
        return not refused
    return row.status == "sent" and not mails


def _is_misled(mail: Mail, row_of: Mapping[str, Row]) -> bool:
    row = row_of.get(mail.reader)
    return row is None or row.mark != mail.mark
