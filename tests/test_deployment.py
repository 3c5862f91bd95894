"""The product as an operator starts it: production settings, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PRODUCTION = {
    "SITE_URL": "https://papers.example.org",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "LINK_KEYS": "1:0123456789abcdef0123456789abcdef",
    "SUPPRESSION_KEY": "0123456789abcdef0123456789abcdef",
    "DATABASE_URL": "postgres://paperboy:secret@127.0.0.1:1/paperboy",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "POSTBOX_URL": "smtp+tls://user:secret@smtp.example.org:587",
    "WEBHOOK_SECRET": "hook:0123456789",
}


def manage(*arguments: str, var: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**kept, "VAR_DIR": str(var), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_production_settings_pass_the_deployment_checks(tmp_path: Path) -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", var=tmp_path, **PRODUCTION)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"SECRET_KEY": "", "LINK_KEYS": ""}, "paperboy.E001"),
        ({"SITE_URL": "http://127.0.0.1:8000"}, "paperboy.W002"),
        ({"POSTBOX_URL": "file:///tmp/outbox"}, "paperboy.W003"),
        ({"DEMO": "1"}, "paperboy.E002"),
        ({"DATABASE_URL": "mysql://root@localhost/x"}, "DATABASE_URL must begin with"),
        ({"SITE_URL": "papers.example.org"}, "SITE_URL must look like"),
        ({"LINK_KEYS": "1:short"}, "LINK_KEYS must be"),
    ],
)
def test_a_setting_that_would_hurt_later_is_named_at_the_start(
    tmp_path: Path, changed: dict[str, str], told: str
) -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", var=tmp_path, **PRODUCTION | changed)

    assert done.returncode != 0
    assert told in done.stderr


def test_static_files_can_be_collected(tmp_path: Path) -> None:
    done = manage("collectstatic", "--no-input", "--dry-run", var=tmp_path, **PRODUCTION)

    assert done.returncode == 0, done.stderr


def test_without_any_environment_secrets_are_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first = manage("shell", "-c", "from django.conf import settings; print(settings.SECRET_KEY)", var=tmp_path)
    second = manage("shell", "-c", "from django.conf import settings; print(settings.SECRET_KEY)", var=tmp_path)

    assert first.stdout.splitlines()[-1] == second.stdout.splitlines()[-1] != ""
    assert (tmp_path / "keys" / "secret_key").stat().st_mode & 0o077 == 0
