"""Which faults a drill has, and that connections are seen from outside."""

import os
import socket
import subprocess
import time
from pathlib import Path

import pytest

from benchmarks.drill.__main__ import AT_ONCE, Options, main, sends
from benchmarks.drill.crew import connections, freeze, kill
from benchmarks.processes import python
from benchmarks.sinks import line_of

KNOWN = ["clean", "flood", "fire", "frost", "fog", "famine", "flies"]


def test_without_a_choice_every_fault_happens_alone_and_then_some_at_random() -> None:
    chosen = list(sends([], KNOWN, faults=8, seed=1))

    assert chosen[: len(KNOWN)] == [[name] for name in KNOWN]
    assert [len(together) for together in chosen[len(KNOWN) :]] == [AT_ONCE, 3]


def test_random_faults_are_the_same_for_the_same_seed_and_clean_is_none() -> None:
    first, second, other = (list(sends([], KNOWN, faults=40, seed=seed))[len(KNOWN) :] for seed in (1, 1, 2))

    assert first == second != other
    assert "clean" not in {name for together in first for name in together}


def test_a_fault_may_be_chosen_alone_or_together_with_another() -> None:
    assert list(sends(["fire+flood", "fog"], KNOWN, faults=0, seed=1)) == [["fire", "flood"], ["fog"]]
    assert list(sends(["fog"], KNOWN, faults=2, seed=1)) == [["fog"], ["fog"], ["fog"]]


def test_a_fault_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="earthquake"):
        list(sends(["earthquake"], KNOWN, faults=0, seed=1))


def test_one_chosen_fault_means_no_random_ones() -> None:
    assert Options.read({"ONLY": "fog", "SEED": "7"}) == Options(readers=20_000, faults=0, only=["fog"], seed=7)
    assert Options.read({"READERS": "", "SEED": "7"}).faults == 200


@pytest.mark.parametrize("name", ["BENCH_DATABASE_URL", "BENCH_REDIS_URL"])
def test_a_server_that_is_not_the_drills_own_is_left_alone(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "redis://127.0.0.1:1/0")

    with pytest.raises(SystemExit, match=name):
        main()


def test_open_connections_of_a_process_to_one_server_are_counted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_server(("127.0.0.1", 0)) as other:
        to_server, to_other = server.getsockname(), other.getsockname()
        with (
            socket.create_connection(to_server),
            socket.create_connection(to_server),
            socket.create_connection(to_other),
        ):
            assert connections(os.getpid(), port=to_server[1]) == 2

        assert connections(os.getpid(), port=to_server[1]) == 0


def test_a_connection_that_the_server_has_ended_is_not_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        server.accept()[0].close()

        assert client.recv(1) == b""
        assert connections(os.getpid(), port=server.getsockname()[1]) == 0


def stands_still(pid: int) -> bool:
    """Whether the process has stopped: on a busy machine that takes it a moment."""
    stat = Path(f"/proc/{pid}/stat")
    ends = time.monotonic() + 5
    while (state := stat.read_text().rpartition(")")[2].split()[0]) != "T" and time.monotonic() < ends:
        time.sleep(0.01)
    return state == "T"


CLIENT = "import socket, sys, time; s = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); print(1, flush=True)"


def test_a_machine_that_is_lost_keeps_its_connections_and_one_that_is_killed_does_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with python("-c", f"{CLIENT}; time.sleep(60)", str(port), stdout=subprocess.PIPE) as client:
            line_of(client)

            assert freeze([client.pid], port=port) == 1
            assert stands_still(client.pid)
            assert connections(client.pid, port=port) == 1

            assert kill([client.pid], port=port) == 1
            assert client.wait(5) == -9
            with server.accept()[0] as connection:
                assert connection.recv(1) == b""
