"""Programs that some tests need and that no wheel brings. Where one is missing, the tests say so and how to get it."""

import os
import shutil
from typing import NoReturn

import pytest


def program(*names: str, install: str) -> str:
    """The path of the first of these programs that is here; else the test is not run, and says what to install."""
    found = next(filter(None, map(shutil.which, names)), None)
    return found or not_run(names[0], install)


def not_run(what: str, install: str) -> NoReturn:
    """The test is skipped; with NEED_TOOLS=1, as in CI, it fails: nothing goes green by skipping."""
    if os.environ.get("NEED_TOOLS") == "1":
        pytest.fail(f"{what} is missing: {install}", pytrace=False)
    pytest.skip(f"not run, {what} is missing: {install}")
