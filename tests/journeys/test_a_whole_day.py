"""The whole job in one story: a digest comes in, each reader gets it in their language, once."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from digests import composing
from digests.models import Digest, Newsletter
from newsletter.delivery import planning, sending
from newsletter.delivery.models import Delivery
from newsletter.desk.approving import approve
from newsletter.postbox import letters
from newsletter.postbox.queries import sender_of
from newsletter.subscribers import asking
from newsletter.subscribers.models import Subscription
from tests.factories import make_publisher
from tests.sinks import SmtpSink

pytestmark = pytest.mark.django_db(transaction=True)

ENGLISH = """## Daily Papers (2026-04-07)

### [A Paper About Breakfast](https://arxiv.org/abs/2604.00001)

Vote: 12

Authors: Ada Lovelace

- Readers who eat breakfast read more.

"""
KOREAN = ENGLISH.replace("Readers who eat breakfast read more.", "아침을 먹는 독자가 더 많이 읽습니다.")
NEXT_DAY = ENGLISH.replace("04-07", "04-08").replace("00001", "00002").replace("Breakfast", "Lunch")
EVENING = datetime(2026, 4, 6, 15, tzinfo=UTC)
MINUTES = timedelta(minutes=15)


@pytest.fixture
def sink(settings: Settings) -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        settings.POSTBOX_URL = running.url
        yield running


def passes(start: datetime, *, hours: int) -> datetime:
    """A quarter of an hour at a time: plans and sends, as the timetable does."""
    now = start
    while now < start + timedelta(hours=hours):
        planning.plan(now=now)
        sender = sender_of(Newsletter.objects.get())
        letters.send_due(sender, now=now)
        sending.send_due(sender, now=now)
        now += MINUTES
    return now


def import_day(folder: Path, name: str, text: str, locale: str) -> None:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    call_command("import_digest", str(path), newsletter="daily-papers", locale=locale)


def sign_up(client: Client, sink: SmtpSink, address: str, *, locale: str, zone: str) -> None:
    """Through the form, the mail and the button, as a person does."""
    page = "/join/daily-papers/"
    answer = client.post(page, {"address": address, "locale": locale, "time_zone": zone, "hour": "7"})
    assert answer.status_code == 302, answer.content.decode()
    asking.answer(now=datetime.now(UTC))
    letters.send_due(sender_of(Newsletter.objects.get()), now=datetime.now(UTC))
    [letter] = sink.to(address)
    confirm = link(letter.body("plain"), "confirm")
    assert client.post(confirm).status_code == 200


def link(text: str, place: str) -> str:
    found = re.search(rf"http://testserver(/{place}/[\w-]+/)", text)
    assert found, text
    return found[1]


def test_a_digest_reaches_each_reader_in_their_language_at_their_morning_once(
    sink: SmtpSink, tmp_path: Path, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command(
        "create_newsletter",
        "daily-papers",
        name="Daily Papers",
        address="papers@example.org",
        postal_address="1 Breakfast Lane",
        locales="en,ko",
    )
    import_day(tmp_path, "en.md", ENGLISH, "en")
    import_day(tmp_path, "ko.md", KOREAN, "ko")
    sign_up(client, sink, "minji@example.com", locale="ko", zone="Asia/Seoul")
    sign_up(client, sink, "maya@example.com", locale="en", zone="America/New_York")
    Subscription.objects.update(confirmed_at=EVENING)
    sink.mails.clear()

    approve(Digest.objects.get(), by=make_publisher(), now=EVENING)
    midnight = passes(EVENING, hours=9)

    [korean] = sink.mails
    assert korean.recipient == "minji@example.com"
    assert "아침을 먹는 독자가" in korean.body("html")
    sent_at = Delivery.objects.get().sent_at
    assert sent_at is not None
    assert sent_at.replace(second=0, microsecond=0) == datetime(2026, 4, 6, 22, tzinfo=UTC)

    evening = passes(midnight, hours=18)

    assert [mail.recipient for mail in sink.mails] == ["minji@example.com", "maya@example.com"]
    english = sink.to("maya@example.com")[0]
    assert "Readers who eat breakfast read more." in english.body("plain")

    one_click = english.parsed["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
    assert client.get(one_click).status_code == 200
    assert Subscription.objects.filter(status="active").count() == 2
    assert client.post(one_click, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Subscription.objects.get(subscriber__address="maya@example.com").status == "ended"

    import_day(tmp_path, "next.md", NEXT_DAY, "en")
    approve(Digest.objects.get(day="2026-04-08"), by=make_publisher("bob"), now=evening)
    passes(evening, hours=26)

    assert [mail.recipient for mail in sink.mails] == ["minji@example.com", "maya@example.com", "minji@example.com"]
    assert "Lunch" in sink.mails[-1].parsed["Subject"]


def test_a_week_is_composed_approved_and_read_on_the_readers_own_day(
    sink: SmtpSink, tmp_path: Path, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command(
        "create_newsletter",
        "daily-papers",
        name="Daily Papers",
        address="papers@example.org",
        postal_address="1 Breakfast Lane",
        locales="en,ko",
    )
    alice, thursday = make_publisher(), datetime(2026, 4, 9, tzinfo=UTC)
    Newsletter.objects.update(weekly_day=thursday.weekday())
    sign_up(client, sink, "minji@example.com", locale="en", zone="Asia/Seoul")
    Subscription.objects.update(confirmed_at=EVENING, rhythm="weekly", weekdays=1 << 4)  # on Fridays
    sink.mails.clear()
    for name, text in (("tuesday.md", ENGLISH), ("wednesday.md", NEXT_DAY)):
        import_day(tmp_path, name, text, "en")
    for digest in Digest.objects.all():
        approve(digest, by=alice, now=EVENING)

    composing.compose_weeks(now=thursday - timedelta(hours=12))
    week = Digest.objects.get(kind="weekly")
    approve(week, by=alice, now=thursday - timedelta(hours=11))
    passes(thursday, hours=48)

    [mail] = sink.mails
    sent_at = Delivery.objects.get().sent_at
    assert sent_at is not None
    assert sent_at.replace(second=0, microsecond=0) == datetime(2026, 4, 9, 22, tzinfo=UTC)
    assert "Breakfast" in mail.body("html")
    assert "Lunch" in mail.body("html")
    found = re.search(r"http://testserver(/n/daily-papers/2026-04-09-weekly/en/)", mail.body("html"))
    assert found
    assert client.get(found[1]).status_code == 200
