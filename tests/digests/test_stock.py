"""digests.stock: what mails have in common is kept, in bounds, and never for the wrong digest."""

import gc
import tracemalloc
from dataclasses import replace

import pytest

from digests import stock
from digests.content import Content, SummaryContent, from_json
from digests.selection import Wishes, edition_key
from digests.stock import Stock
from tests.digests.looking import SITE, at_once, busy_day, day_of, mail
from tests.golden.sample import CONTENT, ENTRIES


@pytest.fixture(autouse=True)
def _empty() -> None:
    stock._stocks.clear()


def of(content: Content, locale: str = "en") -> Stock:
    return stock.stock(content, edition_key(content, Wishes(locale=locale)), site_url=SITE)


def test_mails_of_one_language_and_detail_share_a_stock() -> None:
    assert of(CONTENT) is of(CONTENT)
    assert of(CONTENT) is not of(CONTENT, "ko")


def test_a_content_that_is_read_once_more_finds_the_stock_of_the_first() -> None:
    again = from_json(CONTENT.as_json())

    first = of(CONTENT)

    assert of(again) is first
    assert of(again) is first


def test_a_corrected_content_gets_a_stock_of_its_own() -> None:
    corrected = replace(CONTENT, name="Corrected Papers")

    before, after = mail(CONTENT).html, mail(corrected).html

    assert "Corrected Papers" not in before
    assert "Corrected Papers" in after


def test_threads_that_share_the_stocks_never_get_another_digests() -> None:
    days = [replace(CONTENT, name=name).as_json() for name in ("One", "Two", "Three")]

    def look(seed: int) -> None:
        for turn in range(150):
            content = from_json(days[(seed + turn) % len(days)])  # each has an id that was another's before
            assert of(content).content.name == content.name

    at_once(look)

    assert len(stock._stocks) == len(days)
    assert all(mark[0] == id(one.content) for mark, one in stock._stocks.items())


def test_readers_of_five_hundred_words_share_every_paper() -> None:
    words = [f"word{number}" for number in range(500)]
    summaries = {"en": SummaryContent(" ".join(words), "human")}
    content = day_of(*(replace(ENTRIES[0], id=number, summaries=summaries) for number in range(1, 4)))

    reasons = {mail(content, words=(word,)).text.partition("says “")[2].partition("”")[0] for word in words}

    kept = of(content)
    assert reasons == set(words)
    assert len(kept.fragments) == len(kept.html.papers) == len(kept.text.papers) == 3


def test_what_is_kept_never_takes_more_than_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock, "STOCKS_KEPT", 700_000)
    for papers in range(20, 26):
        assert "Paper 01" in mail(busy_day(papers), locale="ko").html

    assert 0 < len(stock._stocks) < 6
    assert stock._size(list(stock._stocks.values())) <= 700_000


def test_what_a_stock_says_it_takes_is_what_it_takes() -> None:
    content = busy_day(30)
    mail(content, locale="ko")
    stock._stocks.clear()
    gc.collect()

    tracemalloc.start()
    mail(content, locale="ko")
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    assert of(content, "ko").size == pytest.approx(taken, rel=0.25)
