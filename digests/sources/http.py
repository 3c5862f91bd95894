"""Fetching over HTTP within limits: of size, of time, of patience, and of where a connection may lead."""

import math
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError

from digests.sources.listing import BrokenSource
from digests.sources.public import is_public
from digests.sources.saved import parse_json

LARGEST_ANSWER = 10_000_000  # bytes; a busy day has 240 kB
TIMEOUT = 20.0  # seconds, to connect and between two pieces of an answer
DEADLINE = 90.0  # seconds, for one answer, its redirects included
MOST_REDIRECTS = 3
REDIRECTS = {301, 302, 303, 307, 308}
BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
AGENT = "Paperboy/0.1"
PIECE = 65_536  # bytes
OBJECT = re.compile(r"^\w+\(host=[^)]*\): ")
TOO_LONG, NOT_PUBLIC = "took too long", "not a public address"  # how SourceUnreachable says it


class SourceUnreachable(Exception):
    """No answer that we could use; `str()` is one line. Later it may work."""


class SourceBusy(SourceUnreachable):
    """The source asks us to wait longer than we do; `retry_at` is when it will answer."""

    def __init__(self, retry_at: datetime) -> None:
        super().__init__(f"the source is busy; it may be asked again at {retry_at:%Y-%m-%d %H:%M:%S} UTC")
        self.retry_at = retry_at


@dataclass(slots=True)
class Patience:
    """How many seconds we wait in all when a source is busy, over all requests that share it."""

    seconds: float = 60.0
    sleep: Callable[[float], None] = time.sleep
    waits: int = field(default=0, init=False)

    def wait(self, asked: float | None) -> None:
        """Waits as long as we are asked to, or ever longer where nothing is said. Raises SourceBusy."""
        pause = asked if asked is not None else 5.0 * 2**self.waits
        self.waits += 1
        if pause > self.seconds or self.waits > 10:
            raise SourceBusy(datetime.now(UTC) + timedelta(seconds=min(pause, 7 * 24 * 3600)))
        self.seconds -= pause
        self.sleep(pause)


