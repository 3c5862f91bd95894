"""Learning what is far: once, within limits, and kept for the page and the approval."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from digests.models import Digest, Paper
from digests.sources.knocking import Knock
from newsletter.celery import app
from newsletter.desk.approving import Blocked, approve
from newsletter.desk.models import Known, Look
from newsletter.desk.preflight import judging, learning, queries
from newsletter.desk.preflight.looking import look
from newsletter.desk.tasks import take_up_looks
from tests.factories import make_digest, make_paper, make_publisher, make_subscription

pytestmark = pytest.mark.django_db
NOW = timezone.now()


class World:
    """What is outside: addresses that answer, and how often somebody asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Knock] = {}
        self.asked: list[str] = []

    def knock_at(self, addresses: Iterable[str], *, seconds: float) -> dict[str, Knock]:
        asked = list(addresses)
        self.asked += asked
        return {url: self.answers.get(url, Knock(200)) for url in asked}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(learning, "knock_at", world.knock_at)
    monkeypatch.setattr(learning, "judge", lambda mails: dict.fromkeys(mails, 0.1))
    return world


def kinds(digest: Digest, **when: Any) -> set[str]:
    return {line.kind for line in look(digest, now=NOW + timedelta(**when)).lines}


def test_what_was_learned_is_what_the_report_says(world: World) -> None:
    digest = make_digest()
    make_subscription(digest.newsletter, locale="ko")

    before = kinds(digest)
    learning.learn(digest, now=NOW)

    assert before >= {"links.unknown", "size.unknown", "spam.unknown", "audience.unknown"}
    assert kinds(digest) >= {"links.answer", "size.small", "spam.low", "audience.languages"}


def test_a_look_that_was_asked_for_is_taken_up_once(world: World) -> None:
    digest = make_digest(papers=1)
    learning.ask(digest, by=make_publisher(), now=NOW)

    taken = [learning.take_up(now=NOW), learning.take_up(now=NOW + timedelta(minutes=10))]

    assert taken == [1, 0]
    assert len(world.asked) == 1


def test_of_two_workers_that_see_the_same_look_one_takes_it_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = make_digest(papers=1)
    learning.ask(digest, by=make_publisher(), now=NOW)
    seen_by_both = list(Look.objects.select_related("digest__newsletter"))
    monkeypatch.setattr(queries, "looks_to_begin", lambda **_when: seen_by_both)

    taken = [learning.take_up(now=NOW), learning.take_up(now=NOW)]

    assert taken == [1, 0]


def test_a_look_whose_worker_is_lost_is_taken_up_again(world: World) -> None:
    digest = make_digest()
    Look.objects.create(digest=digest, asked_at=NOW, began_at=NOW)

    taken = [learning.take_up(now=NOW + timedelta(minutes=minutes)) for minutes in (4, 6)]

    assert taken == [0, 1]


def test_a_digest_that_cannot_be_looked_at_does_not_stop_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    odd, other = make_digest(), make_digest()
    for digest in (odd, other):
        Look.objects.create(digest=digest, asked_at=NOW)
    learned: list[int] = []

    def learn(digest: Digest, *, now: Any) -> None:
        if digest == odd:
            raise RuntimeError("odd")
        learned.append(digest.pk)

    monkeypatch.setattr(learning, "learn", learn)
    learning.take_up(now=NOW)

    assert learned == [other.pk]
    assert f"digest {odd.pk} could not be looked at" in caplog.text


def test_what_answers_is_not_asked_again_within_the_hour_and_what_does_not_is(world: World) -> None:
    good, bad = make_paper(), make_paper()
    digest = make_digest(papers=[good, bad])
    world.answers[bad.url] = Knock(404)

    learning.learn(digest, now=NOW)
    learning.learn(digest, now=NOW + timedelta(minutes=30))
    learning.learn(digest, now=NOW + timedelta(minutes=70))

    assert sorted(world.asked) == sorted([good.url, bad.url] * 2 + [bad.url])


def test_a_dead_link_keeps_a_digest_from_approval_until_it_is_mended(world: World) -> None:
    paper = make_paper()
    digest, alice = make_digest(papers=[paper]), make_publisher()
    world.answers[paper.url] = Knock(404)
    learning.learn(digest, now=NOW)

    with pytest.raises(Blocked, match="there is no page at"):
        approve(digest, by=alice, now=NOW)
    Paper.objects.update(url="https://arxiv.org/abs/2604.99999")
    approve(digest, by=alice, now=NOW)

    assert digest.status == "approved"


def test_an_approval_asks_nobody(world: World) -> None:
    approve(make_digest(), by=make_publisher(), now=NOW)

    assert world.asked == []
    assert not Known.objects.exists()


def test_mails_are_measured_again_only_when_something_has_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest, judged = make_digest(), list[int]()

    def judge(mails: Mapping[str, bytes]) -> dict[str, float]:
        judged.append(len(mails))
        return {}

    monkeypatch.setattr(learning, "judge", judge)

    for minutes in (0, 1):
        learning.learn(digest, now=NOW + timedelta(minutes=minutes))
    Paper.objects.update(title="Balloons")
    unmeasured = "size.unknown" in kinds(digest)
    learning.learn(digest, now=NOW + timedelta(minutes=2))

    assert unmeasured
    assert judged == [2, 2]


def test_a_mail_of_a_large_day_says_what_did_not_fit_in(world: World) -> None:
    long = "\n".join(f"- {'A kite flies higher when its tail is longer. ' * 20}" for _number in range(4))
    digest = make_digest(papers=[make_paper(summaries={"en": long}) for _number in range(40)])

    learning.learn(digest, now=NOW)

    [english] = [line for line in look(digest, now=NOW).lines if line.kind == "size.full" and line.about[0] == "en"]
    assert "do not fit in" in english.words


def test_what_was_learned_a_week_ago_is_forgotten(world: World) -> None:
    learning.learn(make_digest(), now=NOW)

    early, late = (learning.forget(now=NOW + timedelta(days=days)) for days in (6, 8))

    assert (early, Known.objects.count()) == (0, 0)
    assert late > 0


def test_the_timetable_takes_looks_up_in_the_queue_that_may_wait_for_others() -> None:
    tasks = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}

    assert tasks[take_up_looks.name] <= 5
    assert app.amqp.router.route({}, take_up_looks.name)["queue"].name == "imports"


def test_where_there_is_no_spamassassin_that_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    assert judging.judge({"en": b"Subject: kites\r\n\r\nKites."}) is None
