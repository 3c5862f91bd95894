"""Visitors of a web site, so many a second whatever it answers, and how long each waited.

The load is open: visitor number i comes i/100 seconds after the first, also while others wait, and the time counts from
when the visitor was to come. A site that stands still for a moment is slow for all who come meanwhile, as it is for
people. Bounded: in number, in time, and in how many may wait at once; to this machine alone.
"""

import asyncio
import math
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

PATIENCE = 10.0  # seconds for an answer
MOST_WAITING = 400  # more means that the site has given up


@dataclass(frozen=True)
class Visit:
    """One request: a path, or a form that is posted to it."""

    path: str
    headers: tuple[tuple[str, str], ...] = ()
    form: str = ""

    def as_bytes(self, host: str) -> bytes:
        body = self.form.encode()
        lines = [f"{'POST' if body else 'GET'} {self.path} HTTP/1.1", f"Host: {host}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if body:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Waits:
    """Seconds that visitors waited, the statuses they got, and how late the load itself was."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    late: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Seconds within which that share of the visitors had their answer."""
        return percentile(self.seconds, share)


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that at least this share of the values does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def load(port: int, visits: Sequence[Visit], *, per_second: int) -> Waits:
    """All the visits to 127.0.0.1, at that rate. A visit without an answer has the status 0 and all of its patience.

    When too many wait the rest does not come: the site has given up, and they count as not answered.
    """
    return asyncio.run(_load(port, visits, per_second))


async def _load(port: int, visits: Sequence[Visit], per_second: int) -> Waits:
    waits, waiting = Waits(), set[asyncio.Task[None]]()
    began = time.perf_counter() + 0.1
    for number, visit in enumerate(visits):
        due = began + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        waits.late.append(max(0.0, time.perf_counter() - due))
        if len(waiting) >= MOST_WAITING:
            waits.statuses[0] += len(visits) - number
            waits.seconds += [PATIENCE] * (len(visits) - number)
            break
        task = asyncio.create_task(_visit(port, visit, due, waits))
        waiting.add(task)
        task.add_done_callback(waiting.discard)
    await asyncio.gather(*waiting)
    return waits


async def _visit(port: int, visit: Visit, due: float, waits: Waits) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            status = await _answer(port, visit)
    except (OSError, TimeoutError, ValueError):
        status = 0
    waits.seconds.append(time.perf_counter() - due)
    waits.statuses[status] += 1


async def _answer(port: int, visit: Visit) -> int:
    """The status, when the whole answer has come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(visit.as_bytes(f"127.0.0.1:{port}"))
        await writer.drain()
        answer = await reader.read()
    finally:
        writer.close()
    return int(answer[9:12])
