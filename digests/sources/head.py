"""The head lines of a Markdown entry (title, media, votes, authors): how they are read and written. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from digests.sources.listing import Media

LONGEST_MEDIA_LINE = 4000  # characters; what is longer is text
VOTE = re.compile(r"votes?:(?P<votes>.*)\Z", re.IGNORECASE)
NUMBER = re.compile(r"[0-9]{1,9}\Z")
AUTHORS = re.compile(r"authors?:(?P<names>.*)\Z", re.IGNORECASE)
IMAGE = re.compile(r"!\[(?P<alt>[^\[\]]*)\]\((?P<url>[^()\s]+)\)")
ONE_IMAGE = re.compile(r"!\[(?P<alt>(?:(?!!\[|\]\().)*)\]\((?P<url>\S+)\)\Z")
WATCH = re.compile(r"\[watch video\](?:\((?P<linked>\S+)\)|(?P<bare>[^\s(]\S*))\Z", re.IGNORECASE)
VIDEO = re.compile(
    r"(?:<div[^<>]*>\s*)?<video(?:\s[^<>]*?)?\ssrc=(?P<quote>[\"'])(?P<url>[^\"'<>\s]+)(?P=quote)[^<>]*>"
    r"\s*(?:</video>)?\s*(?:</div>)?\Z",
    re.IGNORECASE,
)
QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")


@dataclass(slots=True)
class Head:
    """What the head lines of one entry have said so far."""

    media: list[Media] = field(default_factory=list)
    votes: int | None = None
    votes_text: str = ""
    has_votes: bool = False
    authors: tuple[str, ...] = ()
    has_authors: bool = False
    remarks: list[tuple[int, str]] = field(default_factory=list)

    def take(self, line: str, number: int) -> bool:
        """Whether `line` is a head line; its facts are ours then. A second Vote or Authors line is text."""
        text = line.strip()
        return self._take_media(text) or self._take_votes(text, number) or self._take_authors(text, number)

    def _take_media(self, text: str) -> bool:
        found = media_of(text)
        for medium in found:
            if medium.kind == "image" or medium not in self.media:  # the link and the player are one video
                self.media.append(medium)
        return bool(found)

    def _take_votes(self, text: str, number: int) -> bool:
        match = VOTE.match(text)
        if not match or self.has_votes:
            return False
        votes = match["votes"].strip()
        self.has_votes = True
        if NUMBER.match(votes):
            self.votes = int(votes)
            return True
        self.votes_text = votes
        if votes != "-":
            self.remarks.append((number, f"the votes are no number: {shortened(votes) or 'nothing'}"))
        return True

    def _take_authors(self, text: str, number: int) -> bool:
        match = AUTHORS.match(text)
        if not match or self.has_authors:
            return False
        self.has_authors = True
        self.authors = read_names(match["names"])
        if match["names"].strip().startswith("["):
            self.remarks.append((number, "the authors stand as a list in brackets"))
        if any(name.startswith("+") for name in self.authors):
            self.remarks.append((number, "'+' stands among the authors: names are missing there"))
        return True


def media_of(text: str) -> tuple[Media, ...]:
    """The images, or the video, that a line consists of; none when it is another line."""
    if len(text) > LONGEST_MEDIA_LINE or not text.startswith(("![", "[", "<")):
        return ()
    images = list(IMAGE.finditer(text))
    if images and not IMAGE.sub("", text).strip():
        return tuple(Media("image", match["url"], match["alt"]) for match in images)
    if match := ONE_IMAGE.match(text):
        return (Media("image", match["url"], match["alt"]),)
    if match := WATCH.match(text):
        return (Media("video", match["linked"] or match["bare"]),)
    if match := VIDEO.match(text):
        return (Media("video", match["url"]),)
    return ()


def is_head_line(text: str) -> bool:
    """Whether a line could be taken for one of an entry's head."""
    line = text.strip()
    return bool(VOTE.match(line) or AUTHORS.match(line) or media_of(line))


def read_names(text: str) -> tuple[str, ...]:
    """`a, b`, or a Python list of strings."""
    inner = text.strip()
    if inner.startswith("[") and inner.endswith("]") and not QUOTED.sub("", inner).strip("[], \t"):
        found = [re.sub(r"\\(.)", r"\1", quoted[1:-1]) for quoted in QUOTED.findall(inner)]
    else:
        found = inner.split(",")
    names = (" ".join(name.split()) for name in found)
    return tuple(name for name in names if name)


def write_names(names: Sequence[str]) -> str:
    """`a, b`; as a Python list where a name could not be read back from that."""
    cleaned = [" ".join(name.split()) for name in names]
    plain = ", ".join(cleaned)
    if read_names(plain) == tuple(cleaned):
        return plain
    quoted = (name.replace("\\", "\\\\").replace("'", "\\'") for name in cleaned)
    return "[" + ", ".join(f"'{name}'" for name in quoted) + "]"


def write_media(media: Iterable[Media]) -> list[str]:
    """A paragraph for each image or video: a video as a link, and as a player where pages play it."""
    return [_image(medium) if medium.kind == "image" else _video(medium.url) for medium in media]


def shortened(text: str) -> str:
    """Enough of a text to find it by."""
    return text if len(text) <= 60 else f"{text[:57]}..."


def _image(medium: Media) -> str:
    return f"![{medium.alt}]({medium.url})"


def _video(url: str) -> str:
    player = f'<div><video controls src="{url}" muted="false"></video></div>'
    return f"[Watch Video]({url})" + (f"\n{player}" if VIDEO.match(player) else "")
