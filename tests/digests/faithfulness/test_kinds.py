"""What the checks find in a summary, and what they let pass."""

import pytest

from digests.faithfulness import ERROR, KINDS, WARNING, Subject, Term, check, label, words
from digests.faithfulness.name import short_name

ABSTRACT = (
    "We train on two million images and three datasets. Accuracy rises from 51.2% to 54.6%, a 3x speed-up over GPT-4, "
    "with 7B parameters and 0.95 recall. Code is at https://github.com/a/breakfast."
)


def found(
    text: str, locale: str = "ko", *, kind: str = "number", **values: object
) -> list[tuple[str, int | None, str]]:
    """Level, bullet and first word of the detail of what one kind finds."""
    defaults: dict[str, object] = {"title": "Breakfast", "abstract": ABSTRACT}
    subject = Subject(locale=locale, text=text, **defaults | values)  # type: ignore[arg-type]
    return [
        (row.level, row.bullet, str(next(iter(row.detail.values()), ""))) for row in check(subject) if row.kind == kind
    ]


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("ko", "- 200만 장의 이미지와 3개의 데이터셋.\n- 51.2%에서 54.6%로, 3배 빠름.\n- GPT-4보다 70억 매개변수."),
        ("ja", "- 200万枚の画像、54.6%、3倍、70億。"),
        ("zh-hans", "- 200万张图像，准确率从51.2%升至54.6%，提速3倍。"),
        ("de", "- 2 Millionen Bilder, 54,6 % statt 51,2 %, 3-mal so schnell, 7 Milliarden."),
        ("fr", "- 2 000 000 d'images, 54,6 %, 3 fois."),
        ("es", "- 2.000.000 de imágenes, 54,6 %, 3 veces, 7 mil millones."),
        ("pt", "- 2 milhões de imagens, 54,6%, 3 vezes."),
        ("ar", "- ٢ مليون صورة و٥٤٫٦٪ و٣ أضعاف."),
        ("en", "- 95% recall with 7B parameters, in 2024 (see 2404.03592)."),
        ("ko", "1. 1개의 모델.\n2. (1) 먼저, (2) 다음.\n3. 200% 더 빠름."),
    ],
)
def test_a_number_that_the_abstract_has_is_right_in_every_language(locale: str, text: str) -> None:
    assert found(text, locale) == []


@pytest.mark.parametrize(
    ("locale", "text", "number"),
    [
        ("ko", "- 20만 장의 이미지.", "20만"),
        ("ko", "- 54.9%로 오릅니다.", "54.9%"),
        ("ko", "- 54.6배 빠릅니다.", "54.6배"),
        ("ko", "- 30배 빠릅니다.", "30배"),
        ("ko", "- 700억 매개변수.", "700억"),
        ("de", "- 7 Billionen Parameter.", "7 Billionen"),
        ("de", "- 5,46 % mehr.", "5,46 %"),
        ("ja", "- 2万枚の画像。", "2万"),
        ("ar", "- ٤٥٫٦٪ فقط.", "45.6%"),
    ],
)
def test_a_number_that_neither_abstract_nor_title_has_is_an_error(locale: str, text: str, number: str) -> None:
    assert found(text, locale) == [(ERROR, 0, number)]


@pytest.mark.parametrize("text", ["- GPT-5보다 낫습니다.", "- 55%로 오릅니다.", "- 6가지 방법.", "- 54.6%p 오릅니다."])
def test_a_name_a_rounding_a_count_and_points_for_percent_are_worth_a_look(text: str) -> None:
    assert [level for level, *_ in found(text)] == [WARNING]


@pytest.mark.parametrize("text", ["- 7M 매개변수.", "- 7 매개변수.", "- 3만 개의 데이터셋.", "- 100% 더 좋습니다."])
def test_a_number_is_not_right_for_its_digits_alone(text: str) -> None:
    assert len(found(text, abstract="It has three datasets and 7B parameters.")) == 1


def test_a_unit_that_the_abstract_does_not_have_is_worth_a_look() -> None:
    abstract = "It has 62 layers, scores 88.4 on toast, and gains 5.5 points."

    said = [found(f"- {text}.", abstract=abstract) for text in ("62%", "62배", "88.4%", "5.5%", "5.5%p")]

    assert said == [[(WARNING, 0, "62%")], [(WARNING, 0, "62배")], [], [(WARNING, 0, "5.5%")], []]


@pytest.mark.parametrize("text", ["10%에서 20%로", "10~20%", "4배", "두 배, 즉 100%"])
def test_ranges_factors_and_words_have_the_unit_that_they_mean(text: str) -> None:
    abstract = "It gains 10 to 20%, is faster by a factor of 4, and doubles the yield."

    assert found(f"- {text}.", abstract=abstract) == []


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("- GPT-4o와 Qwen2.5-7B.", []),
        ("- qwen 2.5 7B.", []),
        ("- Qwen-7B.", []),
        ("- CIFAR-7.", [WARNING]),
        ("- GPT-2.5.", []),
        ("- GPT-3.", [WARNING]),
    ],
)
def test_a_name_is_looked_for_as_a_whole_and_in_other_spellings(text: str, levels: list[str]) -> None:
    abstract = "We compare GPT4o with Qwen 2.5 (7B) in 7 settings."

    assert [level for level, *_ in found(text, abstract=abstract)] == levels


