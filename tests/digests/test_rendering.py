"""digests.rendering: the mail that a reader gets, as it would be looked at."""

import difflib
import os
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digests import fragments, stock
from digests.content import Content, SummaryContent, Words
from digests.links import LEAVE, PREFERENCES, WEB, Pieces, Place, fill
from digests.locales import bcp47, direction
from digests.rendering import render
from digests.selection import EditionKey, Selected, Wishes, edition_key
from tests.digests.looking import LINKS, SITE, TOKENS, Seen, busy_day, day_of, mail, seen
from tests.golden.sample import CONTENT, ENTRIES, LOCALES

GOLDEN = Path(__file__).parent.parent / "golden"
CHOSEN = {"words": ("kitenet", "words"), "topics": frozenset({"wind"}), "most_papers": 3}
GOLDEN_MAILS = [
    *((locale, {"locale": locale, **CHOSEN}) for locale in LOCALES),
    *((f"nothing-{locale}", {"locale": locale, "words": ("zebra",)}) for locale in ("en", "ar")),
]


@pytest.mark.parametrize(("name", "wishes"), GOLDEN_MAILS)
def test_the_mail_looks_as_it_did_when_it_was_last_looked_at(name: str, wishes: dict[str, Any]) -> None:
    rendered = mail(**wishes)

    golden = {
        f"{name}.html": rendered.html.replace("><", ">\n<") + "\n",
        f"{name}.txt": f"Subject: {rendered.subject}\n\n{rendered.text}",
    }

    for file, now in golden.items():
        assert_same(GOLDEN / file, now)


def assert_same(path: Path, now: str) -> None:
    """UPDATE_GOLDEN=1 writes the files anew; look at the difference before it is committed."""
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(now, encoding="utf-8", newline="\n")
    before = path.read_text(encoding="utf-8")
    difference = difflib.unified_diff(before.splitlines(), now.splitlines(), path.name, "now", lineterm="", n=1)
    assert now == before, "\n".join(difference)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_mail_says_its_language_and_direction(locale: str) -> None:
    html = mail(locale=locale).html

    assert f'<html lang="{bcp47(locale)}" dir="{direction(locale)}"' in html
    assert f"text-align:{'right' if locale == 'ar' else 'left'}" in html


def test_a_summary_in_another_language_is_marked_once_and_keeps_its_direction() -> None:
    html = mail(day_of(ENTRIES[1]), locale="ar").html

    assert re.search(r'<div lang="en" dir="ltr"\sstyle="text-align:left">', html)
    assert html.count("الإنجليزية") == 1


def test_a_paper_without_any_summary_says_so() -> None:
    assert "There is no summary of this paper yet." in seen(day_of(ENTRIES[2])).text


def test_votes_are_told_with_their_hour_where_it_is_known() -> None:
    assert "1,234 votes at 06:00 UTC" in seen(day_of(ENTRIES[0])).text
    assert "1 vote · Ada Example" in seen(day_of(ENTRIES[1])).text
    assert "vote" not in seen(day_of(ENTRIES[2])).text
    assert "0 votes" in seen(day_of(ENTRIES[3])).text


def test_three_authors_are_named_and_a_plus_is_nobody() -> None:
    assert "Ada Example, Ben Muster, Cho Sample and others" in seen(day_of(ENTRIES[0])).text
    assert "Ada Example, Ben Muster, Cho Sample and 2 more" in seen(day_of(ENTRIES[1])).text


def test_pictures_come_from_us_with_their_width_and_what_they_show() -> None:
    picture = seen(day_of(ENTRIES[0]))

    assert picture.values("src") == [f"{SITE}/media/images/0123456789abcdef.jpg"]
    assert ("width", "544") in picture.attributes
    assert not picture.values("height")  # some programs would stretch them to it on a narrow screen
    assert picture.values("alt") == ["Picture from the paper: " + ENTRIES[0].title]


