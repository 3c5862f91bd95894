"""PostgreSQL and Redis as an operator meets them: stopped, started, killed, emptied. Each says where it lives."""

import os
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

PATIENCE = 60  # seconds for a server to stop or start


class Postgres:
    """The server of a DATABASE_URL on this machine, with its options as they were."""

    def __init__(self, url: str) -> None:
        with psycopg.connect(url) as connection:
            self.data = Path(_one(connection, "SHOW data_directory"))
            self.control = Path(_one(connection, "SELECT setting FROM pg_config() WHERE name = 'BINDIR'")) / "pg_ctl"

    def restart(self, mode: str) -> None:
        """`fast` ends every session and writes everything down; `immediate` is kill -9, and recovers at its start."""
        owner = self.data.stat()
        user = ["setpriv", f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"]
        command = [str(self.control), "-D", str(self.data), "-l", str(self.data.parent / "log"), "-m", mode, "-w"]
        subprocess.run(
            [*(user if os.geteuid() == 0 else []), *command, "restart"],
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=PATIENCE,
            cwd=tempfile.gettempdir(),
            start_new_session=True,
        )


class Redis:
    """The server of a REDIS_URL on this machine. It keeps nothing."""

    def __init__(self, url: str) -> None:
        self.client = redis.from_url(url, socket_timeout=5)
        self.port = urlsplit(url).port or 6379
        self.program = str(self.client.info("server")["executable"])
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def is_up(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def flush(self) -> None:
        self.client.flushall()

    def stop(self) -> None:
        with suppress(redis.ConnectionError):  # so it says goodbye
            self.client.shutdown(nosave=True)
        self.end()

    def start(self) -> None:
        """It has begun to start; `is_up` says when it has."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            [self.program, *options],
            stdout=subprocess.DEVNULL,
            cwd=tempfile.gettempdir(),
            start_new_session=True,
        )

    def end(self) -> None:
        """What `start` has started is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(PATIENCE)
            self.process = None


def _one(connection: "psycopg.Connection[tuple[object, ...]]", question: str) -> str:
    row = connection.execute(question.encode()).fetchone()
    if row is None:
        raise RuntimeError(f"no answer to {question}")
    return str(row[0])
