"""What tests of the postbox share."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.sinks import SmtpSink


@pytest.fixture
def sink(settings: Settings) -> Iterator[SmtpSink]:
    """A mail server, which POSTBOX_URL names."""
    with SmtpSink() as server:
        settings.POSTBOX_URL = server.url
        yield server
