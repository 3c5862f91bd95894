"""digests.days: dates far away are slips of the pen."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from digests.days import day_problem, name, named
from digests.models import Digest
from tests.factories import make_newsletter

FAR = [date.min, date(1999, 12, 31), date(2101, 1, 1), date.max]


@pytest.mark.parametrize("day", FAR)
def test_a_day_far_away_is_a_problem(day: date) -> None:
    assert day_problem(day) == f"the day {day} is not between 2000-01-01 and 2100-12-31"


@pytest.mark.parametrize("day", [date(2000, 1, 1), date(2026, 4, 7), date(2100, 12, 31)])
def test_a_day_of_this_century_is_none(day: date) -> None:
    assert day_problem(day) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("day", FAR)
def test_no_form_takes_a_digest_of_a_day_far_away(day: date) -> None:
    with pytest.raises(ValidationError, match="A day from 2000 to 2100"):
        Digest(newsletter=make_newsletter(), day=day).full_clean()


@pytest.mark.parametrize(
    ("kind", "slug", "called"),
    [
        ("daily", "", "2026-04-07"),
        ("weekly", "", "2026-04-07-weekly"),
        ("special", "best-of-2026", "2026-04-07-best-of-2026"),
        ("special", "2", "2026-04-07-2"),
        ("special", "weekly-best", "2026-04-07-weekly-best"),
    ],
)
def test_a_digest_has_one_name_in_addresses(kind: str, slug: str, called: str) -> None:
    assert name(date(2026, 4, 7), kind, slug) == called
    assert named(called) == (date(2026, 4, 7), kind, slug)


@pytest.mark.parametrize(
    "text",
    [
        *("20260407", "2026-4-7", "2026-04-07-", "2026-04-07-daily", "2026-04-07-special", "-weekly", ""),
        *("2026-04-07best", "2026-04-07-best of", "2026-04-07-höhe", "2026-04-07-" + 51 * "a", "2026-W15-2-x"),
    ],
)
def test_another_spelling_of_a_digest_is_none(text: str) -> None:
    assert named(text) is None


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["daily", "weekly", "special"])
def test_no_special_issue_is_called_as_another_digest_is(slug: str) -> None:
    with pytest.raises(ValidationError, match="Addresses of other digests"):
        Digest(newsletter=make_newsletter(), day=date(2026, 4, 7), kind="special", slug=slug).full_clean()
