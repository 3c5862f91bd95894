"""Real mails, byte by byte as they leave: digests in every language, as HTML and as text, and each kind of letter."""

from datetime import UTC, datetime, time
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings

from newsletter.delivery import sending
from newsletter.postbox import letters
from newsletter.subscribers.models import Move, Subscriber
from newsletter.subscribers.writing import (
    write_arrive,
    write_confirm,
    write_data,
    write_invitation,
    write_link,
    write_move,
    write_taken,
)
from tests.factories import make_delivery, make_subscription
from tests.reading import Site, make_site

LETTERS = {"confirm": write_confirm, "invite": write_invitation, "link": write_link, "data": write_data}
MOVES = {"move": write_move, "arrive": write_arrive, "taken": write_taken}


def all_mails(outbox: Path, site: Site | None = None) -> dict[str, bytes]:
    """By name, as "digest-html-ko"; they were sent to the file postbox in `outbox`."""
    site = site or make_site(settings.SITE_URL)
    now = datetime.combine(site.newest.day, time(8), UTC)
    sender = site.newsletter.sender_assignment.sender
    for language, _name in settings.LANGUAGES:
        for kind in ("html", "text"):
            address = f"digest-{kind}-{language}@example.org"
            make_delivery(
                site.newest,
                make_subscription(site.newsletter, address=address, locale=language, format=kind),
                ready_at=now,
                due_at=now,
            )
        for name, write in LETTERS.items():
            address = f"{name}-{language}@example.org"
            write(make_subscription(site.newsletter, address=address, locale=language), now=now)
        for name, write_about in MOVES.items():
            address = f"{name}-{language}@example.org"
            reader = make_subscription(site.newsletter, address=address, locale=language)
            write_about(_move(reader.subscriber, to=address), reader, now=now)
    letters.send_due(sender, now=now)
    while sending.send_due(sender, now=now):
        pass
    return {_name_of(path): path.read_bytes() for path in sorted(outbox.glob("*.eml"))}


def _move(subscriber: Subscriber, *, to: str) -> Move:
    return Move.objects.create(
        subscriber=subscriber, address=to, address_hash=str(subscriber.address_hash), asked_at=subscriber.created_at
    )


def html_of(mail: bytes) -> str:
    """The HTML part; empty where there is none."""
    part = message_from_bytes(mail, policy=policy.default).get_body(("html",))
    return str(part.get_content()) if part is not None else ""


def _name_of(path: Path) -> str:
    line = next(line for line in path.read_text(errors="replace").splitlines() if line.startswith("To: "))
    return line.removeprefix("To: ").strip("<>").partition("@")[0]
