"""Whether what somebody has of a page is still fresh, and pages that are kept so that nobody renders them twice."""

import gzip
import re
from collections.abc import Callable, Hashable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import NamedTuple, TypeVar, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

from digests import archive_queries, queries
from digests.keeping import Shelf
from digests.models import Newsletter

PAGES_KEPT = 16_000_000  # bytes a process, of 10 to 60 kB a page
ASKED_AFTER = 1.0  # seconds for which a process believes what it knows: a hundred visitors ask the database once
MOMENT = "public, max-age=60"  # seconds for which nobody asks again: a correction is seen after them
# What a page is made of beside the tables. A worker that started before a change has an older mark than one after it.
SOURCES = (
    *("templates/web/**/*.html", "locale/**/*.mo", "requirements.txt"),
    *("digests/**/*.py", "newsletter/**/*.py", "digests/static/*", "newsletter/static/*"),
)
GZIP = re.compile(r"(?:^|[,\s])gzip(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")

T = TypeVar("T")
Page = tuple[bytes, bytes, str, str]  # the body, the same compressed, its type and its language


class Known(NamedTuple):
    """A newsletter, and what changes whenever one of its public pages may."""

    newsletter: Newsletter
    state: str


def known(slug: str) -> Known | None:
    """The newsletter as it was within the last ASKED_AFTER seconds; None where there is none."""
    return for_a_moment(("newsletter", slug), lambda: _asked(slug))


def for_a_moment(name: Hashable, ask: Callable[[], T]) -> T:
    """What `ask` answered within the last ASKED_AFTER seconds. None is not remembered: anybody may ask for anything."""
    found = _answers.get(name)
    if found is not None and monotonic() - found[1] < ASKED_AFTER:
        return cast("T", found[0])
    answer = ask()
    if answer is not None:
        _answers[name] = answer, monotonic()
    return answer


def mark(known: Known, *more: object) -> str:
    """The ETag of a page. `more` says which page it is."""
    said = repr((known.state, _build(), settings.SITE_URL, more))
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def answer(
    request: HttpRequest, *, mark: str, make: Callable[[], HttpResponse], is_kept: bool = True
) -> HttpResponseBase:
    """The page with its ETag: 304 for who has it, else as it is kept, else as `make` makes it now.

    What is not a page (404) has no ETag, and what answers one visitor's condition alone (412) is for nobody to keep.
    The ETag is a weak one: compressed or not, it is the same page.
    """
    etag = f'W/"{mark}"'
    is_for_any = request.headers.get("If-None-Match", "").strip() == "*"  # which a page that is none would fit too
    known = None if is_for_any else get_conditional_response(request, etag=etag)
    if known is not None:
        return _headed(known, etag) if known.status_code == 304 else known
    page = _shelf.kept(mark) if is_kept and not settings.DEBUG else None
    if page is None:
        made = make()
        if made.status_code != 200:
            return made
        page = _page(made)
        if is_kept:
            _shelf.keep(mark, page)
    return _headed(_response(request, page), etag)


def forget() -> None:
    """Nothing is kept any more: tests roll back, and use numbers and hours again."""
    _shelf.clear()
    _answers.clear()


def _asked(slug: str) -> Known | None:
    """Four queries of some milliseconds: its own words, its topics, what is approved and what is printed."""
    newsletter = queries.newsletter_by_slug(slug)
    if newsletter is None:
        return None
    words = [getattr(newsletter, field.attname) for field in Newsletter._meta.concrete_fields]
    parts = [words, archive_queries.topics_told(newsletter), archive_queries.state(newsletter)]
    return Known(newsletter, repr(parts))


def _page(made: HttpResponse) -> Page:
    body = bytes(made.content)
    return body, gzip.compress(body, 6, mtime=0), made.headers["Content-Type"], made.headers["Content-Language"]


def _response(request: HttpRequest, page: Page) -> HttpResponse:
    """Compressed for who takes it: nothing secret stands on a public page, so its length betrays nothing."""
    body, compressed, kind, language = page
    is_small = GZIP.search(request.headers.get("Accept-Encoding", "").lower()) is not None
    response = HttpResponse(compressed if is_small else body, content_type=kind)
    response.headers["Content-Language"] = language
    response.headers["Content-Length"] = str(len(response.content))
    if is_small:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _headed(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = MOMENT
    patch_vary_headers(response, ("Accept-Encoding",))
    return response


@cache
def _build() -> str:
    read = sha256()
    for path in _sources(Path(settings.BASE_DIR)):
        read.update(path.name.encode() + path.read_bytes())
    return read.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    for pattern in SOURCES:
        yield from sorted(path for path in root.glob(pattern) if path.is_file())


_answers: dict[Hashable, tuple[object, float]] = {}  # some for each newsletter that there is, with their moments
_shelf: Shelf[str, Page] = Shelf(limit=PAGES_KEPT)
