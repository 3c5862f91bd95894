"""digests.matching: what a reader follows is found as people write it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests import matching
from digests.content import Content, EntryContent, SummaryContent
from digests.matching import Matches, author_key, matches_of, places
from digests.terms import normal, runs
from tests.digests.looking import day_of


def saying(*texts: str) -> Content:
    """A digest of papers that say these things in a summary, each under a title of its own."""
    return day_of(
        *(
            EntryContent(
                id=number, paper=number, title="Untitled", url="", summaries={"en": SummaryContent(text, "human")}
            )
            for number, text in enumerate(texts, 1)
        )
    )


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("모델", "큰 언어모델을 배웁니다"),
        ("언어 모델", "- **언어 모델**은 큽니다"),
        ("kitenet", "KiteNet은 바람만으로 납니다"),
        ("gpt 4", "We compare with GPT-4."),
        ("GPT-4", "GPT-4를 씁니다"),
        ("größe", "Die GROSSE Frage"),
        ("学习", "大规模机器学习方法"),
        ("拡散モデル", "新しい拡散モデルを提案"),
        ("نموذج", "نَمُوذَج سريع"),
        ("calm", "a $\\textit{Calm}$ day"),
        ("state of the art", "the State-of-the-art\nmethod"),
        ("c", "in C++"),
        ("델", "언어모델을"),
    ],
)
def test_a_word_is_found_as_people_write_it(term: str, text: str) -> None:
    assert Matches(saying("nothing of it", text)).word(term) == 0b10


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("kite", "kites and KiteNet"),
        ("art", "a part of Arthur"),
        ("fly kites", "kites fly"),
        ("fly kites", "butterfly kites fly"),
        ("나무", "하나 무엇"),
        ("모델링", "모델"),
        ("net모", "net 또 모델"),
        ("", "anything"),
        (" -+ ", "-+"),
        ("a" * 1_000, "a" * 999),
    ],
)
def test_what_only_looks_alike_is_not_found(term: str, text: str) -> None:
    assert Matches(saying(text)).word(term) == 0


def test_a_word_is_looked_for_in_title_key_words_and_every_summary() -> None:
    titled = EntryContent(id=1, paper=1, title="Kites", url="")
    keyed = EntryContent(id=2, paper=2, title="-", url="", keywords=("a kite", "kites"))
    summaries = {"en": SummaryContent("-", "human"), "de": SummaryContent("Kites", "human")}
    said = EntryContent(id=3, paper=3, title="-", url="", summaries=summaries)

    assert Matches(day_of(titled, keyed, said)).word("kites") == 0b111


def test_a_phrase_does_not_reach_from_one_text_into_the_next() -> None:
    entry = EntryContent(id=1, paper=1, title="About large", url="", keywords=("kites",))

    assert Matches(day_of(entry)).word("large kites") == 0


@pytest.mark.parametrize("name", ["Yann LeCun", "LeCun, Yann", "yann lecun", "Yann A. LeCun", "ＹＡＮＮ LeCun"])
def test_an_author_is_known_by_any_spelling_of_the_name(name: str) -> None:
    entry = EntryContent(id=1, paper=1, title="-", url="", authors=("Ada Example", "Yann LeCun", "+"))

    assert Matches(day_of(entry)).author(name) == 1


@pytest.mark.parametrize("name", ["Yann", "LeCun", "", "+", "Yann LeCun Junior"])
def test_half_a_name_is_nobody(name: str) -> None:
    entry = EntryContent(id=1, paper=1, title="-", url="", authors=("Yann LeCun", "+", "Y. L."))

    assert Matches(day_of(entry)).author(name) == 0


@pytest.mark.parametrize(
    ("term", "text", "spelled"),
    [
        ("gpt 4", "We use **GPT-4** here", "GPT-4"),
        ("모델", "언어모델을", "모델"),
        ("kitenet은", "KiteNet은", "KiteNet은"),
        ("fly kites", "to fly \n Kites.", "fly Kites"),
        ("groesse", "nothing", ""),
        ("uber alles", "Straße ÜBER alles", "ÜBER alles"),
        ("fly kites", "fly\x00kites", "flykites"),
        ("a b", "a" + "-" * 99 + "b", ""),
    ],
)
def test_a_word_is_given_back_as_the_paper_writes_it(term: str, text: str, spelled: str) -> None:
    found = Matches(saying(text))

    assert found.spelling(term, 0) == spelled


WORDS = st.lists(st.sampled_from(["Kite", "net", "모델", "을", "ab-c", "ß", "学习", "é", "\n", "$", "4"]), max_size=8)


@given(st.lists(WORDS, max_size=5), WORDS, st.sampled_from(["", " "]))
def test_masks_agree_with_looking_at_each_paper(papers: list[list[str]], term: list[str], between: str) -> None:
    content = saying(*(between.join(words) for words in papers))
    wanted = between.join(term)

    found = list(places(Matches(content).word(wanted)))

    assert found == [place for place, entry in enumerate(content.entries) if says(entry, wanted)]
    assert all(normal(Matches(content).spelling(wanted, place)) or len(wanted) > 40 for place in found)


def says(entry: EntryContent, wanted: str) -> bool:
    """Letter by letter: the run that the term begins and the one that it ends are whole words but in CJK."""
    term, said = runs(normal(wanted)), runs(normal(entry.summaries["en"].text))
    if not term:
        return False
    for start in range(len(said) - len(term) + 1):
        window = said[start : start + len(term)]
        if len(term) == 1:
            fits = term[0] in window[0] if not term[0].isascii() else term[0] == window[0]
        else:
            first = window[0].endswith(term[0]) if not term[0].isascii() else window[0] == term[0]
            last = window[-1].startswith(term[-1]) if not term[-1].isascii() else window[-1] == term[-1]
            fits = first and last and window[1:-1] == term[1:-1]
        if fits:
            return True
    return False


def test_what_is_known_of_a_content_is_kept_for_a_few_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "MATCHES_KEPT", 2)
    one, two, three = (replace(saying("kite"), name=name) for name in ("One", "Two", "Three"))

    kept = [matches_of(content) for content in (one, two, one, three)]

    assert kept[0] is kept[2] is matches_of(one)
    assert len(matching._kept) == 2
    assert matches_of(two) is not kept[1]


def test_a_name_without_full_words_is_known_by_its_initials() -> None:
    assert author_key("A. B. Cee") == author_key("B Cee, A") == "a b cee"
