"""Days of digest Markdown in our own words, for tests."""

from collections.abc import Sequence

HEADING = "## Daily Papers (2025-03-14)"


def entry(number: int = 1, *lines: str, title: str = "") -> str:
    """An entry of arXiv's paper 2503.0000N, with head and bullets as given, else with a plain head and two bullets."""
    head = f"### [{title or f'Paper number {number}'}](https://arxiv.org/abs/2503.{number:05})"
    plain = (
        f"![](https://pictures.example/{number}.png)",
        f"Vote: {number * 10}",
        f"Authors: Ada Lovelace, Author {number}",
        f"- It finds {number} things.\n- It measures them.",
    )
    return "\n\n".join([head, *(lines or plain)])


def day(*entries: str, heading: str = HEADING) -> str:
    """A file in canonical form."""
    return "".join(f"{part}\n\n" for part in (heading, *(entries or (entry(1), entry(2)))))


def lines_of(text: str, words: Sequence[str]) -> list[int]:
    """On which lines (1-based) one of the words stands."""
    return [number for number, line in enumerate(text.split("\n"), 1) if any(word in line for word in words)]
