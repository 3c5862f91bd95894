"""requirements.txt, by which the product is installed, names all that it imports."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
# A process in which only what requirements.txt names can be imported, as after `make demo`'s install.
BARE = """
import sys
from importlib.abc import MetaPathFinder
from importlib.metadata import packages_distributions

named = set(sys.argv[1].split())
of = {module: {name.lower().replace("_", "-") for name in names} for module, names in packages_distributions().items()}

class Bare(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        module = name.partition(".")[0]
        if module in of and not of[module] & named:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None

sys.meta_path.insert(0, Bare())
import django
django.setup()
import newsletter.urls, newsletter.wsgi, newsletter.postbox.doors, newsletter.postbox.anymail
print("ready")
"""


def imported(*names: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BARE, " ".join(names)],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def pinned() -> list[str]:
    return [name.lower().replace("_", "-") for name in PINNED.findall((ROOT / "requirements.txt").read_text())]


def test_the_product_starts_with_what_is_pinned_alone() -> None:
    done = imported(*pinned())

    assert done.stdout == "ready\n", done.stderr


@pytest.mark.parametrize("name", ["celery", "packaging"])
def test_what_is_not_pinned_would_be_missed(name: str) -> None:
    done = imported(*[one for one in pinned() if one != name])

    assert f"No module named '{name}'" in done.stderr
