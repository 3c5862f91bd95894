"""The drill plays the clock for those who were told to wait for minutes, and for nobody else."""

import os
from datetime import timedelta
from typing import Any, cast

import pytest
from django.utils import timezone

from benchmarks.drill.drilling import Act, _put_off, _turn_clock
from benchmarks.drill.faults import Scene
from newsletter.delivery.models import Delivery
from tests.factories import make_approved, make_delivery

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(os.environ.get("TEST_DATABASE") != "postgres", reason="the drill has PostgreSQL"),
]


def waiting(minutes: float) -> Delivery:
    return make_delivery(make_approved(), ready_at=timezone.now() + timedelta(minutes=minutes))


def turn_clock(*acts: Act) -> None:
    _turn_clock(Scene(*cast(Any, [None] * 4)), acts)


def test_who_was_put_off_for_minutes_has_waited_and_who_for_years_is_reported() -> None:
    soon, never = waiting(5.9), waiting(10 * 365 * 24 * 60)

    turn_clock(Act("answer_4xx", 0, iter(()), next_at=0, is_over=True))

    soon.refresh_from_db()
    never.refresh_from_db()
    assert soon.ready_at < timezone.now() < never.ready_at - timedelta(days=365)
    assert _put_off() == ["1 mails were put off by more than 6 minutes"]


@pytest.mark.parametrize("act", [Act("answer_4xx", 0, iter(()), next_at=0), Act("kill_all", 0, iter(()), next_at=0)])
def test_nobody_is_hurried_while_the_trouble_lasts_or_where_there_was_none(act: Act) -> None:
    soon = waiting(5)

    turn_clock(act)

    before = soon.ready_at
    soon.refresh_from_db()
    assert soon.ready_at == before
    assert _put_off() == []
