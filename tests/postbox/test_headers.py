"""The headers of a digest say what it is and how to leave; a letter's say that a machine wrote it."""

from datetime import UTC, date, datetime

from newsletter.postbox.headers import digest_headers, letter_headers, reader_headers
from newsletter.postbox.skeleton import as_bytes
from tests.postbox.makers import make_message


def headers(**values: object) -> dict[str, str]:
    defaults: dict[str, object] = {
        "delivery": 17,
        "newsletter_slug": "daily-papers",
        "newsletter_name": "Daily Papers",
        "day": date(2026, 4, 7),
        "site_host": "papers.example.org",
        "locale": "zh-hans",
        "leave_url": "https://papers.example.org/leave/TOKEN/",
    }
    values = defaults | values
    common = {name: values[name] for name in ("newsletter_slug", "newsletter_name", "day", "site_host", "locale")}
    names = ("delivery", "newsletter_slug", "day", "site_host", "leave_url", "leave_mail")
    own = {name: values[name] for name in names if name in values}
    return dict(digest_headers(**common)) | reader_headers(**own)  # type: ignore[arg-type]  # one dict for all kinds of value


def test_a_digest_can_be_left_with_one_click() -> None:
    found = headers()

    assert found == {
        "Message-ID": "<d17.20260407.daily-papers@papers.example.org>",
        "List-Id": '"Daily Papers" <daily-papers.papers.example.org>',
        "List-Unsubscribe": "<https://papers.example.org/leave/TOKEN/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Feedback-ID": "20260407:daily-papers:digest:papers-example-",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "zh-Hans",
    }


def test_where_mail_is_read_a_digest_can_be_left_by_mail_as_well() -> None:
    found = headers(leave_mail="leave+s17-02@papers.example.org")

    assert found["List-Unsubscribe"] == (
        "<https://papers.example.org/leave/TOKEN/>, <mailto:leave+s17-02@papers.example.org?subject=leave>"
    )
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_name_in_another_script_or_with_quotes_breaks_no_header() -> None:
    names = ["오늘의 논문", 'The "Daily" \\ Papers', "a\r\nBcc: x@example.net", ""]

    found = [headers(newsletter_name=name)["List-Id"] for name in names]

    assert found[1] == '"The Daily  Papers" <daily-papers.papers.example.org>'
    assert [found[0], found[2], found[3]] == ["<daily-papers.papers.example.org>"] * 3


def test_headers_go_into_a_mail_as_they_are() -> None:
    mail = as_bytes(make_message(headers=headers()))

    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in mail


def test_a_letter_belongs_to_no_list() -> None:
    found = letter_headers(
        letter=3, created_at=datetime(2026, 4, 7, 6, 5, 4, tzinfo=UTC), site_host="papers.example.org", locale="ko"
    )

    assert found == {
        "Message-ID": "<l3.20260407060504@papers.example.org>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "ko",
    }
