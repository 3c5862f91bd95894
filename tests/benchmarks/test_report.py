"""The figures of a bench: which reach their targets, and what var/bench.json says afterwards."""

import json
from pathlib import Path

from benchmarks.report import TARGETS, Report, drop, table, write


def test_a_figure_that_misses_its_target_is_marked() -> None:
    lines = table({"smtp_mails_per_second": 9_999, "plan_ratio": 2.5, "claim_ratio": 0.95}).splitlines()

    marked = {line.split("  ")[0] for line in lines if line.endswith("not reached")}
    assert marked == {TARGETS["smtp_mails_per_second"].what, TARGETS["plan_ratio"].what}
    assert len(lines) == 4


def test_of_the_memory_of_several_parts_the_most_counts() -> None:
    whole = Report(figures={"worker_megabytes": 120.0})

    whole.add(Report(figures={"worker_megabytes": 110.0, "plan_ratio": 1.5}, faults=["3 mails were DOUBLED"]))

    assert whole.figures == {"worker_megabytes": 120.0, "plan_ratio": 1.5}
    assert whole.faults == ["3 mails were DOUBLED"]


def test_the_file_says_of_each_figure_with_how_many_readers_it_was_measured(tmp_path: Path) -> None:
    file = tmp_path / "var" / "bench.json"
    write({"plan_ratio": 1.23456, "claim_ratio": 0.97}, readers=100_000, to=file)
    write({"claim_ratio": 0.8, "events_per_second": 900}, readers=2000, to=file)

    said = json.loads(file.read_text())
    assert said == {"plan_ratio": 1.235, "claim_ratio": 0.8, "readers": {"plan_ratio": 100_000, "claim_ratio": 2000}}


def test_a_figure_of_another_run_does_not_stand_for_one_that_could_not_be_measured(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    write({"plan_ratio": 1.2, "claim_ratio": 0.97}, readers=100_000, to=file)

    drop(["claim_ratio", "letter_seconds"], of=file)

    assert json.loads(file.read_text()) == {"plan_ratio": 1.2, "readers": {"plan_ratio": 100_000}}
