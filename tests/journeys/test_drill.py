"""The short form of `make drill`: real servers, real workers, and what goes wrong in a data centre."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.skipif(
    os.environ.get("TEST_DATABASE") != "postgres", reason="the drill has a PostgreSQL of its own: once is enough"
)


SENDS = (
    "kill_all+flush_redis+cut_after_data+two_beats",
    "kill_worker+kill_letters+kill_postgres+answer_5xx_once+sigterm",
    "stop_beat+sink_hang+answer_4xx",
)


@pytest.mark.parametrize("faults", SENDS)
def test_whatever_goes_wrong_each_reader_has_one_mail_or_is_known_to_be_in_doubt(faults: str, tmp_path: Path) -> None:
    choice = {"READERS": "600", "SEED": "11", "ONLY": faults, "FAULTS": "0", "VAR_DIR": str(tmp_path)}

    drill = subprocess.run(
        [sys.executable, "-m", "benchmarks.drill"],
        cwd=ROOT,
        env={**os.environ, **choice},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert drill.returncode == 0, drill.stdout + drill.stderr
    [report] = json.loads((tmp_path / "drill.json").read_text())
    assert (report["readers"], report["lost"], report["doubled"]) == (600, 0, 0)
    assert report["letters"] > 0
    assert set(report["hits"]) == set(faults.split("+"))
    assert report["uncertain"] <= report["in_the_air"]
    if "kill_" in faults:
        assert report["in_the_air"] >= 1
