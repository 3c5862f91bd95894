"""Whether a domain takes mail, as far as DNS knows. Who cannot be asked is believed."""

import logging
import time
from threading import Lock

import dns.name
from dns.exception import DNSException, Timeout
from dns.rdatatype import AAAA, MX, A, RdataType
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

    def answer(self, domain: str, now: float) -> bool | None:
        with self._lock:
            answer, until = self._answers.get(domain, (None, now))
            return answer if now < until else None

    def is_quiet(self, now: float) -> bool:
        return self._quiet_until is not None and now < self._quiet_until

    def keep(self, domain: str, answer: bool, now: float) -> None:
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
                self._silences, self._quiet_until = 0, now + PAUSE
                logger.warning("DNS does not answer: domains of addresses are not asked for a minute")


_memory = Memory()


def takes_mail(domain: str, *, now: float) -> bool:
    """False where DNS says that the domain is not there or takes no mail (RFC 5321 5.1, RFC 7505); else True."""
    known = _memory.answer(domain, now)
    if known is not None:
        return known
    if _memory.is_quiet(now):
        return True
    try:
        answer = _asked(domain)
    except Timeout:
        _memory.silent(now)
        return True
    except DNSException:  # a server that fails, an answer that nobody understands, no server at all
        return True
    _memory.keep(domain, answer, now)
    return answer


def forget() -> None:
    """Nothing is known of any domain, and DNS is worth asking."""
    _memory.clear()


def _asked(domain: str) -> bool:
    """Raises DNSException where there is no answer, or none that says yes or no."""
    end = time.monotonic() + PATIENCE
    try:
        exchanges = _records(domain, MX, end)
        if exchanges:
            return exchanges != ["."]  # the null MX: a domain that says so itself
        return bool(_records(domain, A, end) or _records(domain, AAAA, end))  # the machine of that name is the server
    except NXDOMAIN:
        return False


def _records(domain: str, kind: RdataType, end: float) -> list[str]:
    """The targets of the domain's records of this kind; none is an answer too."""
    left = max(end - time.monotonic(), 0.001)
    name = dns.name.from_text(f"{domain}.")  # whole: no search list of this machine counts
    try:
        found = get_default_resolver().resolve(name, kind, lifetime=left)
    except NoAnswer:
        return []
    return [str(getattr(record, "exchange", record)) for record in found]
