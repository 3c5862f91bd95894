"""digests.dialect: what is emphasis to the writer, and what is a product or a name."""

import pytest

from digests.markup import html, plain

AS_WRITTEN = [
    "5*3*2=30",
    "2*x + 3*y",
    "a_b_c snake_case __init__",
    "__name__ is __main__",
    "f(*args, **kwargs)",
    "a*b*c",
]


@pytest.mark.parametrize("written", AS_WRITTEN)
def test_products_and_names_stay_as_they_are_written(written: str) -> None:
    assert html(written) == f"<p>{written}</p>"
    assert plain(written) == written


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('**"인용"**입니다', "<strong>&quot;인용&quot;</strong>입니다"),
        ("**다중 크리틱 아키텍처(Multi-Critic)**를 쓴다", "<strong>다중 크리틱 아키텍처(Multi-Critic)</strong>를 쓴다"),
        ("これは**「強調」**です。", "これは<strong>「強調」</strong>です。"),
        ("这是**“重点”**内容", "这是<strong>“重点”</strong>内容"),
        ("값은*(가)*이다", "값은<em>(가)</em>이다"),
        ("**KiteNet**은 _바람_ 만", "<strong>KiteNet</strong>은 <em>바람</em> 만"),
        ("a *word*, **two** and ***three***.", "<em>word</em>, <strong>two</strong> and <em><strong>three"),
    ],
)
def test_what_is_meant_as_emphasis_is_emphasis(written: str, shown: str) -> None:
    assert shown in html(written)


def test_lines_of_a_table_stay_lines() -> None:
    table = "Results:\n| a | b |\n|---|---|\n| 1 | 2 |\nand so on\nto the end"

    assert plain(table) == "Results:\n| a | b |\n|---|---|\n| 1 | 2 |\nand so on to the end"
    assert html(table).count("<br />") == 4
