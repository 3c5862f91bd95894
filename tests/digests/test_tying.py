"""Which sentence a bullet tells of."""

from digests.tying import tie

SENTENCES = [
    "Large language models (LLMs) are slow.",
    "We present Zamba, a 7B model trained on 1T tokens.",
    "It combines a Mamba backbone with shared attention.",
    "LLMs profit: it is three times faster on MTEB.",
]


def test_numbers_names_and_latin_words_lead_to_the_sentence() -> None:
    bullets = ["Zamba는 70억 매개변수 모델입니다.", "Mamba 구조를 씁니다.", "MTEB에서 3배 빠릅니다."]

    assert tie(bullets, SENTENCES, "ko") == [1, 2, 3]


def test_a_bullet_without_any_has_no_sentence() -> None:
    assert tie(["더 좋습니다.", "Zamba."], SENTENCES, "ko") == [None, 1]


def test_between_equals_the_place_decides_and_a_word_of_many_sentences_finds_nothing() -> None:
    sentences = ["LLMs fail.", "Other.", "More.", "Else.", "LLMs win."]

    assert tie(["LLM 하나.", "둘.", "LLM 셋."], sentences, "ko") == [0, None, 4]
    assert tie(["LLM."], ["LLMs."] * 9, "ko") == [None]


def test_in_english_words_lead_there() -> None:
    assert tie(["A Mamba backbone shares attention."], SENTENCES, "en") == [2]


def test_the_english_summary_leads_there_where_it_has_as_many_bullets() -> None:
    bullets, english = (
        ["느립니다.", "더 좋습니다."],
        ["Large models are slow.", "It combines attention with a backbone."],
    )

    assert tie(bullets, SENTENCES, "ko") == [None, None]
    assert tie(bullets, SENTENCES, "ko", english=english) == [0, 2]
    assert tie(bullets, SENTENCES, "ko", english=english[:1]) == [None, None]


def test_nothing_is_tied_to_nothing() -> None:
    assert tie([], SENTENCES, "ko") == []
    assert tie(["Zamba"], [], "ko") == [None]
