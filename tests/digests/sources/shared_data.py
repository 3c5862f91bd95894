"""Real days, for the tests that find them beside the repository."""

import re
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data"
MODEL = FOLDER / "daily_papers_2024-04-05.ko.md"
MARKDOWN = [*FOLDER.glob("daily_papers_*.ko.md"), *sorted((FOLDER / "digests_ko").glob("*.md"))]
DAILY = sorted((FOLDER / "hf_daily").glob("*.json"))


def day_of(path: Path) -> date:
    match = re.search(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", path.name)
    assert match
    return date.fromisoformat(match[0])


def headings(text: str) -> int:
    """Entries, counted without our parser."""
    return len(re.findall(r"^### ", text, re.MULTILINE))


def facts(text: str) -> dict[str, list[str]]:
    """What must not get lost, found without our parser and in any order."""
    authors = re.findall(r"^Authors: (.*)$", text, re.MULTILINE)
    return {
        "titles": sorted(re.findall(r"^### \[(.*)\]\(", text, re.MULTILINE)),
        "addresses": sorted(re.findall(r"^### .*\]\((\S+)\)$", text, re.MULTILINE)),
        "authors": ["".join(re.findall(r"[^,\[\]'\"\s]+", line)) for line in authors],
        "votes": re.findall(r"^Vote: (.*)$", text, re.MULTILINE),
        "bullets": re.findall(r"^\s*(?:[-*•]|[0-9]+\.) .*$", text, re.MULTILINE),
        "images": re.findall(r"^!\[.*\]\((\S+)\)$", text, re.MULTILINE),
        "videos": sorted(set(re.findall(r"[^\s\"'(\]]+\.mp4", text))),
    }
