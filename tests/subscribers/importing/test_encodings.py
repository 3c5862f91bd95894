"""In which encoding a list is written."""

import io

import pytest

from newsletter.subscribers.importing import encodings
from newsletter.subscribers.importing.table import text_of

WESTERN = "email,name\n" + "andre@example.fr,André Lefèvre de François\nmuller@example.de,Jörg Müller-Größe\n" * 3
KOREAN = "email,name\n" + "kim@example.kr,김철수\nlee@example.kr,이영희 (서울)\n" * 3
JAPANESE = "email,name\n" + "yamada@example.jp,山田太郎\nsato@example.jp,さとう・ミカ\n" * 3


@pytest.mark.parametrize(
    ("text", "written_in"),
    [
        *((text, name) for text in (WESTERN, KOREAN, JAPANESE) for name in ("utf-8", "utf-8-sig", "utf-16")),
        *((text, name) for text in (WESTERN, KOREAN, JAPANESE) for name in ("utf-16-le", "utf-16-be")),
        (WESTERN, "cp1252"),
        (KOREAN, "cp949"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "cp932"),
        ("email\nbob@example.org\n", "ascii"),
    ],
)
def test_names_are_read_as_they_were_written(text: str, written_in: str) -> None:
    file = io.BytesIO(text.encode(written_in))

    assert text_of(file, encodings.find(file)).read() == text


def test_half_a_file_that_ends_within_a_character_is_still_utf_8() -> None:
    file = io.BytesIO(KOREAN.encode()[:-3])

    assert encodings.find(file) == "utf-8"


def test_a_stray_octet_in_a_long_list_does_not_turn_the_other_names_into_noise() -> None:
    file = io.BytesIO((KOREAN * 10).encode() + b"x@example.org,\xff\n")

    assert encodings.find(file) == "utf-8"
