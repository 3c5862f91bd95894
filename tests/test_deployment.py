"""The product as an operator starts it: production settings, in a process of its own."""

import os
import re
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from newsletter.environment import NAMES
from newsletter.feedback.webhooks import patterns

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
    "PRIVACY_CONTACT": "privacy@papers.example.org",
}


def manage(*arguments: str, var: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**kept, **environment, "VAR_DIR": str(var)},
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
        ({"POSTBOX_URL": "smtp://mail.example.org?timeout=0"}, "timeout of smtp:// must be 1 to 110"),
        ({"POSTBOX_URL": "anymail+nobody://:key@"}, "paperboy.E003"),
        ({"DEMO": "1"}, "paperboy.E002"),
        ({"PRIVACY_CONTACT": ""}, "paperboy.W006"),
        ({"PRIVACY_CONTACT": "the office"}, "PRIVACY_CONTACT must look like"),
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


def example(*, optional: bool) -> dict[str, str]:
    """The values of .env.example; with the optional ones, those that stand behind a #."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    found = [re.fullmatch(r"(# )?([A-Z_]+)=(\S*)", line) for line in lines]
    return {row[2]: row[3] for row in found if row and (optional or not row[1])}


def test_the_example_of_the_environment_can_be_used_as_it_is(tmp_path: Path) -> None:
    done = manage("check", var=tmp_path, **example(optional=False))

    assert done.returncode == 0, done.stderr


def test_every_optional_value_of_the_example_makes_sense(tmp_path: Path) -> None:
    values = example(optional=True) | {"SITE_URL": "http://127.0.0.1:8000"}

    done = manage("check", var=tmp_path, **values)

    assert done.returncode == 0, done.stderr


def test_what_is_set_to_nothing_is_not_set(tmp_path: Path) -> None:
    nothing = dict.fromkeys(example(optional=True), "")

    done = manage("check", var=tmp_path, **nothing)

    assert done.returncode == 0, done.stderr


def test_the_example_names_every_value() -> None:
    assert {name for name in example(optional=True) if not name.startswith("ANYMAIL_")} == NAMES


@pytest.mark.django_db
def test_the_example_names_every_key_that_reports_are_refused_without(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": "hook:tests-only"}
    secret = b64encode(b"hook:tests-only").decode()
    client = Client(raise_request_exception=False, headers={"authorization": f"Basic {secret}"})

    for report in patterns():
        address = "/hooks/" + str(report.pattern).replace("^", "").replace("(_mime)?/$", "/")
        assert client.post(address, {}, content_type="application/json").status_code != 404

    asked = {f"ANYMAIL_{name}" for name in re.findall(r"You must set ANYMAIL = {'(\w+)'", caplog.text)}
    assert asked == {name for name in example(optional=True) if name.startswith("ANYMAIL_")}
