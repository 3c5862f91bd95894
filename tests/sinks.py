"""Mail servers for the tests: an SMTP sink on a real socket, and an HTTP provider that reads real payloads."""

import asyncio
import json
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs

from tests.providers import PRACTICES, Sent

CUT, HANG, DRIP = "cut", "hang", "drip"  # what a server does instead of an answer; DRIP never comes to its end


@dataclass(frozen=True)
class Mail:
    """One mail as it arrived: the envelope, and the bytes after the doubled dots are taken out."""

    sender: str
    recipient: str
    data: bytes

    @property
    def parsed(self) -> EmailMessage:
        found = message_from_bytes(self.data, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    def body(self, kind: str) -> str:
        """The words of the text ("plain") or the HTML ("html")."""
        part = self.parsed.get_body((kind,))
        assert part is not None
        return str(part.get_content())


@dataclass
class Rule:
    """At `verb`, where `match` stands in the line or the envelope, do `action`, `times` times (None: always)."""

    verb: str
    action: str
    match: str = ""
    times: int | None = None


@dataclass
class _Session:
    sender: str = ""
    recipient: str = ""
    secured: bool = False


class SmtpSink:
    """Takes mails on 127.0.0.1. Rules say otherwise, at CONNECT, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, PART
    (the body's first line), BODY (its final dot) or RSET: an answer such as "450 later", CUT, HANG or DRIP.

    A mail whose BODY is CUT, HANGs or DRIPs has been taken: nobody says so.
    """

    def __init__(self, *, extensions: tuple[str, ...] = ("8BITMIME",), tls: ssl.SSLContext | None = None) -> None:
        self.extensions, self.tls = extensions, tls
        self.mails: list[Mail] = []
        self.commands: list[str] = []
        self.connections = 0
        self.rules: list[Rule] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, *_reason: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?timeout=2"

    def at(self, verb: str, action: str, *, match: str = "", times: int | None = None) -> None:
        self.rules.append(Rule(verb, action, match, times))

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if mail.recipient == address]

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**20))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        session = _Session()
        try:
            if await self._say(writer, "CONNECT", "", "220 sink"):
                while (line := await reader.readline()) and await self._turn(reader, writer, session, line):
                    pass
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _turn(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, session: _Session, raw: bytes
    ) -> bool:
        """Answers one command; False when the connection is over."""
        line = raw.decode().strip()
        verb = line.partition(" ")[0].upper()
        self.commands.append(line)
        if verb == "EHLO":
            return await self._say(writer, verb, line, self._greeting(session))
        if verb in ("MAIL", "RSET"):
            session.sender, session.recipient = line.partition("<")[2].partition(">")[0], ""
        if verb == "STARTTLS" and await self._say(writer, verb, line, "220 go"):
            assert self.tls is not None
            await writer.start_tls(self.tls)
            session.secured = True
            return True
        if verb == "RCPT":
            return await self._recipient(writer, session, line)
        if verb == "DATA" and not session.recipient:
            return await self._say(writer, verb, line, "503 no recipient")
        if verb == "DATA":
            return await self._data(reader, writer, session)
        usual = {"AUTH": "235 welcome", "QUIT": "221 bye"}.get(verb, "250 ok")
        return await self._say(writer, verb, line, usual) and verb != "QUIT"

    async def _recipient(self, writer: asyncio.StreamWriter, session: _Session, line: str) -> bool:
        rule = self._rule("RCPT", line)
        if rule is None:
            session.recipient = line.partition("<")[2].partition(">")[0]
        return await self._do(writer, rule.action if rule else "250 ok")

    def _greeting(self, session: _Session) -> str:
        offers = [*self.extensions, *(["STARTTLS"] if self.tls and not session.secured else [])]
        return "\r\n".join(f"250-{offer}" for offer in ["sink", *offers]) + "\r\n250 AUTH PLAIN LOGIN"

    async def _data(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, session: _Session) -> bool:
        about = f"{session.sender} {session.recipient}"
        rule = self._rule("DATA", about)
        if rule is not None or not await self._say(writer, "", "", "354 go on"):
            return await self._do(writer, rule.action) if rule else False
        lines: list[bytes] = []
        while (line := await reader.readline()) != b".\r\n":
            if not line:
                return False
            if not lines and (rule := self._rule("PART", about)) is not None:
                return await self._do(writer, rule.action)
            lines.append(line[1:] if line.startswith(b".") else line)
        rule = self._rule("BODY", about)
        if rule is None or rule.action in (CUT, HANG, DRIP):
            self.mails.append(Mail(session.sender, session.recipient, b"".join(lines)))
        return await self._do(writer, rule.action if rule else "250 taken")

    async def _say(self, writer: asyncio.StreamWriter, verb: str, about: str, usual: str) -> bool:
        rule = self._rule(verb, about)
        return await self._do(writer, rule.action if rule else usual)

    def _rule(self, verb: str, about: str) -> Rule | None:
        for rule in self.rules:
            if rule.verb == verb and rule.match in about and rule.times != 0:
                rule.times = rule.times - 1 if rule.times is not None else None
                return rule
        return None

    async def _do(self, writer: asyncio.StreamWriter, action: str) -> bool:
        if action == HANG:
            await asyncio.sleep(60)
        for _line in range(3000 if action == DRIP else 0):
            writer.write(b"250-not yet\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)
        if action in (CUT, HANG, DRIP):
            writer.transport.abort()
            return False
        writer.write(f"{action}\r\n".encode())
        await writer.drain()
        return not action.startswith("421")


@dataclass(frozen=True)
class Reply:
    """What the provider answers: a status, a body (JSON where it is no text) and headers; or CUT, or HANG.

    With a 2xx the call is taken, also where the answer does not come.
    """

    status: int = 201
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    instead: str = ""

    @property
    def is_yes(self) -> bool:
        return 200 <= self.status <= 299


@dataclass(frozen=True)
class Call:
    """One API call: its path, its HTTP headers, and its body as the provider reads it."""

    path: str
    headers: Mapping[str, str]
    payload: Any

    @property
    def key(self) -> str:
        """By what the provider knows that the call is made again."""
        mail = self.payload.get("headers", {}) if isinstance(self.payload, dict) else {}
        return self.headers.get("Idempotency-Key") or mail.get("idempotencyKey", "")


class HttpSink:
    """A provider with Brevo's API, or the API of another one in tests/providers.py.

    `replies` are used up first, and a call whose mails are refused by `refuse` is refused; else each call is taken, and
    its `mails` leave. A call that is made again with the same key is not taken twice.
    """

    def __init__(self, name: str = "brevo") -> None:
        self.name = name
        self.calls: list[Call] = []
        self.mails: list[Sent] = []
        self.replies: deque[Reply] = deque()
        self.refuse: Callable[[list[Sent]], Reply | None] = lambda _mails: None
        self.before: Callable[[Call], None] = lambda _call: None
        self._keys: dict[str, object] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_reason: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def url(self) -> str:
        """POSTBOX_URL of this provider."""
        where = f"http://127.0.0.1:{self._server.server_port}/v3/"
        return f"anymail+{self.name.replace('_', '-')}://tests-only-user:tests-only-key@?api_url={where}"

    def take(self, call: Call) -> Reply:
        self.calls.append(call)
        self.before(call)
        if call.key in self._keys:
            body = self._keys[call.key]
            return Reply(400, {"code": "duplicate_parameter"}) if self.name == "brevo" else Reply(200, body)
        practice = PRACTICES[self.name]
        mails = list(practice.mails(call.payload))
        usual = Reply(practice.status, practice.answer(mails, call.payload))
        reply = self.replies.popleft() if self.replies else self.refuse(mails) or usual
        if reply.is_yes:
            self.mails += mails
            self._keys |= {call.key: usual.body} if call.key else {}
        return reply

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 2**16  # an answer in one packet, or each waits 40 ms for a receipt

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                is_form = self.headers["Content-Type"] == "application/x-www-form-urlencoded"
                payload = parse_qs(body) if is_form else json.loads(body)
                reply = sink.take(Call(self.path, dict(self.headers), payload))
                if reply.instead == HANG:
                    time.sleep(3)
                if reply.instead:
                    self.close_connection = True
                    return
                text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
                self.send_response(reply.status)
                for name, value in {**reply.headers, "Content-Length": str(len(text.encode()))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, format: str, *args: Any) -> None:
                """Tests are quiet."""

        return Handler
