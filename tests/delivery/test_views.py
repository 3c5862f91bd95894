"""The web version: what one reader was sent, behind that reader's own link."""

import re
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from django.conf import settings
from django.test import Client

from newsletter.delivery import sending
from newsletter.delivery.models import Delivery
from newsletter.subscribers import tokens
from newsletter.subscribers.tokens import Purpose
from tests.conftest import Outbox
from tests.factories import MORNING, make_approved, make_delivery, make_paper, make_subscription, make_topic

pytestmark = pytest.mark.django_db


def body_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return str(part.get_content()) if part else ""


def link(number: int, purpose: Purpose = Purpose.WEB) -> str:
    return f"/web/{tokens.make(purpose, number, keys=settings.LINK_KEYS, now=datetime.now(UTC))}/"


def sent_to_alice_and_bob() -> tuple[Delivery, Delivery]:
    """Alice follows one topic and reads Korean; Bob, who comes first, reads everything in English."""
    robots = make_paper(title="A paper on robots", summaries={"en": "- Robots.", "ko": "- 로봇입니다."})
    digest = make_approved(papers=[robots, make_paper(title="A paper on bread")])
    topic = make_topic(digest.newsletter, "robots")
    robots.topics.add(topic)
    make_approved(digest)
    make_subscription()  # so that numbers of subscriptions and deliveries differ
    bob = make_delivery(digest)
    alice = make_delivery(digest, make_subscription(digest.newsletter, locale="ko", topics=[topic]))
    sending.send_due(bob.sender, now=MORNING)
    return alice, bob


def test_each_reader_sees_the_mail_as_it_was_sent_to_that_reader(client: Client, outbox: Outbox) -> None:
    sent_to_alice_and_bob()
    in_mails = [re.search(r"http://testserver(/web/\S+/)", body_of(mail)) for mail in outbox.mails()]

    his, hers = (client.get(found[1]) for found in in_mails if found)

    assert "로봇입니다." in hers.content.decode()
    assert (hers["Content-Language"], his["Content-Language"]) == ("ko", "en")
    assert "<h2" in his.content.decode()
    assert "A paper on bread" in his.content.decode()


def test_the_page_says_why_each_paper_was_there(client: Client) -> None:
    _alice, bob = sent_to_alice_and_bob()

    page = client.get(link(bob.pk)).content.decode()

    assert page.count("From the day&#x27;s list") == 2


def test_a_reader_who_was_told_of_nothing_finds_the_same_on_the_page(client: Client, outbox: Outbox) -> None:
    digest = make_approved()
    told = make_delivery(digest, make_subscription(digest.newsletter, words="zebra", when_empty="tell"))
    make_delivery(digest, make_subscription(digest.newsletter, words="zebra"))
    sending.send_due(told.sender, now=MORNING)

    page = client.get(link(told.pk)).content.decode()

    assert [mail["Subject"] for mail in outbox.mails()] == ["Nothing for you this time (7 April)"]
    assert "None of the 2 papers of this digest fits what you chose." in page
    assert "0 of 2 papers" in page
    assert "There are no papers" not in page


def test_a_correction_since_does_not_change_what_was_sent(client: Client) -> None:
    _alice, bob = sent_to_alice_and_bob()
    bob.digest.papers.filter(title="A paper on bread").update(title="Corrected since")
    make_approved(bob.digest)

    page = client.get(link(bob.pk)).content.decode()

    assert "A paper on bread" in page
    assert "Corrected since" not in page


def test_a_link_that_does_not_hold_reveals_nothing(client: Client) -> None:
    alice, _bob = sent_to_alice_and_bob()
    good = link(alice.pk)
    planned = make_delivery()

    for bad in (good[:-3] + "AA/", link(alice.pk, Purpose.LEAVE), link(planned.pk), link(10**9), "/web/x/"):
        answer = client.get(bad)

        assert answer.status_code == 404, bad
        assert "로봇" not in answer.content.decode()


def test_the_page_is_private(client: Client) -> None:
    alice, _bob = sent_to_alice_and_bob()

    answer = client.get(link(alice.pk))

    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    assert not answer.cookies
    assert client.post(link(alice.pk)).status_code == 405