@pytest.mark.parametrize("title", ["\\textit{x}", "e\u0301", "\U0001f469\u200d\U0001f52c", "ｶﾞ", "“quoted” — 'so'"])
def test_the_compiler_changes_no_word_of_a_pictures_description(title: str) -> None:
    picture = seen(day_of(replace(ENTRIES[0], title=title)))

    assert picture.values("alt") == [f"Picture from the paper: {title}"]


def test_nothing_is_loaded_from_anyone_else() -> None:
    html = mail().html

    assert all(address.startswith(f"{SITE}/media/") for address in Seen(html).values("src"))
    assert "@import" not in html
    assert "<link" not in html
    assert "url(" not in html


def test_a_reader_who_wants_the_main_point_gets_one() -> None:
    short = seen(day_of(ENTRIES[0]), detail="short").text

    assert "KiteNet steers a kite" in short
    assert "example.org/kites" not in short


def test_a_reader_who_wants_titles_gets_titles() -> None:
    titles = seen(day_of(ENTRIES[0]), detail="titles")

    assert ENTRIES[0].title in titles.text
    assert "steers" not in titles.text
    assert "img" not in titles.tags


def test_every_paper_says_why_it_is_there() -> None:
    page = seen(topics=frozenset({"robots"}), words=("bread",), authors=("nobody",))
    korean = seen(locale="ko", topics=frozenset({"robots"}))

    assert "Because you follow Robots · Summarised by drafter-1" in page.text
    assert "Because it says “Bread” · The authors' abstract" in page.text
    assert seen().text.count("From the day's list") == len(ENTRIES)
    assert "로봇" in korean.text


def test_a_text_mail_says_it_on_a_line_of_its_own() -> None:
    text = mail(day_of(ENTRIES[0], ENTRIES[2]), authors=("ada example",), words=("paper without",)).text

    assert "/project?a=1&b=2\nBecause you follow Ada Example\nSummarised by drafter-1" in text
    assert "no summary of this paper yet.\n\nBecause it says “Paper Without”\n\n\nYou get this" in text


def test_an_edition_from_before_there_were_reasons_gives_none() -> None:
    key = EditionKey(locale="en", selection=(Selected(1, "en", ""),), total=4, detail="full", format="html")

    rendered = render(CONTENT, key, site_url=SITE)

    assert "<p>Summarised by drafter-1" in re.sub(r"<p[^>]*>", "<p>", fill(rendered.html, TOKENS))
    assert "b=2\nSummarised by drafter-1" in fill(rendered.text, TOKENS)


def test_a_paper_is_one_object_whatever_it_is_there_for() -> None:
    content = day_of(ENTRIES[0])
    everything, word, topic = Wishes("en"), Wishes("en", words=("kitenet",)), Wishes("en", topics=frozenset({"robots"}))

    mails = [render(content, edition_key(content, wishes), site_url=SITE) for wishes in (everything, word, topic)]

    for parts in ([one.html for one in mails], [one.text for one in mails]):
        papers = [next(piece for piece in pieces if "2603.00001" in piece) for pieces in parts]
        assert papers[0] is papers[1] is papers[2]


def test_what_was_not_selected_is_named_below_and_linked_to_the_web() -> None:
    some = seen(topics=frozenset({"robots"}))

    assert "1 of 4 papers" in some.text
    assert "Also today On Bread & Attention" in some.text
    assert f"{SITE}/n/daily-papers/2026-03-04/en/#p2" in some.values("href")


def test_seven_papers_have_contents_and_six_have_none() -> None:
    entries = [replace(ENTRIES[1], id=number) for number in range(1, 8)]

    assert "#p7" in seen(day_of(*entries)).values("href")
    assert "In this mail" not in seen(day_of(*entries[:6])).text


