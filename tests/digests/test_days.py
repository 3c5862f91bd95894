"""digests.days: dates far away are slips of the pen."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from digests.days import day_problem
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