def fetch_json(
    url: str,
    *,
    limit: int = LARGEST_ANSWER,
    timeout: float = TIMEOUT,
    patience: Patience | None = None,
    agent: str = AGENT,
) -> object:
    """The JSON at an address. Raises BrokenSource, SourceUnreachable, SourceBusy."""
    body = fetch_bytes(url, limit=limit, timeout=timeout, public_only=False, patience=patience, agent=agent)
    try:
        return parse_json(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise BrokenSource("the answer is not UTF-8") from None


def fetch_bytes(
    url: str,
    *,
    limit: int = LARGEST_ANSWER,
    timeout: float = TIMEOUT,
    deadline: float = DEADLINE,
    public_only: bool = True,
    patience: Patience | None = None,
    agent: str = AGENT,
) -> bytes:
    """What stands at an address: at most `limit` bytes, within `deadline` seconds, waiting apart.

    `public_only` allows https to public addresses alone; a redirect to another host is always bound by that.
    Raises SourceUnreachable, SourceBusy.
    """
    patience = patience or Patience()
    while True:
        with time_limit(deadline) as watch:
            answer = _follow(url, watch=watch, limit=limit, timeout=timeout, public_only=public_only, agent=agent)
        if answer.status not in BUSY:
            break
        patience.wait(_pause(answer.headers))
    if answer.status != HTTPStatus.OK:
        raise SourceUnreachable(f"{_place(url)} answers {answer.status}")
    return answer.body


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: requests.structures.CaseInsensitiveDict[str]
    body: bytes = b""


class Watch:
    """Ends every connection that it knows when the time is over, wherever the other side hangs."""

    def __init__(self, deadline: float) -> None:
        self.over = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self.timer = threading.Timer(deadline, self._end)
        self.timer.daemon = True

    def add(self, connection: socket.socket) -> None:
        # A second handle on the same connection: TLS takes the first one over.
        with self._lock:
            self._sockets.append(connection.dup())
        if self.over:
            self._end()

    def _end(self) -> None:
        self.over = True
        with self._lock:
            for connection in self._sockets:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.timer.cancel()
        with self._lock:
            for connection in self._sockets:
                connection.close()
            self._sockets.clear()


@contextmanager
def time_limit(deadline: float) -> Iterator[Watch]:
    """Whatever connections are made within it end after so many seconds. Raises SourceUnreachable for what fails."""
    watch = Watch(deadline)
    watch.timer.start()
    try:
        yield watch
    except (requests.RequestException, HTTPError, OSError, ValueError) as problem:  # ValueError: no address at all
        cause = TOO_LONG if watch.over else _reason(problem)
        raise SourceUnreachable(f"no answer: {cause}") from problem
    finally:
        watch.close()


def _follow(url: str, *, watch: Watch, limit: int, timeout: float, public_only: bool, agent: str) -> _Answer:
    """The answer at the end of at most MOST_REDIRECTS redirects."""
    for _hop in range(MOST_REDIRECTS + 1):
        _check(url, public_only=public_only)
        with guarded_session(watch, public_only=public_only) as session:
            headers = {"User-Agent": agent, "Accept-Encoding": "identity"}
            with session.get(url, headers=headers, timeout=timeout, stream=True, allow_redirects=False) as response:
                if response.status_code not in REDIRECTS or "Location" not in response.headers:
                    return _answer(response, watch=watch, limit=limit)
                target = urljoin(url, response.headers["Location"])
        public_only = public_only or urlsplit(target)[:2] != urlsplit(url)[:2]
        url = target
    raise SourceUnreachable(f"{_place(url)} redirects more than {MOST_REDIRECTS} times")


def _answer(response: requests.Response, *, watch: Watch, limit: int) -> _Answer:
    if response.status_code != HTTPStatus.OK:
        return _Answer(response.status_code, response.headers)
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise SourceUnreachable("the answer is compressed, which was not asked for")
    body = bytearray()
    while piece := response.raw.read1(PIECE):
        body += piece
        if len(body) > limit:
            raise SourceUnreachable(f"the answer is larger than {limit:,} bytes")
    if watch.over:  # the connection was ended by us, which looks like the end of the answer
        raise SourceUnreachable(f"no answer: {TOO_LONG}")
    return _Answer(response.status_code, response.headers, bytes(body))


def _check(url: str, *, public_only: bool) -> None:
    parts = urlsplit(url)
    schemes = {"https"} if public_only else {"https", "http"}
    if parts.scheme.lower() not in schemes or not parts.hostname or parts.username or parts.password:
        raise SourceUnreachable(f"{_place(url)} is no address that we fetch from")


def guarded_session(watch: Watch, *, public_only: bool) -> requests.Session:
    """A session whose connections the watch ends and, with `public_only`, that lead to public addresses alone."""
    session = requests.Session()
    session.trust_env = not public_only  # a proxy would connect for us, to whatever it likes
    adapter = _Adapter()
    adapter.poolmanager.pool_classes_by_scheme = _pools(watch, public_only=public_only)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class _Adapter(HTTPAdapter):
    """With a pool manager of its own, which every HTTPAdapter has."""

    poolmanager: Any


def _pools(watch: Watch, *, public_only: bool) -> dict[str, type[HTTPConnectionPool]]:
    """Pools whose connections the watch knows and, with `public_only`, that lead to checked addresses."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            connection = _connect(self) if public_only else super()._new_conn()
            watch.add(connection)
            return connection

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            connection = _connect(self) if public_only else super()._new_conn()
            watch.add(connection)
            return connection

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _connect(connection: HTTPConnection) -> socket.socket:
    """Connects to the very address that was checked: a name may lead elsewhere when it is asked again."""
    port = connection.port
    try:
        found = socket.getaddrinfo(connection.host, port, type=socket.SOCK_STREAM)
        addresses = [str(place[0]) for *_kind, place in found]
        if not addresses or not all(map(is_public, addresses)):
            raise NewConnectionError(connection, NOT_PUBLIC)
        return socket.create_connection((addresses[0], port), timeout=_seconds(connection.timeout))
    except OSError as problem:
        raise NewConnectionError(connection, str(problem)) from problem


def _seconds(timeout: Any) -> float:
    return float(timeout) if isinstance(timeout, int | float) else TIMEOUT


def _pause(headers: requests.structures.CaseInsensitiveDict[str]) -> float | None:
    """Seconds to wait: Retry-After (RFC 9110: seconds or a date), else RateLimit (t=) or RateLimit-Reset."""
    after = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", after):
        return float(after)
    with suppress(ValueError, TypeError):
        moment = parsedate_to_datetime(after)
        return max(0.0, math.ceil((moment - datetime.now(moment.tzinfo)).total_seconds()))
    match = re.search(r"\bt=([0-9]{1,9})\b", headers.get("RateLimit", ""))
    match = match or re.fullmatch(r"\s*([0-9]{1,9})\s*", headers.get("RateLimit-Reset", ""))
    return float(match[1]) if match else None


def _place(url: str) -> str:
    """The host alone: a query may hold what is not to be shown."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}"


def _reason(problem: BaseException) -> str:
    """The innermost cause, on one line, without the object that urllib3 says it of: `Pool(host=...): `."""
    reason = getattr(problem, "reason", None) or (problem.args[0] if problem.args else None)
    if isinstance(reason, BaseException) and reason is not problem:
        return _reason(reason)
    return " ".join(OBJECT.sub("", str(problem)).split())[:160] or type(problem).__name__
