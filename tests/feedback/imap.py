"""An IMAP server for the tests: one folder on a real socket, with the commands that reading a mailbox needs."""

import re
import socket
import ssl
import threading
from dataclasses import dataclass, field
from io import BufferedRWPair
from typing import Self

CUT, HANG = "cut", "hang"  # what the server does instead of an answer


@dataclass
class Stored:
    """A mail in the folder."""

    data: bytes
    flags: set[str] = field(default_factory=set)


class ImapServer:
    """Keeps `mails` by UID. `rules` say for a command (FETCH, STORE, ...) what is done instead of it: CUT, HANG, or
    an answer such as "NO try later"; `after` says how often the command is obeyed before. What is `unreadable` is
    never fetched.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, user: str = "bounces", password: str = "secret") -> None:
        self.mails: dict[int, Stored] = {}
        self.commands: list[str] = []
        self.rules: dict[str, tuple[str, int]] = {}
        self.fetched: list[int] = []  # octets of each mail that was read
        self.unreadable: set[int] = set()
        self._tls, self._user, self._password = tls, user, password
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._over = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(self, *_reason: object) -> None:
        self._over.set()
        self._socket.close()

    def put(self, data: bytes) -> int:
        number = max(self.mails, default=0) + 1
        self.mails[number] = Stored(data)
        return number

    def at(self, command: str, action: str, *, after: int = 0) -> None:
        self.rules[command] = (action, after)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rwb") as stream:
                _say(stream, "* OK ready")
                while line := stream.readline():
                    if not self._obey(stream, line.decode().rstrip("\r\n")):
                        return
        except OSError:
            pass

    def _obey(self, stream: BufferedRWPair, line: str) -> bool:
        tag, _space, rest = line.partition(" ")
        words = [quoted or bare for quoted, bare in re.findall(r'"([^"]*)"|(\S+)', rest)]
        command = words[1].upper() if words[0].upper() == "UID" else words[0].upper()
        self.commands.append(command)
        action, left = self.rules.get(command, ("", 0))
        if action and left:
            self.rules[command] = (action, left - 1)
        elif action == HANG:
            self._over.wait(10)
            return False
        elif action == CUT:
            return False
        elif action:
            _say(stream, f"{tag} {action}")
            return True
        done = getattr(self, f"_{command.lower()}")(stream, words)
        _say(stream, f"{tag} {done or 'OK done'}")
        return bool(command != "LOGOUT")

    def _capability(self, stream: BufferedRWPair, _words: list[str]) -> None:
        _say(stream, "* CAPABILITY IMAP4rev1")

    def _login(self, _stream: BufferedRWPair, words: list[str]) -> str:
        return "OK welcome" if words[1:] == [self._user, self._password] else "NO [AUTHENTICATIONFAILED] no"

    def _select(self, stream: BufferedRWPair, words: list[str]) -> str:
        _say(stream, f"* {len(self.mails)} EXISTS")
        return "OK [READ-WRITE] selected" if words[1] in {"INBOX", "Bounce mails"} else "NO no such folder"

    def _search(self, stream: BufferedRWPair, words: list[str]) -> None:
        assert words[3:] == ["UNSEEN", "UNDELETED"]
        first, last = map(int, words[2].split(":"))
        assert 1 <= first <= last <= len(self.mails)
        found = list(self.mails.items())[first - 1 : last]
        new = [str(number) for number, mail in found if not mail.flags & {r"\Seen", r"\Deleted"}]
        _say(stream, " ".join(["* SEARCH", *new]))

    def _fetch(self, stream: BufferedRWPair, words: list[str]) -> str:
        if int(words[2]) in self.unreadable:  # as Exchange says
            return "NO The requested message could not be converted to an RFC-822 compatible format."
        wanted = re.fullmatch(r"\(BODY\.PEEK\[\]<0\.(\d+)>\)", words[3])
        assert wanted
        mail = self.mails.get(int(words[2]))
        if mail is not None:
            data = mail.data[: int(wanted[1])]
            self.fetched.append(len(data))
            stream.write(b"* 1 FETCH (UID %s BODY[]<0> {%d}\r\n%s)\r\n" % (words[2].encode(), len(data), data))
        return ""

    def _store(self, _stream: BufferedRWPair, words: list[str]) -> None:
        mail = self.mails.get(int(words[2]))
        if mail is not None:
            mail.flags.add(words[4].strip("()"))

    def _expunge(self, stream: BufferedRWPair, _words: list[str]) -> None:
        gone = [number for number, mail in self.mails.items() if r"\Deleted" in mail.flags]
        for number in gone:
            del self.mails[number]
            _say(stream, "* 1 EXPUNGE")

    def _logout(self, stream: BufferedRWPair, _words: list[str]) -> None:
        _say(stream, "* BYE")


def _say(stream: BufferedRWPair, line: str) -> None:
    stream.write(line.encode() + b"\r\n")
    stream.flush()
