"""Two newsletters, the one that Bob has a role in and another."""

import pytest

from digests.models import Newsletter
from tests.staff.pages import make_issue


@pytest.fixture
def a() -> Newsletter:
    return make_issue("News A")


@pytest.fixture
def b() -> Newsletter:
    return make_issue("News B")