def test_a_finding_about_a_name_shows_the_name() -> None:
    assert found("- GPT-3.5보다 낫습니다.") == [(WARNING, 0, "GPT-3.5")]


def test_digits_of_a_repository_are_no_numbers() -> None:
    assert found("- [lab-77/kite-net-88](https://github.com/lab-77/kite-net-88) 참고.") == []


def test_what_was_rounded_has_the_same_unit() -> None:
    assert [level for level, *_ in found("- 30%.", abstract="Of 29 tasks.")] == [ERROR]


def test_a_rounding_says_what_was_rounded() -> None:
    assert words("number", {"number": "55%", "near": "54.6"}) == "55% is not in the abstract, which says 54.6."


def test_numbers_are_not_compared_where_there_is_no_abstract_and_those_of_the_title_count() -> None:
    assert found("- 99%.", abstract=" ") == []
    assert found("- 99%.", title="99% of Breakfast") == []


def test_a_finding_stands_at_its_bullet_and_once() -> None:
    assert found("- 좋습니다.\n- 99%와 99%.") == [(ERROR, 1, "99%")]


def test_a_link_of_the_abstract_or_another_language_is_missed() -> None:
    text, others = "- 좋습니다.", ("- See [page](https://breakfast.example/toast).",)

    missing = {address for *_, address in found(text, kind="link", others=others)}

    assert missing == {"https://github.com/a/breakfast", "https://breakfast.example/toast"}


@pytest.mark.parametrize(
    "text",
    [
        "- [코드](http://www.github.com/a/breakfast/)",
        "- https://github.com/a/breakfast에서",
        "- https://github.com/a/breakfast.git",
    ],
)
def test_another_spelling_of_a_link_is_the_link(text: str) -> None:
    assert found(text, kind="link") == []


def test_a_link_that_stands_beside_every_summary_is_not_lost() -> None:
    assert found("- 좋습니다.", kind="link", links=("https://github.com/a/breakfast/",)) == []


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("InstructVid: Teaching Models", "InstructVid"),
        ("Mamba: Linear-Time Modeling", "Mamba"),
        ("SeaLLMs 3: Open Models", "SeaLLMs 3"),
        ("RALL-E: Robust Codec", "RALL-E"),
        ("Survey: What We Know", ""),
        ("Training LLMs: A Guide", ""),
        ("Red Teaming GPT-4V: Are We Safe?", ""),
        ("Looking Backward: Streaming", ""),
        ("No colon", ""),
        ("Is It So?: Yes", ""),
        (":", ""),
    ],
)
def test_the_name_before_a_colon_is_known_where_it_is_one(title: str, name: str) -> None:
    assert short_name(title) == name


def test_the_papers_name_is_missed_however_it_is_spelled() -> None:
    title = "Break-Fast2: Toast"

    assert found("- 모델을 소개합니다.", kind="name", title=title) == [(WARNING, None, "Break-Fast2")]
    assert found("- BreakFast 2를 소개합니다.", kind="name", title=title) == []


def test_a_forbidden_rendering_is_an_error_where_the_paper_has_the_term() -> None:
    terms = (Term(1, "representation", "표현", ("대표성",)), Term(1, "image", "이미지", ("이미지 그림",)))
    text = "- 대표성을 배웁니다."

    said = found(text, kind="term", glossary=terms, abstract="It learns Representations of an image.")

    assert said == [(ERROR, 0, "1")]
    assert found(text, kind="term", glossary=terms) == []
    assert found(text, kind="term", glossary=terms, abstract="") == said


def test_the_wanted_rendering_is_no_fault_though_the_forbidden_one_stands_in_it() -> None:
    terms = (Term(1, "image", "Bildmaterial", ("Bild",)), Term(1, "train", "점군", ("점",)))

    assert found("- Viel Bildmaterial und Bildung.", "de", kind="term", glossary=terms) == []
    assert len(found("- Ein Bild.", "de", kind="term", glossary=terms)) == 1
    assert found("- 점군.", kind="term", glossary=terms) == []


@pytest.mark.parametrize("text", ["-", "- <EOS>", "- https://a.b/c", "- N/A", "**Breakfast of Champions**"])
def test_a_summary_that_says_nothing_is_an_error(text: str) -> None:
    assert found(text, kind="silence", title="Breakfast of Champions") == [(ERROR, None, "")]


@pytest.mark.parametrize(("letter", "fitting"), [("a ", 310), ("가 ", 210), ("漢", 240)])
def test_each_script_has_its_length(letter: str, fitting: int) -> None:
    short, long = (letter * fitting).strip(), (letter * (fitting * 4 // 3)).strip()

    assert found(f"- {short}\n- 좋습니다.", kind="length") == []
    assert [bullet for _level, bullet, _percent in found(f"- {long}\n- 좋습니다.", kind="length")] == [0]


def test_every_kind_has_a_label_and_words_and_an_unknown_one_its_name() -> None:
    detail = {"number": "1", "near": "", "address": "a", "name": "n", "wanted": "w", "term": "t", "rendering": "r"}

    assert all(label(kind.name) and words(kind.name, {**detail, "percent": 5}) for kind in KINDS)
    assert (label("gone"), words("gone", {})) == ("gone", "")
