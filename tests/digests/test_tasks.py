"""What workers do for the digests."""

import json
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from digests.models import Digest, Source
from digests.tasks import import_daily_sources
from newsletter.celery import app
from tests.digests.sources.rows import row
from tests.digests.sources.web import Play, served
from tests.factories import make_newsletter


@pytest.fixture
def no_broker() -> Iterator[None]:
    before = app.conf.task_always_eager
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = before


@pytest.mark.django_db
def test_every_enabled_source_is_imported_and_one_that_fails_stops_no_other(
    settings: Settings, no_broker: None
) -> None:
    for enabled in (True, True, False):
        Source.objects.create(newsletter=make_newsletter(), kind="hf_daily", enabled=enabled)

    with served([Play(500), Play(body=json.dumps([row(1, day=None)]).encode())]) as web:
        settings.HF_DAILY_URL = web.url
        import_daily_sources()

    first, second, third = Source.objects.order_by("pk")
    assert Digest.objects.get().newsletter == second.newsletter
    assert first.last_error
    assert second.last_success_at
    assert third.last_success_at is None
    assert len(web.paths) == 2
