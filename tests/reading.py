"""A site with something to read, and every page that a reader can meet there, by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils import timezone
from PIL import Image

from digests.images import store
from digests.models import Digest, Newsletter
from digests.publishing import publish_missing
from digests.selection import Wishes
from newsletter.subscribers import erasing, moving, tokens
from newsletter.subscribers.models import Move, Subscription
from newsletter.subscribers.tokens import Purpose
from tests.factories import (
    edition_for,
    make_approved,
    make_delivery,
    make_digest,
    make_newsletter,
    make_paper,
    make_subscription,
    make_topic,
)

SUMMARIES = {
    "en": "- Kites fly higher when their tails are longer.\n- A tail of 3 metres was best in 54 of 60 flights.",
    "ko": "- 연의 꼬리가 길수록 연은 더 높이 납니다.\n- 60번의 비행 가운데 54번은 3미터 꼬리가 가장 좋았습니다.",
    "ar": "- تحلّق الطائرات الورقية أعلى كلما طال ذيلها.\n- كان الذيل بطول 3 أمتار الأفضل في 54 رحلة من 60.",
}
SOUGHT = {"el": "αετών"}  # a word of the papers' titles, where they are not English
TOPICS = {
    "wind": {"en": "Wind", "ko": "바람", "ar": "الرياح", "el": "Άνεμος"},
    "paper": {"en": "Paper", "ko": "종이", "ar": "الورق", "el": "Χαρτί"},
    "string": {"en": "String", "ko": "실", "ar": "الخيط", "el": "Σπάγκος"},
}


@dataclass(frozen=True)
class Site:
    """Where the site is, and what there is to read. The newest digest is of yesterday."""

    url: str
    newsletter: Newsletter
    newest: Digest


def make_site(
    url: str,
    *,
    name: str = "Daily Papers",
    title: str = "On kites and their tails",
    authors: Sequence[str] = ("Ada Lovelace", "Charles Babbage"),
    summaries: Mapping[str, str] = SUMMARIES,
    postal_address: str = "1 Breakfast Lane, 10115 Berlin",
) -> Site:
    """A newsletter with two days to read and ten papers on each; the newest is yesterday's."""
    newsletter = make_newsletter(
        slug="daily-papers",
        name=name,
        locales=list(summaries),
        default_locale=next(iter(summaries)),
        postal_address=postal_address,
    )
    for slug, names in TOPICS.items():
        make_topic(newsletter, slug, names=names)
    days = [_made(newsletter, title, authors, summaries, days=days) for days in (2, 1)]
    return Site(url, newsletter, days[-1])


def _made(
    newsletter: Newsletter, title: str, authors: Sequence[str], summaries: Mapping[str, str], *, days: int
) -> Digest:
    day = timezone.now().date() - timedelta(days=days)
    topics = list(newsletter.topics.all())
    papers = []
    for number in range(10):
        paper = make_paper(title=f"{title} {number + 1}", authors=list(authors), summaries=summaries)
        paper.topics.set([topics[number % len(topics)]])
        papers.append(paper)
    papers[0].image.name = store(_picture())
    papers[0].save()
    digest = make_approved(
        make_digest(newsletter, day=day, papers=papers), at=timezone.now() - timedelta(days=days, hours=5)
    )
    publish_missing()
    return digest


def path_to(purpose: Purpose, number: int, *, age: timedelta = timedelta(0)) -> str:
    """The path of a signed link that is `age` old."""
    token = tokens.make(purpose, number, keys=settings.LINK_KEYS, now=timezone.now() - age)
    return f"/{purpose.name.lower()}/{token}/"


def _reader(site: Site, language: str, **state: Any) -> Subscription:
    return make_subscription(site.newsletter, locale=language, time_zone="Asia/Seoul", **state)


def _of_a_reader(purpose: Purpose, *, age: timedelta = timedelta(0), **state: Any) -> Callable[[Site, str], str]:
    return lambda site, language: path_to(purpose, _reader(site, language, **state).pk, age=age)


def _search(site: Site, language: str) -> str:
    return f"/n/{site.newsletter.slug}/search/?q={SOUGHT.get(language, 'kites')}&lang={language}"


