"""How long a provider's answer may take to come, and how large it may be, before it counts as none.

TIMEOUT of anymail.py is for each read: a body that comes drop by drop would outlast its claim, and one without end
would fill the memory. The head of an answer has no such bound: http.client reads it, a hundred lines at most.
"""

import io
import time
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

MOST_BYTES = 4 * 2**20  # a thousand readers' ids and codes are some 200 kB
MOST_SECONDS = 60  # from the call's beginning, and a last read: less than the two minutes that its claim still has
CHUNK = 65_536


class Bounded(HTTPAdapter):
    """Reads the answers itself. Raises requests' errors, as reading them later would."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        latest = time.monotonic() + MOST_SECONDS
        response = super().send(request, *args, **kwargs)
        try:
            response.raw = io.BytesIO(_read(response.raw, latest))
        except urllib3.exceptions.HTTPError as problem:
            raise requests.ConnectionError(problem, request=request) from problem
        return response


def _read(answer: Any, latest: float) -> bytes:
    """The whole body; it is hung up on one that is over its bounds."""
    body = bytearray()
    while chunk := answer.read1(CHUNK, decode_content=True):
        body += chunk
        if len(body) > MOST_BYTES or time.monotonic() > latest:
            answer.close()
            raise requests.ReadTimeout(f"{len(body)} bytes of an answer, and no end")
    return bytes(body)
