"""What a source says of one day, whatever its form: every module in this folder makes a Listing. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

ARXIV = re.compile(
    r"https?://(?:(?:www\.|export\.)?arxiv\.org/(?:abs|pdf)|huggingface\.co/papers)/"
    r"(?P<id>[0-9]{4}\.[0-9]{4,5}|[a-z.-]+/[0-9]{7})(?:v[0-9]+)?(?:\.pdf)?\Z",
    re.IGNORECASE,
)
MARKER = re.compile(r"\+[0-9]*\Z")  # stands among authors where names were cut
LONGEST_URL = 1000
LONGEST_KEY = 400


@dataclass(frozen=True, slots=True)
class Media:
    """An image or a video as the source links it. `kind` is "image" or "video"; `url` may be relative."""

    kind: str
    url: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """A paper as one source lists it on one day.

    `line` is where it stands in the source (1-based; for JSON the row). `votes_text` is what stood in the
    place of votes when it was no number. `summary` is Markdown, `abstract` plain text; both may be empty.
    """

    line: int
    url: str
    title: str
    authors: tuple[str, ...] = ()
    votes: int | None = None
    votes_text: str = ""
    media: tuple[Media, ...] = ()
    summary: str = ""
    abstract: str = ""
    published_on: date | None = None
    keywords: tuple[str, ...] = ()
    code_url: str = ""
    project_url: str = ""

    @property
    def key(self) -> str:
        """The Paper's key: `arxiv:2404.03592` for any arXiv address and version, else `url:ADDRESS`."""
        return paper_key(self.url)


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know about one line of the source."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A whole day. `locale` is the language of the summaries; `original` says that they are abstracts.

    `preface` is what stands above the first paper, as Markdown.
    """

    day: date
    locale: str
    papers: tuple[ListedPaper, ...]
    notes: tuple[Note, ...] = ()
    original: bool = False
    preface: str = ""


class BrokenSource(ValueError):
    """The source cannot be read. `str()` is one line that names the place and the cause."""

    def __init__(self, text: str, *, line: int | None = None) -> None:
        super().__init__(text if line is None else f"line {line}: {text}")
        self.text = text
        self.line = line


def paper_key(url: str) -> str:
    """`arxiv:2404.03592` for https://arxiv.org/abs/2404.03592v2 and its kin, else `url:` and the address."""
    match = ARXIV.match(url)
    return f"arxiv:{match['id']}" if match else f"url:{url}"


def persons(authors: Iterable[str]) -> list[str]:
    """The people among listed authors: each once, without the `+` that says that names were cut."""
    return list(dict.fromkeys(name for name in authors if not MARKER.match(name)))


def url_problem(url: str) -> str:
    """What is wrong with a paper's address, in words; nothing if it can be stored and linked."""
    if not re.match(r"https?://[^\s/]", url, re.IGNORECASE) or re.search(r"\s", url):
        return "must be one address that begins with https:// or http://"
    if len(url) > LONGEST_URL or len(paper_key(url)) > LONGEST_KEY:
        return f"is longer than {LONGEST_KEY - len('url:')} characters"
    return ""
