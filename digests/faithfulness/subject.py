"""What a check is given (Subject), what it finds (Found), and what it is (Kind). Pure."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

from digests.bullets import Bullet, bullets

ERROR, WARNING = "error", "warning"  # Finding.Level


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a newsletter's glossary: in papers, as it is wanted, and renderings that are not."""

    newsletter: int
    term: str
    wanted: str
    forbidden: tuple[str, ...]


@dataclass(frozen=True)
class Subject:
    """A summary with all that it is held against. `others` are the paper's summaries in other languages.

    `links` are the paper's addresses that stand beside every summary: its own page, code, project.
    """

    locale: str
    text: str
    title: str = ""
    abstract: str = ""
    others: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    glossary: tuple[Term, ...] = ()

    @cached_property
    def bullets(self) -> tuple[Bullet, ...]:
        return bullets(self.text)

    @cached_property
    def words(self) -> str:
        """What it says, without marks and addresses."""
        return "\n".join(bullet.words for bullet in self.bullets)


@dataclass(frozen=True, slots=True)
class Found:
    """`bullet` is counted from 0, None where it is about the whole; `about` holds JSON values by name."""

    kind: str
    level: str
    bullet: int | None = None
    about: tuple[tuple[str, Any], ...] = field(default=())

    @property
    def detail(self) -> dict[str, Any]:
        return dict(self.about)

    def mark(self, subject: Subject) -> str:
        """Tells whether it is the same finding as before: kind, words of the bullet and detail are. SHA-256 in hex."""
        place = "" if self.bullet is None else subject.bullets[self.bullet].markdown
        said = json.dumps([self.kind, place, self.detail], ensure_ascii=False, sort_keys=True)
        return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Kind:
    """A check: its name in the table, what editors call it, what it does, and how a finding of it reads."""

    name: str
    label: Any  # a str, or one that is translated when it is shown
    check: Callable[[Subject], Iterable[Found]]
    words: Callable[[Mapping[str, Any]], str]
