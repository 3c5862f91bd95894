"""The demo's inbox: the mails that were sent, read back from the outbox folder."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

NAME = re.compile(r"[dl][0-9]+\Z")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as its reader has it."""

    name: str
    to: str
    subject: str
    date: datetime
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str


def folder() -> Path:
    """The outbox of the file postbox; the demo runs with no other."""
    return Path(urlsplit(settings.POSTBOX_URL).path)


def all_mails() -> list[Mail]:
    """Every mail, the newest first."""
    mails = [read(path) for path in folder().glob("*.eml")]
    return sorted(mails, key=lambda mail: (mail.date, mail.name), reverse=True)


def one_mail(name: str) -> Mail | None:
    path = folder() / f"{name}.eml"
    return read(path) if NAME.match(name) and path.exists() else None


def read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Mail(
        name=path.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        date=parsedate_to_datetime(str(message["Date"])),
        headers=tuple((name, str(value)) for name, value in message.items()),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