def test_the_footer_says_why_and_shows_every_way_out() -> None:
    rendered = mail()

    assert "You get this because you asked for Daily Papers." in Seen(rendered.html).text
    assert "1 Breakfast Lane 10115 Berlin" in Seen(rendered.html).text
    for place in (LEAVE, PREFERENCES, WEB):
        assert LINKS[place] in Seen(rendered.html).values("href")
        assert LINKS[place] in rendered.text
    assert "You get this because you asked for Daily Papers." in rendered.text


def test_a_subject_names_the_first_paper_the_others_and_the_day() -> None:
    assert mail().subject == "KiteNet: Learning to Fly on a $\\textit{Calm}$ Day and 3 more (4 March)"
    assert mail(locale="ko").subject == "연을 띄우는 수요일"
    assert mail(day_of(ENTRIES[1])).subject == "On Bread & Attention (4 March)"


def test_an_editors_subject_in_another_language_is_not_used() -> None:
    assert "연을" not in mail(locale="ja").subject


def test_an_editors_note_in_another_language_is_better_than_none() -> None:
    assert "Two papers today, one breeze." in " ".join(seen(locale="de").text.split()).replace(" ,", ",")


def test_a_reader_of_plain_text_gets_no_html() -> None:
    assert mail(format="text").html == ""
    assert mail(format="text").text == mail().text


def test_lines_of_a_text_mail_are_72_columns_wide_at_most() -> None:
    lines = mail().text.splitlines()

    assert all(len(one) <= 72 or "https://" in one for one in lines)
    assert not any(one != one.rstrip() for one in lines)


def test_a_day_of_68_long_papers_fits_and_says_what_does_not() -> None:
    rendered = mail(busy_day(), locale="ko")
    page = Seen(rendered.html)

    shown = page.tags.count("img")
    assert len(rendered.html.encode()) < 100_000
    assert len(rendered.text.encode()) <= 200_000
    assert 10 < shown < 68
    assert f"이 메일에 싣지 못한 논문 {68 - shown}편" in page.text
    assert all(f"Paper {number:02}" in page.text for number in range(1, 69))
    assert page.text.index("Paper 01") < page.text.index("싣지 못한") < page.text.rindex("Paper 68")


def test_a_paper_that_the_mail_has_no_room_for_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    written, mail_of = list[int](), fragments.mail

    def noted(fragment: fragments.Fragment, reason: str = "") -> str:
        written.append(fragment.entry)
        return mail_of(fragment, reason)

    monkeypatch.setattr(fragments, "mail", noted)
    monkeypatch.setattr(stock, "_stocks", {})
    content = busy_day()

    render(content, edition_key(content, Wishes(locale="ko")), site_url=SITE)

    assert len(written) < 34  # titles alone fill the rest of it


def test_a_mail_can_be_made_without_its_text() -> None:
    key = edition_key(CONTENT, Wishes(locale="en"))
    whole, eyes = (render(CONTENT, key, site_url=SITE, with_text=wanted) for wanted in (True, False))

    assert (eyes.html, eyes.text) == (whole.html, ())


def test_as_many_papers_are_shown_in_full_as_fit() -> None:
    rendered = mail(busy_day(), locale="ko")
    two, one = (len(mail(busy_day(papers), locale="ko").html.encode()) for papers in (2, 1))
    longest = two - one

    assert 100_000 - len(rendered.html.encode()) <= longest


@pytest.mark.parametrize("bomb", ["a" + "\u0301" * 10_000, "\u200b𝄞\u0301" * 1_000, '"' * 9_000, "& " * 3_000])
def test_no_title_makes_a_mail_or_subject_too_long(bomb: str) -> None:
    entries = [replace(ENTRIES[1], id=number, title=f"{number} {bomb}") for number in range(1, 161)]
    rendered = mail(day_of(*entries), most_papers=110)

    assert len(rendered.html.encode()) < 100_000
    assert len(rendered.text.encode()) < 200_000
    assert len(rendered.subject) <= 300
    assert "Leave" in rendered.html


