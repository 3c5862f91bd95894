"""How many events a second one process records: from webhooks that carry one each, and from those that carry hundreds.

A request goes to Django's handler, and so through all of the site's code, but over no socket: without gunicorn's part.
Beside them the floor: the same rows by bare INSERTs, each in a transaction of its own or 500 in one statement.
"""

import json
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from benchmarks.stage import stage, tidy

AT = datetime(2026, 4, 7, 7, 5, tzinfo=UTC)
KNOCK = "hook:benchmarks-only"
A_POST = 500  # events: SparkPost and SendGrid send up to a thousand
BOUNCES = 50  # one mail in so many bounces


def measure(events: int) -> dict[str, float]:
    """Figures of one process on the empty PostgreSQL that Django is set up with (stage.py), a second.

    `events_one_by_one` and `events_in_batches` are events through the site's code, `floor_one_by_one` and
    `floor_in_batches` rows by bare INSERTs. One mail in fifty bounces.
    """
    _open_the_hooks()
    first = _make_sent(2 * events)
    singles = [_brevo(first + number, number) for number in range(events)]
    batches = [
        json.dumps([_sparkpost(first + number, number) for number in range(start, min(start + A_POST, 2 * events))])
        for start in range(events, 2 * events, A_POST)
    ]
    return {
        "events_one_by_one": events / _seconds(lambda: _post("brevo", singles)),
        "events_in_batches": events / _seconds(lambda: _post("sparkpost", batches)),
        "floor_one_by_one": events / _seconds(lambda: _insert(singles, first, rows=1)),
        "floor_in_batches": events / _seconds(lambda: _insert(singles, first, rows=A_POST)),
    }


def _open_the_hooks() -> None:
    """The hooks exist where there is a secret; whoever runs this need not have set one."""
    from importlib import reload

    from django.conf import settings
    from django.urls import clear_url_caches

    import newsletter.urls
    from newsletter.feedback import urls

    settings.ANYMAIL = {"WEBHOOK_SECRET": KNOCK}
    settings.ALLOWED_HOSTS = ["testserver"]
    reload(urls)
    reload(newsletter.urls)
    clear_url_caches()


def _make_sent(count: int) -> int:
    """So many mails that have left, to as many readers; the id of the first, and the others follow."""
    from digests.models import Newsletter
    from newsletter.delivery.models import Delivery
    from newsletter.subscribers.models import Subscriber, Subscription
    from tests.factories import address_hash, make_approved, make_delivery

    known = make_delivery(make_approved(), status="sent", sent_at=AT)
    newsletter = Newsletter.objects.get()
    addresses = [f"event-{number}@example.com" for number in range(count)]
    readers = Subscriber.objects.bulk_create(
        [Subscriber(address=address, address_hash=address_hash(address)) for address in addresses], batch_size=5000
    )
    subscriptions = Subscription.objects.bulk_create(
        [
            Subscription(newsletter=newsletter, subscriber=reader, status="active", confirmed_at=AT)
            for reader in readers
        ],
        batch_size=5000,
    )
    rows = [
        Delivery(
            digest=known.digest,
            subscription=subscription,
            sender=known.sender,
            edition=known.edition,
            status="sent",
            due_at=AT,
            ready_at=AT,
            sent_at=AT,
        )
        for subscription in subscriptions
    ]
    first: int = Delivery.objects.bulk_create(rows, batch_size=5000)[0].pk
    tidy()
    return first


def _named(delivery: int) -> str:
    """The delivery's signed id, as a provider repeats it."""
    from django.conf import settings

    from newsletter.postbox.returns import signed_id

    return signed_id(f"d{delivery}", keys=settings.LINK_KEYS)


def _brevo(delivery: int, number: int) -> str:
    payload = {
        "event": "delivered" if number % BOUNCES else "hard_bounce",
        "email": f"event-{number}@example.com",
        "id": 26224,
        "date": "2026-04-07 07:05:00",
        "ts": 1604933619,
        "message-id": f"<202604070705.{number}@smtp-relay.mailin.fr>",
        "ts_event": 1604933654,
        "subject": "12 papers",
        "X-Mailin-custom": json.dumps({"delivery": _named(delivery)}),
        "sending_ip": "192.0.2.1",
        "ts_epoch": int(AT.timestamp() * 1000),
        "tags": ["digest"],
    }
    return json.dumps(payload)


def _sparkpost(delivery: int, number: int) -> dict[str, object]:
    event: dict[str, object] = {
        "type": "delivery" if number % BOUNCES else "bounce",
        "bounce_class": "10",
        "campaign_id": "digest",
        "customer_id": "1",
        "delv_method": "esmtp",
        "event_id": f"92356927693813856{number}",
        "friendly_from": "papers@example.org",
        "ip_address": "192.0.2.1",
        "message_id": f"000443ee14578172{number}",
        "msg_from": "msprvs1=17827RA6TC8Pz=bounces-12345@example.org",
        "msg_size": "15000",
        "rcpt_meta": {"delivery": _named(delivery)},
        "rcpt_tags": [],
        "rcpt_to": f"event-{number}@example.com",
        "recipient_domain": "example.com",
        "routing_domain": "example.com",
        "sending_ip": "192.0.2.1",
        "subject": "12 papers",
        "timestamp": str(int(AT.timestamp())),
        "transmission_id": "65832150921904138",
    }
    return {"msys": {"message_event": event}}


def _post(provider: str, bodies: Sequence[str]) -> None:
    from django.test import Client

    client = Client(headers={"authorization": f"Basic {b64encode(KNOCK.encode()).decode()}"})
    for body in bodies:
        answer = client.post(f"/hooks/{provider}/tracking/", body, content_type="application/json")
        if answer.status_code != 200:
            raise RuntimeError(f"the webhook of {provider} answered {answer.status_code}")


def _insert(payloads: Sequence[str], first: int, *, rows: int) -> None:
    """The same rows by the shortest way there is, and nothing is asked."""
    from django.db import connection

    sql = "INSERT INTO feedback_event (delivery_id, kind, source, external_id, at, received_at, payload) VALUES "
    with connection.cursor() as cursor:
        for start in range(0, len(payloads), rows):
            chunk = payloads[start : start + rows]
            values = [
                value
                for number, payload in enumerate(chunk, start)
                for value in (first + number, "delivered", "floor", f"{rows}:{number}", AT, AT, payload)
            ]
            cursor.execute(sql + ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(chunk)), values)


def _seconds(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


if __name__ == "__main__":
    with stage():
        for name, figure in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 5000).items():
            sys.stdout.write(f"{name:24}{figure:12,.0f} a second\n")
