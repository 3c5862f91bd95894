"""A topic's terms are looked for as whole words."""

import pytest

from digests.topics import fits


@pytest.mark.parametrize(
    ("terms", "text", "found"),
    [
        (["agent"], "An Agent plans", True),
        (["agent"], "Reagents", False),
        (["agent"], "agents", False),
        (["language model"], "a language\n  model.", True),
        (["C++", "x"], "in C++, fast", True),
        (["4D"], "(4d)", True),
        (["에이전트"], "새 에이전트 연구", True),
        ([".*"], "anything", False),
        ([" ", ""], "anything", False),
        ([], "anything", False),
    ],
)
def test_a_term_stands_in_a_text_as_whole_words(terms: list[str], text: str, *, found: bool) -> None:
    assert fits(terms, text) is found
