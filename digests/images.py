"""Images: our own copies of papers' pictures, small and without anything else in the file."""

import logging
import os
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from PIL import Image, ImageOps

from digests.models import Paper
from digests.queries import papers_without_image
from digests.sources.http import SourceUnreachable, fetch_bytes

logger = logging.getLogger(__name__)

LARGEST_FILE = 5_000_000  # bytes
MOST_PIXELS = 40_000_000
WIDTH, HEIGHT = 1120, 630  # 16:9, twice the 560 px that a mail shows
LEAST_WIDTH = 200  # pixels; what is narrower is an icon or a face
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_TRIES = 3
PAUSES = (timedelta(0), timedelta(hours=1), timedelta(hours=12))  # before the first, second, third try
AVATARS = {"cdn-avatars.huggingface.co"}  # shows the person who submitted, not the paper


class NoPicture(ValueError):
    """The bytes are no picture that we use."""


def take_local(paper: Paper, folder: Path) -> bool:
    """Stores the first of the paper's relative images that is a file inside `folder`; whether there is one."""
    for url in _images(paper):
        path = _inside(folder, url)
        if path is None:
            continue
        try:
            with path.open("rb") as file:
                paper.image.name = store(file.read(LARGEST_FILE + 1))
        except (NoPicture, OSError) as problem:
            logger.warning("paper %s: its local image cannot be used: %s", paper.pk, type(problem).__name__)
            continue
        paper.save(update_fields=["image"])
        return True
    return False


def fetch_image(url: str) -> bytes:
    """The file at an https address that is public. Raises SourceUnreachable."""
    return fetch_bytes(url, limit=LARGEST_FILE, timeout=10, deadline=30, public_only=True)


def fetch_missing(*, now: datetime, limit: int = 20, fetch: Callable[[str], bytes] = fetch_image) -> int:
    """How many of at most `limit` papers have got their picture now; each is tried MOST_TRIES times in all."""
    done = 0
    for paper in _due(now, limit):
        done += _fetch_one(paper, now=now, fetch=fetch)
    return done


def store(data: bytes) -> str:
    """Where below MEDIA_ROOT the picture is now, cut to 16:9, as a JPEG named by its content. Raises NoPicture."""
    if len(data) > LARGEST_FILE:
        raise NoPicture("too large")
    picture = _encode(_open(data))
    name = f"images/{sha256(picture).hexdigest()[:32]}.jpg"
    path = Path(settings.MEDIA_ROOT) / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        number, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
        with os.fdopen(number, "wb") as file:
            file.write(picture)
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    return name


def _due(now: datetime, limit: int) -> list[Paper]:
    due: list[Paper] = []
    for paper in papers_without_image(tries_below=MOST_TRIES).iterator(chunk_size=200):
        waited = paper.image_tried_at is None or now - paper.image_tried_at >= PAUSES[paper.image_tries]
        if waited and any(map(_is_fetched, _images(paper))):
            due.append(paper)
        if len(due) == limit:
            break
    return due


def _fetch_one(paper: Paper, *, now: datetime, fetch: Callable[[str], bytes]) -> bool:
    """Tries the paper's images in order. What is no picture today is none tomorrow: it is not tried again."""
    tries = MOST_TRIES
    for url in filter(_is_fetched, _images(paper)):
        try:
            paper.image.name = store(fetch(url))
        except SourceUnreachable:
            tries = paper.image_tries + 1
        except NoPicture as problem:
            logger.info("paper %s: its image cannot be used: %s", paper.pk, problem)
        else:
            tries = paper.image_tries + 1
            break
    paper.image_tries, paper.image_tried_at = tries, now
    paper.save(update_fields=["image", "image_tries", "image_tried_at"])
    return bool(paper.image)


def _images(paper: Paper) -> list[str]:
    return [medium["url"] for medium in paper.media if medium["kind"] == "image"]


def _is_fetched(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.hostname not in AVATARS


def _inside(folder: Path, url: str) -> Path | None:
    """The file that a relative address means, if it lies in the folder, links followed."""
    if urlsplit(url).scheme or url.startswith(("/", "\\")):
        return None
    root = folder.resolve()
    path = (root / url).resolve()
    return path if path.is_relative_to(root) and path.is_file() else None


def _open(data: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NoPicture("too many pixels")
            if picture.width < LEAST_WIDTH:
                raise NoPicture("too narrow")
            picture.load()
            return ImageOps.exif_transpose(picture)
    except NoPicture:
        raise
    except Exception as problem:  # a decoder meets hostile bytes: whatever it raises, it is no picture
        raise NoPicture(type(problem).__name__) from problem


def _encode(picture: Image.Image) -> bytes:
    """Cut to 16:9 around the middle, never enlarged, on white where it was transparent."""
    width = min(WIDTH, picture.width, picture.height * 16 // 9)
    size = (width, max(1, width * HEIGHT // WIDTH))
    solid = Image.new("RGB", picture.size, "white")
    with picture.convert("RGBA") as layer:
        solid.paste(layer, mask=layer)
    cut = ImageOps.fit(solid, size, Image.Resampling.LANCZOS, centering=(0.5, 0.5))
    out = BytesIO()
    cut.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()
