"""Which faults a drill has, and that connections are seen from outside."""

import os
import socket

import pytest

from benchmarks.drill.__main__ import AT_ONCE, Options, sends
from benchmarks.drill.crew import connections

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
