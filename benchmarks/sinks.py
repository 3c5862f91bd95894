"""A sink in processes of its own, as the run that sends to it sees it."""

import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.processes import python

SMTP, HTTP = "benchmarks.smtp_sink", "benchmarks.http_sink"


class Sink:
    """Where mails go. Several processes share one port, and the connections are dealt out among them."""

    def __init__(self, processes: "list[subprocess.Popen[str]]", port: int) -> None:
        self.processes, self.port = processes, port

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self.processes]

    def count(self) -> tuple[int, int]:
        """Mails (or readers) taken and bytes that came since the last `clear`."""
        counts = [ask(process, "count").split() for process in self.processes]
        return sum(int(mails) for mails, _bytes in counts), sum(int(came) for _mails, came in counts)

    def clear(self) -> None:
        for process in self.processes:
            ask(process, "clear")

    def seen(self) -> Counter[str]:
        """How often each recipient was written to."""
        found: Counter[str] = Counter()
        with tempfile.TemporaryDirectory(prefix="paperboy-sink-") as folder:
            for process in self.processes:
                ask(process, f"seen {folder}/seen")
                found.update((Path(folder) / "seen").read_text().splitlines())
        return found


@contextmanager
def sink(module: str, *options: str, processes: int = 1) -> Iterator[Sink]:
    """A sink that runs for as long as the block does."""
    with ExitStack() as stack:
        started: list[subprocess.Popen[str]] = []
        port = 0
        for _number in range(processes):
            arguments = ["-m", module, "--port", str(port), *options]
            process = stack.enter_context(python(*arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
            port = int(line_of(process))
            started.append(process)
        yield Sink(started, port)


def ask(process: "subprocess.Popen[str]", line: str) -> str:
    """Its answer to one line."""
    tell(process, line)
    return line_of(process)


def tell(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def line_of(process: "subprocess.Popen[str]") -> str:
    """The next line that it says. Raises RuntimeError when it has ended instead."""
    assert process.stdout
    line = process.stdout.readline().strip()
    if not line:
        raise RuntimeError("a process of the run has ended")
    return line
