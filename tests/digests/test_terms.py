"""digests.terms: two spellings of a word are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.terms import LONGEST, cut, normal, sought

WORDS = st.text(st.sampled_from("aÄéß ﬁ²_-+이가モガｶﾞ学习.ًا\u0640\u200d") | st.characters(), max_size=40)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Größe", "grosse"),
        ("GPT-4,  Llama_3", "gpt 4 llama 3"),
        ("Café\u0301 Ĺukasz", "cafe lukasz"),
        ("ＦＵＬＬ ｶﾞｷﾞ", "full ガギ"),
        ("が\u3000か", "が か"),
        ("모델\u200b을", "모델을"),
        ("\u1106\u1169\u1103\u1166\u11af", "모델"),
        ("النَّمُوذَج الأسرع", "النموذج الاسرع"),
        ("هـــا", "ها"),
        ("soft\u00adware", "software"),
        ("ภาษาไทย หนังสือ", "ภาษาไทย หนังสือ"),
        ("$\\textit{Calm}$ 1\ufe0f\u20e3 \U0001f9ea", "textit calm 1"),
        ("++ — \x00 \ud800", ""),
    ],
)
def test_case_accents_width_and_signs_do_not_count(text: str, folded: str) -> None:
    assert normal(text) == folded


@given(WORDS)
def test_what_is_normal_stays_as_it_is(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Learning to fly", ["learning", "to", "fly"]),
        ("언어 모델을", ["언어", "어", "모델", "델을", "을"]),
        ("KiteNet은", ["kitenet", "은"]),
        ("大规模学习", ["大规", "规模", "模学", "学习", "习"]),
        ("a" * 99, ["a" * LONGEST]),
        ("", []),
    ],
)
def test_text_is_cut_where_a_reader_may_begin_to_look(text: str, tokens: list[str]) -> None:
    assert cut(text) == tokens


@pytest.mark.parametrize(
    ("wished", "said"),
    [
        ("모델", "언어모델을 배웁니다"),
        ("을", "모델을"),
        ("학습", "기계 학습"),
        ("Kite net", "the kite-net"),
        ("学习", "大规模学习"),
    ],
)
def test_what_stands_in_a_text_is_among_its_tokens(wished: str, said: str) -> None:
    assert all(any(token.startswith(one) for token in cut(said)) for one in sought(wished))


@given(WORDS)
def test_a_text_has_all_that_is_sought_of_itself(text: str) -> None:
    assert set(sought(text)) <= {*cut(text)}
    assert all(0 < len(token) <= LONGEST and " " not in token for token in cut(text))
