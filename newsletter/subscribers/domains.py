"""Whether a domain takes mail, as far as DNS knows. Who cannot be asked is believed."""

import logging
import time
from threading import Lock

import dns.name
from dns.exception import DNSException, Timeout
from dns.rdatatype import AAAA, MX, NS, A, RdataType
from dns.resolver import NXDOMAIN, NoAnswer, get_default_resolver

logger = logging.getLogger(__name__)

PATIENCE = 0.4  # seconds for a domain: somebody waits for the page, and a worker with them
ANSWERS_KEPT = 10_000
KEPT_FOR = 3600.0  # seconds
SILENCES = 5  # in a row, after which DNS is taken to be down
PAUSE = 60.0  # seconds that it is left alone then


class Memory:
    """What this process was told of domains, and whether DNS is worth asking; threads may share it.

    `now` is in seconds of any clock that never goes back.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.clear()

    def clear(self) -> None:
        self._answers: dict[str, tuple[bool, float]] = {}
        self._silences = 0
        self._quiet_until: float | None = None
        self._trusted_until: float | None = None

    def answer(self, domain: str, now: float) -> bool | None:
        with self._lock:
            answer, until = self._answers.get(domain, (None, now))
            return answer if now < until else None

    def is_quiet(self, now: float) -> bool:
        return self._quiet_until is not None and now < self._quiet_until

    def keep(self, domain: str, *, answer: bool, now: float) -> None:
        with self._lock:
            self._silences = 0
            self._answers.pop(domain, None)  # so that it stands last, as the youngest
            self._answers[domain] = answer, now + KEPT_FOR
            if len(self._answers) > ANSWERS_KEPT:
                del self._answers[next(iter(self._answers))]

    def silent(self, now: float) -> None:
        with self._lock:
            self._silences += 1
            if self._silences >= SILENCES:
                self._pause(now, "it does not answer")

    def is_trusted(self, now: float) -> bool:
        return self._trusted_until is not None and now < self._trusted_until

    def trust(self, now: float) -> None:
        self._trusted_until = now + KEPT_FOR

    def distrust(self, now: float) -> None:
        with self._lock:
            self._pause(now, "it knows no name at all")

    def _pause(self, now: float, reason: str) -> None:
        self._silences, self._quiet_until = 0, now + PAUSE
        logger.warning("DNS is not asked for the domains of addresses for a minute: %s", reason)


_memory = Memory()


def takes_mail(domain: str, *, now: float) -> bool:
    """False where DNS says that the domain is not there or takes no mail (RFC 5321 5.1, RFC 7505); else True."""
    known = _memory.answer(domain, now)
    if known is not None:
        return known
    if _memory.is_quiet(now):
        return True
    end = time.monotonic() + PATIENCE
    try:
        answer = _has_server(domain, end)
        if not answer and not _is_trusted(now, end):
            return True
    except Timeout:
        _memory.silent(now)
        return True
    except DNSException:  # a server that fails, an answer that nobody understands, no server at all
        return True
    _memory.keep(domain, answer=answer, now=now)
    return answer


def forget() -> None:
    """Nothing is known of any domain, and DNS is worth asking."""
    _memory.clear()


def _has_server(domain: str, end: float) -> bool:
    try:
        exchanges = _records(domain, MX, end)
        if exchanges:
            return exchanges != ["."]  # the null MX: a domain that says so itself
        return bool(_records(domain, A, end) or _records(domain, AAAA, end))  # the machine of that name is the server
    except NXDOMAIN:
        return False


def _is_trusted(now: float, end: float) -> bool:
    """Whether a "no" counts: the server of a closed network denies every name, the root's as well."""
    if _memory.is_trusted(now):
        return True
    try:
        knows_root = bool(_records(".", NS, end))
    except NXDOMAIN:
        knows_root = False
    learn = _memory.trust if knows_root else _memory.distrust
    learn(now)
    return knows_root


def _records(domain: str, kind: RdataType, end: float) -> list[str]:
    """The targets of the domain's records of this kind, none where there are none. Raises DNSException without answer.

    `end` is when whoever waits for it has waited long enough, by time.monotonic.
    """
    left = max(end - time.monotonic(), 0.001)
    name = dns.name.from_text(domain)  # a whole one: no search list of this machine counts
    try:
        found = get_default_resolver().resolve(name, kind, lifetime=left)
    except NoAnswer:
        return []
    return [str(getattr(record, "exchange", record)) for record in found]