def _paper(site: Site, language: str) -> str:
    key = site.newest.entries.order_by("position")[0].paper.key.partition(":")[2]
    return f"/n/{site.newsletter.slug}/paper/{key}/{language}/"


def _web_version(site: Site, language: str) -> str:
    delivery = make_delivery(
        site.newest,
        _reader(site, language),
        status="sent",
        sent_at=timezone.now(),
        edition=edition_for(site.newest.revisions.latest("number"), Wishes(locale=language)),
    )
    return path_to(Purpose.WEB, delivery.pk)


def _data(page: str = "", *, age: timedelta = timedelta(0)) -> Callable[[Site, str], str]:
    return lambda site, language: path_to(Purpose.DATA, _reader(site, language).subscriber_id, age=age) + page


def _change(purpose: Purpose) -> Callable[[Site, str], str]:
    """A change of address that waits for both mailboxes."""

    def path(site: Site, language: str) -> str:
        reader = _reader(site, language).subscriber
        moving.ask(reader, f"a-rather-long-name-{reader.pk}@students.university.example.org", now=timezone.now())
        return path_to(purpose, Move.objects.get(subscriber=reader).pk)

    return path


def _erased(site: Site, language: str) -> str:
    reader = _reader(site, language).subscriber
    erasing.erase(reader, now=timezone.now())
    return path_to(Purpose.DATA, reader.pk)


WAITING: Mapping[str, Any] = {"status": "pending", "confirmed_at": None}
PAGES: Mapping[str, Callable[[Site, str], str]] = {
    "landing": lambda _site, language: f"/?lang={language}",
    "check": lambda site, language: f"/join/{site.newsletter.slug}/check/?lang={language}",
    "archive": lambda site, language: f"/n/{site.newsletter.slug}/?lang={language}",
    "day": lambda site, language: f"/n/{site.newsletter.slug}/{site.newest.day}/{language}/",
    "ask_for_link": lambda _site, language: f"/preferences/?lang={language}",
    "test_mail": lambda _site, language: f"/test/?lang={language}",
    "missing": lambda _site, language: f"/nowhere/?lang={language}",
    "confirm": _of_a_reader(Purpose.CONFIRM, **WAITING),
    "confirmed": _of_a_reader(Purpose.CONFIRM),
    "preferences": _of_a_reader(Purpose.PREFERENCES),
    "preferences_expired": _of_a_reader(Purpose.PREFERENCES, age=timedelta(days=100)),
    "leave": _of_a_reader(Purpose.LEAVE),
    "left": lambda site, language: path_to(
        Purpose.LEAVE, _reader(site, language, status="ended", end_reason="left", ended_at=timezone.now()).pk
    ),
    "ended": lambda site, language: path_to(
        Purpose.LEAVE, _reader(site, language, status="ended", end_reason="bounced", ended_at=timezone.now()).pk
    ),
    "undo": lambda site, language: path_to(
        Purpose.UNDO, _reader(site, language, status="ended", end_reason="left", ended_at=timezone.now()).pk
    ),
    "month": lambda site, language: f"/n/{site.newsletter.slug}/{site.newest.day:%Y-%m}/{language}/",
    "paper": _paper,
    "topic": lambda site, language: f"/n/{site.newsletter.slug}/topic/wind/{language}/",
    "search": _search,
    "embed": lambda site, language: f"/join/{site.newsletter.slug}/embed/?lang={language}",
    "privacy": lambda _site, language: f"/privacy/?lang={language}",
    "ask_for_data": lambda _site, language: f"/data/?lang={language}",
    "data": _data(),
    "data_move": _data("move/"),
    "data_erase": _data("erase/"),
    "data_expired": _data(age=timedelta(days=2)),
    "erased": _erased,
    "move": _change(Purpose.MOVE),
    "arrive": _change(Purpose.ARRIVE),
    "broken_link": lambda _site, language: f"/preferences/nonsense/?lang={language}",
    "web_version": _web_version,
}


def _picture() -> bytes:
    """A plain picture of the size that a source's thumbnail has."""
    file = BytesIO()
    Image.new("RGB", (640, 360), "#E4DDD2").save(file, "JPEG")
    return file.getvalue()
