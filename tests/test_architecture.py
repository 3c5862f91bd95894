"""What the design promises about who imports whom, where import-linter cannot see it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
IMPURE = ("django.db", "celery", "digests.models", "digests.queries")


def modules() -> list[Path]:
    return [
        path
        for folder in ("digests", "newsletter")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def docstring(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text())) or ""


def imported(path: Path) -> set[str]:
    """The full names of all that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def is_impure(name: str) -> bool:
    return name.startswith(IMPURE) or name.endswith((".models", ".queries", ".ledger"))


PURE = [path for path in modules() if "Pure" in docstring(path)]


def test_there_are_pure_modules() -> None:
    assert len(PURE) > 15


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_that_calls_itself_pure_knows_no_database_and_no_worker(path: Path) -> None:
    assert {name for name in imported(path) if is_impure(name)} == set()


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_one_line_that_says_what_lives_there(path: Path) -> None:
    text = path.read_text().strip()

    assert not text or docstring(path)


@pytest.mark.parametrize("name", ["views", "tasks", "_pages"])
def test_views_and_tasks_ask_by_the_names_of_queries(name: str) -> None:
    asking = [
        path
        for path in modules()
        if any(part.endswith(name) for part in path.relative_to(ROOT).with_suffix("").parts)
        and any(word in path.read_text() for word in (".filter(", ".exclude("))
    ]

    assert asking == []
