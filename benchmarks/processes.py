"""Processes of a run: started in a group of their own, gone with the run; what they cost, as Linux says."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var")  # where results go; a run's own folder has the name later
TICKS = os.sysconf("SC_CLK_TCK")  # per second of CPU time
PATIENCE = 20  # seconds for a process to end by itself


@contextmanager
def python(
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    stdin: int | None = None,
    stdout: int | IO[bytes] | None = None,
    stderr: int | IO[bytes] | None = None,
) -> Iterator["subprocess.Popen[str]"]:
    """`python ARGUMENTS` for as long as the block runs; afterwards nothing of its group is left.

    A group of its own, because Ctrl-C is for the one that ends the others.
    """
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: "subprocess.Popen[str]") -> None:
    if process.stdin:
        process.stdin.close()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()


def family(pid: int) -> list[int]:
    """The process and everything that it has started, as far as it is alive."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            children.setdefault(int(_stat(folder)[1]), []).append(int(folder.name))
    found, wanted = list[int](), [pid]
    while wanted:
        found.append(wanted.pop())
        wanted += children.get(found[-1], [])
    return found


def parent(pid: int) -> int:
    return int(_stat(Path(f"/proc/{pid}"))[1])


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU time of the processes, and of those that they have outlived."""
    ticks = 0
    for pid in pids:
        with suppress(OSError):
            ticks += sum(int(value) for value in _stat(Path(f"/proc/{pid}"))[11:15])
    return ticks / TICKS


def busy_seconds() -> float:
    """CPU time of everything on this machine since it started, time that its host took away included."""
    ticks = Path("/proc/stat").read_text().split(maxsplit=9)[1:9]
    return sum(int(value) for place, value in enumerate(ticks) if place not in (3, 4)) / TICKS


def memory(pid: int) -> Mapping[str, float]:
    """VmRSS and VmHWM (the most it ever was) in megabytes; empty when the process is gone."""
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        fields = (line.split() for line in lines if line.startswith(("VmRSS", "VmHWM")))
        return {name.rstrip(":"): int(kilobytes) / 1000 for name, kilobytes, _unit in fields}
    return {}


def machine() -> str:
    """What the figures are of: cores, processor, memory, Python."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "processor")
    memory_kb = int(Path("/proc/meminfo").read_text().split()[1])
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{os.cpu_count()} cores ({model}), {memory_kb / 1e6:.0f} GB, Python {version}"


def _stat(folder: Path) -> Sequence[str]:
    """The fields of /proc/PID/stat after the name: state, parent, ..., utime at 11, cstime at 14."""
    return (folder / "stat").read_text().rpartition(")")[2].split()
