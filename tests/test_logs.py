"""Tokens of readers' links stand in no line of the log."""

import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from newsletter.logs import WithoutTokens
from newsletter.subscribers import membership
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.tokens import Purpose, door
from tests.factories import make_subscription
from tests.subscribers.pages import chosen, link

pytestmark = pytest.mark.django_db


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What a handler like the site's own writes: same formatter, same filters, beside the others."""
    lines = StringIO()
    handler = logging.StreamHandler(lines)
    site: dict[str, Any] = settings.LOGGING
    line = site["formatters"]["line"]
    handler.setFormatter(logging.Formatter(line["format"], style=line["style"]))
    for name in site["handlers"]["stderr"]["filters"]:
        assert site["filters"][name]["()"] == f"{WithoutTokens.__module__}.{WithoutTokens.__name__}"
        handler.addFilter(WithoutTokens())
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


def token_of(path: str) -> str:
    return path.strip("/").split("/")[1]


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_page_that_is_not_there_is_logged_without_its_token(log: StringIO, purpose: Purpose) -> None:
    path = link(purpose, make_subscription())

    Client().get(f"{path}nothing/")

    assert f"/{door(purpose).name.lower()}/…" in log.getvalue()
    assert token_of(path) not in log.getvalue()


def test_a_slip_and_a_wrong_method_are_logged_without_the_token(log: StringIO) -> None:
    path = link(Purpose.PREFERENCES, make_subscription())

    answers = [Client().post(path, chosen(hour="25")), Client().delete(path)]

    assert [answer.status_code for answer in answers] == [422, 405]
    assert log.getvalue().count("/preferences/…") == 2
    assert token_of(path) not in log.getvalue()


def test_a_crash_is_logged_with_its_traceback_and_without_the_token(
    log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = link(Purpose.LEAVE, make_subscription())

    def crash(*_args: object, **_values: object) -> None:
        raise RuntimeError(f"no way to {path}")

    monkeypatch.setattr(membership, "leave", crash)
    Client(raise_request_exception=False).post(path)

    assert "RuntimeError: no way to /leave/…" in log.getvalue()
    assert token_of(path) not in log.getvalue()
    assert Subscription.objects.get().status == "active"


def test_other_paths_are_logged_as_they_are(log: StringIO) -> None:
    Client().get("/join/nobody/?next=100%25")

    assert "/join/nobody/" in log.getvalue()


@pytest.mark.parametrize("name", ["django", "django.server"])
def test_no_handler_of_django_writes_beside_ours(name: str) -> None:
    logger = logging.getLogger(name)

    assert logger.propagate
    assert not any(isinstance(handler, logging.StreamHandler) for handler in logger.handlers)
