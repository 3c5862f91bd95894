"""The programs that some tests need: what is missing is said, and one that cannot be had does not stop the others."""

import os
import subprocess
from pathlib import Path
from shutil import which

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with the only programs that there are: what the script itself needs, and a java as macOS has it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bash", "dirname"):
        (folder / name).symlink_to(str(which(name)))
    put(folder, "java", "echo Unable to locate a Java Runtime >&2; exit 1")
    return folder


def put(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!{which('bash')}\n{script}\n")
    path.chmod(0o755)


def tools(machine: Path, *arguments: str) -> str:
    """What the script says; it never fails."""
    environment = {name: value for name, value in os.environ.items() if name != "CHROMIUM"} | {"PATH": str(machine)}
    done = subprocess.run(
        ["bash", ROOT / ".ci" / "tools", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def test_what_is_missing_is_named_with_the_line_that_installs_it(machine: Path) -> None:
    said = tools(machine, "--say")

    assert "NOT RUN: browser tests (Chromium)\n" in said
    assert "NOT RUN: valid HTML (Java)\n" in said
    assert "apt-get install chromium fonts-noto-cjk fonts-noto-core spamassassin default-jre-headless" in said


def test_what_cannot_be_installed_does_not_stop_the_others(machine: Path, tmp_path: Path) -> None:
    put(machine, "id", "echo 0")
    put(machine, "grep", "exit 0")
    put(machine, "apt-get", f'echo "$@" >> {tmp_path}/asked; case "$*" in *chromium*) exit 100;; esac')

    tools(machine)

    asked = (tmp_path / "asked").read_text().splitlines()
    installed = [line.rpartition("Timeout=30 ")[2] for line in asked if line.startswith("install")]
    assert installed[:3] == ["chromium fonts-noto-cjk fonts-noto-core", "spamassassin", "default-jre-headless"]


def test_nobody_but_root_installs_anything(machine: Path, tmp_path: Path) -> None:
    put(machine, "id", "echo 1000")
    put(machine, "grep", "exit 0")
    put(machine, "apt-get", f"echo x >> {tmp_path}/asked")

    assert tools(machine) == ""
    assert not (tmp_path / "asked").exists()