def test_a_mail_too_small_for_all_its_titles_names_ten_in_each_list() -> None:
    entries = [replace(ENTRIES[1], id=number, title=f"Paper {number:03} " + '"' * 900) for number in range(1, 161)]
    page = seen(day_of(*entries), most_papers=110)

    assert [number for number in range(1, 161) if f"Paper {number:03}" in page.text] == [
        *range(1, 11),
        *range(111, 121),
    ]


@pytest.mark.parametrize("bomb", ["- a\n* a\n" * 500, "*a* " * 1_000, "\u200b" * 4_000, "http://a " * 500])
def test_no_note_or_address_makes_a_mail_too_long(bomb: str) -> None:
    content = replace(busy_day(), words={"ko": Words(note=bomb, preheader=bomb)}, postal_address=bomb, name=bomb)
    rendered = mail(content, locale="ko")

    assert len(rendered.html.encode()) < 100_000
    assert len(rendered.text.encode()) < 200_000


def test_a_mail_in_a_language_without_words_of_ours_is_in_the_newsletters_and_says_so() -> None:
    finnish = replace(ENTRIES[0], summaries={"fi": SummaryContent("- Du *vent*.", "human")})
    html = mail(replace(day_of(finnish), default_locale="ko"), locale="fi").html

    assert '<html lang="ko" dir="ltr"' in html
    assert '<div lang="fi" dir="ltr"' in html
    assert "2026년 3월 4일" in html
    assert "/n/daily-papers/2026-03-04/fi/#p1" in html


def test_a_thousand_papers_are_counted() -> None:
    rendered = mail(busy_day(1000), locale="ko")

    assert len(rendered.html.encode()) < 100_000
    assert len(rendered.text.encode()) <= 200_000
    assert "이 메일에 싣지 못한 논문" in rendered.html


def test_what_recurs_in_two_editions_is_one_object_in_both() -> None:
    week = day_of(*(replace(ENTRIES[0], id=number, title=f"Paper {number}") for number in range(1, 21)))
    even, odd, third = (pieces(week, papers) for papers in (range(2, 21, 2), range(1, 20, 2), range(1, 16)))

    known = {id(piece) for piece in (*even, *odd)}

    fresh = [piece for piece in third if id(piece) not in known and type(piece) is not Place]
    assert len(third) > 60
    assert not [piece for piece in fresh if "Paper 1:" in piece or "<table" in piece]
    assert sum(map(len, fresh)) < 500


def test_a_day_with_nothing_is_told_in_a_short_mail() -> None:
    rendered = mail(words=("zebra",))
    page = Seen(rendered.html)

    assert rendered.subject == "Nothing for you this time (4 March)"
    for text in (page.text, " ".join(rendered.text.split())):
        assert "None of the 4 papers of this digest fits what you chose. You asked to be told on such days." in text
        assert "0 of 4 papers" in text
        assert "minute" not in text
        assert "Also today" in text
    assert "#p1" in "".join(page.values("href"))
    assert len(rendered.html.encode()) < 20_000


def test_an_editors_subject_is_for_those_who_get_papers() -> None:
    assert mail(locale="ko", words=("zebra",)).subject != "연을 띄우는 수요일"


def test_a_reader_whose_papers_are_gone_still_gets_a_way_out() -> None:
    gone = EditionKey(locale="en", selection=(Selected(99, "en", ""),), total=4, detail="full", format="html")

    rendered = render(CONTENT, gone, site_url=SITE)

    assert rendered.subject == "Nothing for you this time (4 March)"
    assert LINKS[LEAVE] in fill(rendered.html, TOKENS)
    assert LINKS[LEAVE] in fill(rendered.text, TOKENS)


def pieces(content: Content, papers: Iterable[int]) -> Pieces:
    key = EditionKey(
        locale="en",
        selection=tuple(Selected(paper, "en", "") for paper in papers),
        total=len(content.entries),
        detail="full",
        format="html",
    )
    rendered = render(content, key, site_url=SITE)
    return rendered.html + rendered.text
