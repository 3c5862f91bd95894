"""What every test can ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import SettingsWrapper


@pytest.fixture(autouse=True)
def var_folder(settings: SettingsWrapper, tmp_path: Path) -> Iterator[Path]:
    """Each test has run-time files of its own: images, the file postbox, the journal."""
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.JOURNAL_DIR = tmp_path / "journal"
    settings.POSTBOX_URL = f"file://{tmp_path / 'outbox'}"
    yield tmp_path
