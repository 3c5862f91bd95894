"""A provider with Brevo's API that reads every call as Brevo does and counts its readers, in a process of its own.

`python -m benchmarks.http_sink [--port PORT]`: see counting.py for what it says. `seen` has "ADDRESS DELIVERY" lines.
https://developers.brevo.com/docs/batch-send-transactional-emails says what a call of many readers looks like.
"""

import argparse
import asyncio
import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from benchmarks.counting import Tally, serve

PATH = b"POST /v3/smtp/email "
MOST_VERSIONS = 1000
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
KEY = re.compile(rb"\r\napi-key: *\S", re.IGNORECASE)
PLACE = re.compile(r"{{ *params\.(\w+) *}}")
MARK = re.compile(r"{{|{%")


class Refused(ValueError):
    """The call is not one that Brevo would take; `str()` says why."""


class Session(asyncio.Protocol):
    """One connection: calls come one after the other."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.came = bytearray()
        self.wanted = 0  # bytes until the call is whole, where that is known

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.tally.bytes += len(data)
        self.came += data
        while self._is_whole():
            head, body = self._call()
            try:
                status, said = "201 Created", take(head, body, self.tally)
            except (Refused, KeyError, TypeError, ValueError) as problem:
                status, said = "400 Bad Request", {"code": "invalid_parameter", "message": str(problem)}
            text = json.dumps(said).encode()
            line = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
            self.transport.write(line.encode() + text)

    def _is_whole(self) -> bool:
        if not self.wanted and (end := self.came.find(b"\r\n\r\n")) >= 0:
            length = LENGTH.search(self.came, 0, end)
            self.wanted = end + 4 + (int(length[1]) if length else 0)
        return 0 < self.wanted <= len(self.came)

    def _call(self) -> tuple[bytes, bytes]:
        """Head and body of the call that is whole."""
        head, _empty, body = bytes(self.came[: self.wanted]).partition(b"\r\n\r\n")
        del self.came[: self.wanted]
        self.wanted = 0
        return head, body


def take(head: bytes, body: bytes, tally: Tally) -> Mapping[str, object]:
    """Counts the readers of a call; what Brevo answers. Raises Refused, or KeyError, TypeError, ValueError."""
    if not head.startswith(PATH) or not KEY.search(head):
        raise Refused("not a call of this API")
    call = json.loads(body)
    if not call["sender"]["email"] or not call["subject"]:
        raise Refused("sender and subject are required")
    places = _places(call.get("htmlContent", "") + call["textContent"])
    versions = call.get("messageVersions")
    if versions is None:
        tally.seen.append(_reader(call, places))
        tally.mails += 1
        return {"messageId": f"<{tally.mails}@sink>"}
    if not 0 < len(versions) <= MOST_VERSIONS:
        raise Refused(f"{len(versions)} versions")
    tally.seen += [_reader(version, places) for version in versions]
    tally.mails += len(versions)
    return {"messageIds": [f"<{tally.mails - number}@sink>" for number in range(len(versions))]}


def _reader(version: Mapping[str, Any], places: set[str]) -> bytes:
    """The one reader of a version, whose every place has a value, and the delivery's signed id."""
    (to,) = version["to"]
    if not places <= version.get("params", {}).keys():
        raise Refused("a place in the text has no value")
    delivery = json.loads(version["headers"]["X-Mailin-custom"])["delivery"]
    return f"{to['email']} {delivery}".encode()


def _places(text: str) -> set[str]:
    found = PLACE.findall(text)
    if len(MARK.findall(text)) != len(found):
        raise Refused("something in the text that is no place would be read as one")
    return set(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    tally = Tally()
    asyncio.run(serve(partial(Session, tally), tally, port=options.port))


if __name__ == "__main__":
    main()
