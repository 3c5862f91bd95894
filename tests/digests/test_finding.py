"""What somebody typed, as each database asks for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.finding import MOST, asked, fts5, tsquery
from digests.terms import cut


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Kites", "'kites':*"),
        ("Größere Kites", "'grossere' & 'kites':*"),
        ("a b", "'a' & 'b'"),
        ("모델", "'모델':*"),
        ("모델을 학습", "'모델':* & '델을':* & '학습':*"),
        ("学", "'学':*"),
        ("GPT-4o's", "'gpt' & '4o' & 's'"),
        ("", ""),
        ("&|!", ""),
    ],
)
def test_terms_are_asked_for(typed: str, said: str) -> None:
    assert tsquery(asked(typed)) == said
    assert fts5(asked(typed)) == said.replace(" & ", " ").replace("'", '"').replace(":*", "*")


@given(st.text())
def test_nothing_but_our_own_signs_reaches_a_database(typed: str) -> None:
    terms = asked(typed)

    assert len(terms) <= MOST
    assert all(term.token and not set(term.token) & set("\"'\\*:&|!() \x00") for term in terms)


@given(st.text(max_size=60))
def test_a_text_is_found_by_all_of_its_own_words(text: str) -> None:
    tokens = cut(text)

    for term in asked(text):
        assert any(token.startswith(term.token) if term.is_beginning else token == term.token for token in tokens)
