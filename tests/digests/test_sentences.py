"""Where the sentences of an abstract end."""

import pytest

from digests.sentences import sentences


@pytest.mark.parametrize(
    "said",
    [
        ["It gains 1.5% vs. 3.2% in Fig. 3.", "It is done."],
        ["We follow Smith et al. (2020) and use e.g. GPT-4.", "Fine."],
        ["As shown by Doe et al.", "We go on."],
        ["It has, i.e. Version 2.0, cf. Table 3, approx. 5 layers.", "So?", "Yes!"],
        ["Let $f(x) = 1. Then$ hold.", "It holds."],
        ["J. Doe showed it.", "See https://a.b/c.", "Done"],
        ['It is "good."', "(We agree.)", "Then 3 more came."],
        ["文は終わる。", "次の文。"],
        ["Code: github.com/a/b.", "Llama 3.1 is better."],
        ["It works with models, data, etc. and more.", "However, not always."],
    ],
)
def test_a_sentence_ends_where_a_reader_would_say_so(said: list[str]) -> None:
    assert [sentence.text for sentence in sentences(" ".join(said))] == said


def test_a_sentence_knows_where_it_stands_in_a_text_with_hard_line_ends() -> None:
    text = "  We present\n  a model.\n\nIt works.\n"

    found = sentences(text)

    assert [sentence.text for sentence in found] == ["We present a model.", "It works."]
    assert [text[sentence.start : sentence.end] for sentence in found] == ["We present\n  a model.", "It works."]


@pytest.mark.parametrize("text", ["", " \n ", "...", "$" * 5000, "a." * 5000, "." * 20_000])
def test_what_is_no_prose_ends_soon(text: str) -> None:
    assert len(sentences(text)) <= 1
