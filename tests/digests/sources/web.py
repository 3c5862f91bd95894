"""A web server on this machine that plays what it is told, for the tests of fetching."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Play:
    """One answer. `drip` is the pause in seconds before each byte of the body."""

    status: int = 200
    body: bytes = b"[]"
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float = 0
    length: int | None = None


@dataclass
class Web:
    """The server: answers in turn, the last one for ever; or what `answer` makes of a path."""

    url: str
    plays: list[Play]
    answer: Callable[[str], Play] | None = None
    paths: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)

    def next(self, path: str) -> Play:
        self.paths.append(path)
        if self.answer:
            return self.answer(path)
        return self.plays.pop(0) if len(self.plays) > 1 else self.plays[0]


@contextmanager
def served(plays: Sequence[Play] = (), answer: Callable[[str], Play] | None = None) -> Iterator[Web]:
    web = Web("", list(plays), answer)

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            web.methods.append(self.command)
            web.agents.append(self.headers.get("User-Agent", ""))
            play = web.next(self.path)
            self.send_response(play.status)
            for name, value in play.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(play.body) if play.length is None else play.length))
            self.end_headers()
            if self.command == "HEAD":
                return
            try:
                self._send(play)
            except OSError:
                return  # the client has had enough

        def _send(self, play: Play) -> None:
            if not play.drip:
                self.wfile.write(play.body)
                return
            for number in range(len(play.body)):
                time.sleep(play.drip)
                self.wfile.write(play.body[number : number + 1])
                self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    web.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
