"""The suite runs on the database it was told to run on."""

import os

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_suite_runs_on_the_database_that_was_asked_for() -> None:
    wanted = "postgresql" if os.environ.get("TEST_DATABASE") == "postgres" else "sqlite"

    assert connection.vendor == wanted
