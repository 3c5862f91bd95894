"""Digest Markdown: nothing that a file says is lost, and what is odd is named."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digests import days
from digests.sources.digest_markdown import read, write
from digests.sources.listing import BrokenSource, ListedPaper, Listing, Media
from tests.digests.sources.days import HEADING, day, entry, lines_of
from tests.digests.sources.shared_data import MARKDOWN, MODEL, facts, headings


def only(text: str) -> ListedPaper:
    (paper,) = read(text, locale="ko").papers
    return paper


def test_a_plain_day_is_read_and_written_back_byte_for_byte() -> None:
    text = day()

    listing = read(text, locale="ko")

    first, second = listing.papers
    assert (listing.day, listing.locale, listing.notes) == (date(2025, 3, 14), "ko", ())
    assert (first.title, first.key, first.votes) == ("Paper number 1", "arxiv:2503.00001", 10)
    assert first.authors == ("Ada Lovelace", "Author 1")
    assert first.media == (Media("image", "https://pictures.example/1.png"),)
    assert first.summary == "- It finds 1 things.\n- It measures them."
    assert second.line == text.split("\n").index("### [Paper number 2](https://arxiv.org/abs/2503.00002)") + 1
    assert write(listing) == text


@pytest.mark.parametrize(
    "title",
    [
        "Why [MASK] Matters",
        "[Re] A Study",
        "M$^{2}$: $\\alpha$ \\textit{and} more",
        "A](b) c",
        "{{ x }} <b> & co",
        "[a",
    ],
)
def test_a_title_may_hold_brackets_and_latex(title: str) -> None:
    text = day(entry(1, "Vote: 1", "- Words.", title=title))

    assert only(text).title == title
    assert write(read(text, locale="ko")) == text


@pytest.mark.parametrize(
    ("line", "media"),
    [
        ("![](/avatars/1f.svg)", [Media("image", "/avatars/1f.svg")]),
        ("![a plot](plots/a_(1).png)", [Media("image", "plots/a_(1).png", "a plot")]),
        ("![](a.gif) ![two](b.webp)", [Media("image", "a.gif"), Media("image", "b.webp", "two")]),
        ("[Watch Video](https://v.example/a.mp4)", [Media("video", "https://v.example/a.mp4")]),
        ("[Watch Video]https://v.example/a.mp4", [Media("video", "https://v.example/a.mp4")]),
        ("<video src='a.mp4'></video>", [Media("video", "a.mp4")]),
        ('<div><video controls src="a.mp4" muted="false"></video></div>', [Media("video", "a.mp4")]),
        ('[Watch Video]a.mp4\n<div><video src="a.mp4"></video></div>', [Media("video", "a.mp4")]),
        ('[Watch Video](a.mp4)\n<video src="b.mp4"></video>', [Media("video", "a.mp4"), Media("video", "b.mp4")]),
    ],
)
def test_every_kind_of_picture_and_video_is_read_and_comes_out_again(line: str, media: list[Media]) -> None:
    text = day(entry(1, line, "- Words."))

    written = write(read(text, locale="ko"))

    assert list(only(text).media) == media
    assert list(only(written).media) == media
    assert only(written).summary == "- Words."


def test_head_lines_may_stand_in_any_order_with_and_without_blank_lines() -> None:
    text = f"{HEADING}\n### [T](https://arxiv.org/abs/2503.00001)\nAuthors: A B\n![](x.png)\nVote: 7\n- One.\n\n\n"

    paper = only(text)

    assert (paper.authors, paper.votes, paper.media) == (("A B",), 7, (Media("image", "x.png"),))
    assert paper.summary == "- One."


@pytest.mark.parametrize(
    ("line", "votes", "text", "noted"),
    [
        ("Vote: 12", 12, "", False),
        ("Vote: -", None, "-", False),
        ("Vote: many", None, "many", True),
        ("Vote: 12345678901", None, "12345678901", True),
        ("votes:3", 3, "", False),
    ],
)
def test_votes_that_are_no_number_survive(line: str, votes: int | None, text: str, noted: bool) -> None:
    source = day(entry(1, line, "- Words."))

    paper = only(source)

    assert (paper.votes, paper.votes_text) == (votes, text)
    assert bool(read(source, locale="ko").notes) is noted
    assert only(write(read(source, locale="ko"))) == paper


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ann Lee, Bo", ["Ann Lee", "Bo"]),
        ("Ann Lee,  Bo ,", ["Ann Lee", "Bo"]),
        ("['Ann Lee', \"Bo O'Hara\"]", ["Ann Lee", "Bo O'Hara"]),
        ("['Lee, Ann', 'Bo']", ["Lee, Ann", "Bo"]),
        ("['Back\\\\slash']", ["Back\\slash"]),
        ("+, Ann, Bo, Bo", ["+", "Ann", "Bo", "Bo"]),
        ("[Ann", ["[Ann"]),
    ],
)
def test_authors_are_read_as_text_and_as_a_python_list(line: str, names: list[str]) -> None:
    text = day(entry(1, f"Authors: {line}", "- Words."))

    assert list(only(text).authors) == names
    assert list(only(write(read(text, locale="ko"))).authors) == names


@pytest.mark.parametrize(
    "summary",
    [
        "- One. \n- Two.  ",
        "- One.\n  - Inner.\n\n    1. Numbered.\n- Two.",
        "A bare paragraph.\n\n* A star.\n• A dot.\n1. A number.",
        "    - Indented at the start.",
        "- ***What's New***: `code`, $x_1$, <EOS>, ~2~, https://a.example/x에서",
        "- One.\nVote: 3\nAuthors: nobody\n![](late.png)",
    ],
)
def test_a_summary_stays_as_it_was_written(summary: str) -> None:
    text = day(entry(1, "Vote: 1", "Authors: A", summary), entry(2))

    listing = read(text, locale="ko")

    assert listing.papers[0].summary == summary
    assert write(listing) == text


def test_a_head_line_within_a_summary_is_named() -> None:
    text = day(entry(1, "Vote: 1", "- One.", "Vote: 3"))

    (note,) = read(text, locale="ko").notes

    assert note.line == lines_of(text, ["Vote: 3"])[0]
    assert "Vote: 3" in note.text


def test_an_entry_that_follows_a_bullet_at_once_is_another_entry() -> None:
    text = day(entry(1)).rstrip("\n") + "\n" + entry(2) + "\n\n"

    assert [paper.key for paper in read(text, locale="ko").papers] == ["arxiv:2503.00001", "arxiv:2503.00002"]


def test_a_second_heading_of_the_same_day_goes_on_and_is_named() -> None:
    text = day(entry(1), HEADING, entry(2))

    listing = read(text, locale="ko")

    assert len(listing.papers) == 2
    assert [note.line for note in listing.notes] == [lines_of(text, [HEADING])[1]]
    assert HEADING not in listing.papers[0].summary


def test_another_wording_of_the_heading_is_taken_and_named() -> None:
    listing = read(day(heading="## Papers of the day (2025-03-14)"), locale="ko")

    assert listing.day == date(2025, 3, 14)
    assert [(note.line, "Papers of the day" in note.text) for note in listing.notes] == [(1, True)]


def test_a_paper_that_is_listed_twice_keeps_both_texts_and_all_media() -> None:
    again = "### [Paper, other words](https://arxiv.org/abs/2503.00001v2)\n\n![](b.png)\n\nVote: 99\n\n- Second text."
    text = day(entry(1), entry(2), again)

    first, second = (listing := read(text, locale="ko")).papers

    assert first.summary == "- It finds 1 things.\n- It measures them.\n\n- Second text."
    assert [medium.url for medium in first.media] == ["https://pictures.example/1.png", "b.png"]
    assert (first.votes, second.votes) == (10, 20)
    said = " ".join(note.text for note in listing.notes)
    assert {note.line for note in listing.notes} == {lines_of(text, ["other words"])[0]}
    assert "other words" in said
    assert "Vote: 99" in said


def test_text_above_the_first_paper_is_kept_and_text_above_the_heading_is_named() -> None:
    text = "layout: post\n" + day("Vote: for what you like.\n\nThree papers on sleep.", entry(1))

    listing = read(text, locale="ko")

    assert listing.preface == "Vote: for what you like.\n\nThree papers on sleep."
    assert [note.line for note in listing.notes] == [1, 4]
    assert "layout: post" in listing.notes[0].text
    assert read(write(listing), locale="ko").preface == listing.preface


@pytest.mark.parametrize("line_break", ["\r\n", "\r"])
def test_a_file_from_another_machine_is_read_with_a_note(line_break: str) -> None:
    text = "\ufeff" + day().replace("\n", line_break)

    listing = read(text, locale="ko")

    assert write(listing) == day()
    assert [note.line for note in listing.notes] == [1, 1]


def test_a_paper_without_a_summary_is_named_and_stays() -> None:
    text = day(entry(1), entry(2, "Vote: 5"))

    listing = read(text, locale="ko")

    assert [note.line for note in listing.notes] == [listing.papers[1].line]
    assert write(listing) == text


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "no heading"),
        ("\n\nJust a note.\n", 1, "no heading"),
        (entry(1) + "\n\n", 1, "before any heading"),
        (day(heading="## Daily Papers (2025-02-30)"), 1, "2025-02-30 is no date"),
        (f"{HEADING}\n\nNothing today.\n", 3, "no paper"),
        (day(entry(1), "### No link here", "- Words."), 14, "### [title](address)"),
        (day(entry(1), "### [No end](https://arxiv.org/abs/1", "- Words."), 14, "### [title](address)"),
        (day(entry(1), "### [Script](javascript:alert)", "- Words."), 14, "https://"),
        (day(entry(1), "### [Spaces](https://a.example/b c)", "- Words."), 14, "https://"),
        (day(entry(1), f"### [Long](https://a.example/{'x' * 400})", "- Words."), 14, "longer"),
        (day(entry(1), "### [ ](https://a.example/b)", "- Words."), 14, "title is empty"),
        (day(entry(1), "## Daily Papers (2025-03-15)", entry(2)), 14, "second day"),
        (day(entry(1)).replace("measures", "mea\x00sures"), 12, "U+0000"),
        (day(entry(1)).replace("measures", "mea\x1bsures"), 12, "U+001B"),
        (day(entry(1))[:-20], 12, "cut off"),
        (day(entry(1), entry(2, "Vote: 5"))[:-1], 16, "cut off"),
        (day(entry(1), entry(2))[:150], 9, "cut off"),
    ],
)
def test_what_is_no_digest_or_cut_off_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(BrokenSource) as caught:
        read(text, locale="ko")

    assert caught.value.line == line
    assert words in caught.value.text
    assert "\n" not in str(caught.value)


def test_an_editors_text_that_looks_like_an_entry_comes_back_as_text() -> None:
    hostile = "Vote: 3\r\n### [No](https://a.example/)\n## Daily Papers (2020-01-01)\n\\### escaped\n### \x0bend"
    paper = ListedPaper(1, "https://arxiv.org/abs/2503.00001", "Two\nlines", summary=hostile)

    written = write(Listing(date(2025, 3, 14), "ko", (paper,)))

    back = only(written)
    assert back.title == "Two lines"
    assert back.summary == hostile.replace("\r\n", "\n").replace("\x0b", " ")


words = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff"), max_size=20)
titles = words.map(str.strip).filter(bool)
names = words.map(lambda text: " ".join(text.split())).filter(bool)
addresses = st.from_regex(r"[a-zA-Z0-9./_~%&=+-]{1,20}", fullmatch=True)
images = st.builds(Media, st.just("image"), addresses, st.from_regex(r"[a-zA-Z0-9 가-힣.,]{0,10}", fullmatch=True))
videos = st.builds(Media, st.just("video"), addresses)
media = st.lists(images | videos, max_size=3, unique_by=lambda medium: (medium.kind, medium.url)).map(tuple)
hostile_lines = st.sampled_from(
    ["### [x](https://a.example)", "###", "## D (2025-01-01)", "Vote: 3", "Authors: a", "![](x)", "\\### a", "- a ", ""]
)


def outer_blank_lines_off(text: str) -> str:
    lines = text.split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return "\n".join(lines)


texts = st.lists(words | hostile_lines, max_size=6).map("\n".join).map(outer_blank_lines_off)


@st.composite
def listings(draw: st.DrawFn) -> Listing:
    numbers = draw(st.lists(st.integers(1, 99_999), min_size=1, max_size=4, unique=True))
    papers = []
    for number in numbers:
        votes = draw(st.none() | st.integers(0, 999_999_999))
        papers.append(
            ListedPaper(
                line=0,
                url=f"https://arxiv.org/abs/2503.{number:05}",
                title=draw(titles),
                authors=tuple(draw(st.lists(names, max_size=4))),
                votes=votes,
                votes_text="" if votes is not None else draw(st.sampled_from(["", "-", "a few"])),
                media=draw(media),
                summary=draw(texts),
            )
        )
    return Listing(draw(st.dates(days.FIRST, days.LAST)), "ko", tuple(papers), preface=draw(texts))


def without_places(listing: Listing) -> tuple[object, ...]:
    papers = [
        (paper.url, paper.title, paper.authors, paper.votes, paper.votes_text, paper.media, paper.summary)
        for paper in listing.papers
    ]
    return listing.day, papers, listing.preface


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine makes a listing in a second
@given(listings())
def test_what_is_written_is_read_back_the_same(listing: Listing) -> None:
    back = read(write(listing), locale="ko")

    assert without_places(back) == without_places(listing)


@given(st.lists(words | hostile_lines | st.just(HEADING) | st.just(entry(1)), max_size=12))
def test_any_text_is_refused_or_stable_after_one_round(lines: list[str]) -> None:
    text = f"{HEADING}\n\n{entry(7)}\n\n" + "\n".join(lines) + "\n\n"

    try:
        written = write(read(text, locale="ko"))
    except BrokenSource:
        return

    assert write(read(written, locale="ko")) == written
    assert headings(written) >= 1


@pytest.mark.parametrize("far", ["9999-12-31", "2101-01-01", "1999-12-31", "0001-01-01"])
def test_a_day_far_away_is_refused_with_its_line(far: str) -> None:
    text = "\n" + day(heading=f"## Daily Papers ({far})")

    with pytest.raises(BrokenSource, match=f"line 2: the day {far} is not between 2000-01-01 and 2100-12-31"):
        read(text, locale="ko")


def test_a_file_that_ends_unlike_ours_is_asked_whether_it_is_whole() -> None:
    whole, cut = day(), day().rstrip("\n") + "\n"

    (note,) = read(cut, locale="ko").notes

    assert (note.line, note.text) == (cut.count("\n"), "the file does not end with an empty line; is it cut off?")
    assert read(whole, locale="ko").notes == ()


@pytest.mark.parametrize("piece", ["![](", "[", "<video src='", "'a', ", "\\", "](", "(2025-01-01) ", "Authors: ["])
def test_a_line_of_half_a_million_characters_does_not_hold_us_up(piece: str) -> None:
    long = piece * (500_000 // len(piece))
    text = day(entry(1, long, "- Words."), entry(2, f"Authors: [{long}]", f"![{long}](x)"))

    listing = read(text, locale="ko")

    assert len(listing.papers) == 2


@pytest.mark.skipif(not MODEL.exists(), reason="the real days are not here")
def test_the_model_day_comes_out_byte_for_byte() -> None:
    data = MODEL.read_bytes()

    assert write(read(data.decode(), locale="ko")).encode() == data


@pytest.mark.skipif(not MODEL.exists(), reason="the real days are not here")
@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: path.name)
def test_no_real_day_loses_anything(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    listing = read(text, locale="ko")

    written = write(listing)
    assert len(listing.papers) == headings(text)
    assert facts(written) == facts(text)
    assert write(read(written, locale="ko")) == written
