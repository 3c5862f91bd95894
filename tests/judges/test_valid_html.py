"""Pages are valid HTML and style sheets valid CSS, as the Nu HTML checker (vnu) reads them."""

import json
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.reading import PAGES, make_site
from tests.tools import not_run, program

VNU = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
JAVA = "apt-get install default-jre-headless"
FOLDERS = ("newsletter/static", "digests/static")  # of the sheets that readers get
# Newer than the checker: each is a refinement that older browsers pass over.
UNKNOWN_CSS = ("word-break", "text-wrap", "“auto-phrase”", "field-sizing")


def judged(paths: list[Path]) -> list[str]:
    """What vnu says of the files, a line each."""
    java = program("java", install=JAVA)
    if subprocess.run([java, "-version"], capture_output=True, timeout=60, check=False).returncode != 0:
        not_run("java", JAVA)  # macOS has a program of this name that only says where to get one
    if not VNU.exists():
        not_run("vnu", "npm ci --prefix tests/judges")
    options = ("--format", "json", "--stdout", "--exit-zero-always", "--also-check-css")
    command = [java, "-Xss4m", "-jar", str(VNU), *options]
    done = subprocess.run([*command, *map(str, paths)], capture_output=True, timeout=120, check=False)
    said = json.loads(done.stdout)["messages"]  # Java itself speaks on stderr: "Picked up JAVA_TOOL_OPTIONS: ..."
    return [
        f"{Path(one.get('url', '')).name}:{one.get('lastLine')} {one['message']} {one.get('extract', '')[:200]!r}"
        for one in said
        if one["type"] != "info" or one.get("subType") == "warning"
    ]


@pytest.mark.django_db
def test_every_page_is_valid(tmp_path: Path) -> None:
    site = make_site(settings.SITE_URL)
    client = Client()
    paths = []
    for language in ("en", "ar"):
        for name, path in PAGES.items():
            page = client.get(path(site, language), follow=True)
            paths.append(tmp_path / f"{name}.{language}.html")
            paths[-1].write_bytes(page.content)

    assert judged(paths) == []


def test_every_style_sheet_is_valid() -> None:
    sheets = [sheet for folder in FOLDERS for sheet in sorted((settings.BASE_DIR / folder).glob("*.css"))]
    assert len(sheets) > 5

    found = [line for line in judged(sheets) if not any(word in line for word in UNKNOWN_CSS)]

    assert found == []


def test_the_judge_hears(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<!doctype html><html lang="en"><title>x</title><p><div></p>')

    assert judged([page]) != []
