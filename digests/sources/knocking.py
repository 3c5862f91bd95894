"""Knocking at addresses that we link: whether somebody answers there, within limits, and nowhere that is private."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from digests.sources.http import (
    AGENT,
    BUSY,
    MOST_REDIRECTS,
    NOT_PUBLIC,
    REDIRECTS,
    TOO_LONG,
    SourceUnreachable,
    Watch,
    guarded_session,
    time_limit,
)

TIMEOUT = 8.0  # seconds, to connect and until the head of an answer
DEADLINE = 12.0  # seconds, for one address, its redirects included
AT_ONCE = 8  # connections
AT_ONCE_PER_HOST = 2
PRIVATE, SLOW, SILENT, ODD, ROUND = "private", "slow", "silent", "odd", "round"  # what kept an answer away


@dataclass(frozen=True, slots=True)
class Knock:
    """The status that an address answers at the end of its redirects; or 0, and what is wrong."""

    status: int
    problem: str = ""


def knock_at(addresses: Iterable[str], *, seconds: float) -> dict[str, Knock]:
    """What each address answers, as far as that is known within so many seconds.

    A host is asked by few at once; one that says that it is busy is asked no more.
    """
    ends = time.monotonic() + seconds
    by_host = defaultdict[str, list[str]](list)
    for url in dict.fromkeys(addresses):
        by_host[_host(url)].append(url)
    lanes = [urls[lane::AT_ONCE_PER_HOST] for urls in by_host.values() for lane in range(AT_ONCE_PER_HOST)]
    found: dict[str, Knock] = {}
    with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="knock") as pool:
        for answers in pool.map(lambda urls: _one_by_one(urls, ends), filter(None, lanes)):
            found |= answers
    return found


def knock(url: str, *, timeout: float = TIMEOUT, deadline: float = DEADLINE) -> Knock:
    """What the address answers: HEAD, then GET where the answer to that is none. No body is ever read."""
    try:
        with time_limit(deadline) as watch:
            answer = _follow("HEAD", url, watch=watch, timeout=timeout)
            return _follow("GET", url, watch=watch, timeout=timeout) if answer.status >= 400 else answer
    except SourceUnreachable as problem:
        return Knock(0, _problem(problem))


def _one_by_one(urls: list[str], ends: float) -> Mapping[str, Knock]:
    found: dict[str, Knock] = {}
    for url in urls:
        left = ends - time.monotonic()
        if left <= 0:
            break
        found[url] = knock(url, timeout=min(TIMEOUT, left), deadline=min(DEADLINE, left))
        if found[url].status in BUSY:
            break
    return found


def _follow(method: str, url: str, *, watch: Watch, timeout: float) -> Knock:
    for _hop in range(MOST_REDIRECTS + 1):
        if not _is_ours_to_ask(url):
            return Knock(0, ODD)
        with guarded_session(watch, public_only=True) as session:
            asked = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
            with session.request(
                method, url, headers=asked, timeout=timeout, stream=True, allow_redirects=False
            ) as answer:
                if answer.status_code not in REDIRECTS or "Location" not in answer.headers:
                    return Knock(answer.status_code)
                url = urljoin(url, answer.headers["Location"])
    return Knock(0, ROUND)


def _is_ours_to_ask(url: str) -> bool:
    """Whether a browser would go there: pages stand at two of the ports of a machine's own services."""
    try:
        parts = urlsplit(url)
        port = 443 if parts.port is None else parts.port
    except ValueError:  # a port that is no number, a bracket that is never closed
        return False
    is_a_page = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    return bool(is_a_page) and (port in {80, 443} or port >= 1024)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _problem(problem: SourceUnreachable) -> str:
    said = str(problem)
    if NOT_PUBLIC in said:
        return PRIVATE
    if TOO_LONG in said or "timed out" in said:
        return SLOW
    return ODD if isinstance(problem.__cause__, ValueError) else SILENT  # an address that cannot be asked for
