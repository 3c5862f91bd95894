"""Rows of Hugging Face daily papers as their address gives them, in our own words."""

from typing import Any

BESIDE = ("thumbnail", "mediaUrls", "mediaUrl", "title")


def row(number: int = 1, *, day: str | None = "2026-03-02", **changes: Any) -> dict[str, Any]:
    """A row; `changes` go into its paper, or beside it for the names that stand there."""
    outer: dict[str, Any] = {
        name: changes.pop(name) for name in ("thumbnail", "mediaUrls", "mediaUrl", "title") if name in changes
    }
    paper: dict[str, Any] = {
        "id": f"2603.{number:05}",
        "title": f"Paper\n  {number}",
        "summary": f"We study {number}\nthings.\n\nAnd more.",
        "upvotes": number * 3,
        "publishedAt": "2026-03-01T00:00:00.000Z",
        "authors": [
            {"name": "Ada  Lovelace", "hidden": False, "user": {"fullname": "ada", "avatarUrl": "/avatars/1.svg"}},
            {"name": "Hidden Person", "hidden": True},
        ],
        "submittedOnDailyBy": {"fullname": "Nobody's Business"},
    }
    if day:
        paper["submittedOnDailyAt"] = f"{day}T00:00:00.000Z"
    defaults: dict[str, Any] = {
        "title": f"Paper\n  {number}",
        "publishedAt": "2026-03-01T18:00:00.000Z",
        "numComments": 0,
        "thumbnail": f"https://cards.example/{number}.png",
        "submittedBy": {"fullname": "Nobody's Business"},
    }
    return {**defaults, **outer, "paper": {**paper, **changes}}
