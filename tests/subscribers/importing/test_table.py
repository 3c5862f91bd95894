"""A list as records: no line is lost, whatever stands there."""

import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.subscribers.importing import encodings
from newsletter.subscribers.importing.columns import SEPARATORS, layout, person
from newsletter.subscribers.importing.outcomes import Unreadable
from newsletter.subscribers.importing.table import QUOTES, Record, records, text_of

PIECES = st.sampled_from(
    ["email", "bob@example.org", ",", ";", '"', '""', "\n", "\r\n", "\r", "=1+1", "\x00", "é", "김", " ", "a", "\t"]
)


def of(text: str, separator: str = ",") -> list[Record]:
    return list(records(io.StringIO(text, newline=""), separator))


def test_a_line_break_between_quotation_marks_belongs_to_the_record() -> None:
    assert of('email,note\nbob@example.org,"two\nlines"\ncarol@example.org,x\n') == [
        Record(1, 1, ("email", "note")),
        Record(2, 3, ("bob@example.org", "two\nlines")),
        Record(4, 4, ("carol@example.org", "x")),
    ]


def test_a_stray_quotation_mark_swallows_no_line_in_silence() -> None:
    found = of('email,note\nbob@example.org,"oops\ncarol@example.org,"x"\ndora@example.org,y\n')

    assert found[1] == Record(2, 3, (), QUOTES)
    assert found[2] == Record(4, 4, ("dora@example.org", "y"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_system_ends_them(end: str) -> None:
    assert [record.cells for record in of(f"email{end}bob@example.org{end}")] == [("email",), ("bob@example.org",)]


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from(SEPARATORS))
@example('"a\n', ",")
def test_every_line_that_is_not_empty_is_in_a_record_or_the_list_is_refused(text: str, separator: str) -> None:
    lines = io.StringIO(text, newline="").readlines()
    written = {number for number, line in enumerate(lines, 1) if line.strip("\r\n")}

    try:
        found = of(text, separator)
    except Unreadable:
        return

    covered = [line for record in found for line in range(record.first, record.last + 1)]
    assert written <= set(covered)
    assert len(covered) == len(set(covered))


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=40).map(lambda pieces: "".join(pieces).encode())))
def test_whatever_the_file_is_it_is_read_or_refused_in_words(content: bytes) -> None:
    file = io.BytesIO(content)
    try:
        text = text_of(file, encodings.find(file))
        first, *rest = [*records(text, ","), Record(0, 0, ())]
        lay = layout(first.cells, ",", file_name="list.csv")
        said = [person(record, lay, locales=["en"]) for record in rest] if lay else []
    except Unreadable:
        return

    assert all(said)
