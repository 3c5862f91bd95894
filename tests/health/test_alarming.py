"""The alarm: told once when a problem begins and once when it is over, to a real web server."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from unittest.mock import Mock

import pytest
import requests
from django.db import OperationalError, connection
from pytest_django import Settings

from newsletter.health import alarming, queries, tasks
from newsletter.health.alarming import alarm
from newsletter.health.models import Heartbeat
from newsletter.health.problems import NO_DATABASE, NO_JOURNAL, Problem
from tests.factories import MORNING, make_sender

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SILENT = Problem("beat", "no heartbeat for 3 minutes")
PAUSED = Problem("paused:mill", "sender mill is paused")


@dataclass
class Siren:
    """What was told, and how the next is answered."""

    told: list[dict[str, Any]] = field(default_factory=list)
    status: int = 204
    kills: int = 0  # the next so many who tell are killed before they hear the answer

    @property
    def words(self) -> list[tuple[str, str]]:
        return [(said["problem"], said["state"]) for said in self.told]


@pytest.fixture
def siren(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Siren]:
    heard = Siren()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(heard.status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    settings.ALARM_URL = f"http://127.0.0.1:{server.server_port}/paperboy"
    post = requests.post

    def post_or_die(*args: Any, **values: Any) -> requests.Response:
        answer = post(*args, **values)
        if heard.kills:
            heard.kills -= 1
            raise SystemExit
        return answer

    monkeypatch.setattr(requests, "post", post_or_die)
    yield heard
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_problem_is_told_once_while_it_lasts_and_once_when_it_is_over(siren: Siren) -> None:
    for problems in ([], [SILENT], [SILENT], [], []):
        alarm(problems, now=MORNING)

    assert siren.words == [("beat", "begun"), ("beat", "over")]
    assert siren.told[0] == {
        "site": "testserver",
        "problem": "beat",
        "state": "begun",
        "text": "no heartbeat for 3 minutes",
        "at": "2026-04-07T07:00:00+00:00",
    }


def test_a_problem_that_comes_back_is_told_again(siren: Siren) -> None:
    for problems in ([SILENT], [], [SILENT]):
        alarm(problems, now=MORNING)

    assert siren.words == [("beat", "begun"), ("beat", "over"), ("beat", "begun")]


def test_each_problem_is_told_for_itself(siren: Siren) -> None:
    alarm([SILENT], now=MORNING)
    alarm([SILENT, PAUSED], now=MORNING)

    assert siren.words == [("beat", "begun"), ("paused:mill", "begun")]


@pytest.mark.parametrize("status", [301, 404, 503])
def test_what_could_not_be_told_is_told_next_time(siren: Siren, status: int) -> None:
    for problems in ([SILENT], []):
        siren.status = status
        alarm(problems, now=MORNING)
        siren.status = 200
        alarm(problems, now=MORNING)
        alarm(problems, now=MORNING)

    assert siren.words == [("beat", "begun")] * 2 + [("beat", "over")] * 2


def die(problems: list[Problem], *, now: datetime) -> None:
    with pytest.raises(SystemExit):
        alarm(problems, now=now)


def test_who_is_killed_while_telling_leaves_it_to_the_next_minute(siren: Siren) -> None:
    siren.kills = 1
    die([SILENT], now=MORNING)

    told = []
    for seconds in (59, 60, 120):
        alarm([SILENT], now=MORNING + timedelta(seconds=seconds))
        told.append(len(siren.told))

    assert told == [1, 2, 2]
    assert set(siren.words) == {("beat", "begun")}


def test_an_end_that_was_not_told_whole_is_told_again(siren: Siren) -> None:
    alarm([SILENT], now=MORNING)
    siren.kills = 1
    die([], now=MORNING + MINUTE)

    for minutes in (1.5, 2, 3):
        alarm([], now=MORNING + minutes * MINUTE)

    assert siren.words == [("beat", "begun"), ("beat", "over"), ("beat", "over")]
    assert not Heartbeat.objects.exists()


def test_two_who_find_that_one_was_killed_tell_it_once(siren: Siren, monkeypatch: pytest.MonkeyPatch) -> None:
    siren.kills = 1
    die([SILENT], now=MORNING)
    seen = queries.alarms()
    monkeypatch.setattr(queries, "alarms", lambda: seen)

    for _beat in range(2):
        alarm([SILENT], now=MORNING + MINUTE)

    assert siren.words == [("beat", "begun")] * 2


def test_a_database_that_is_away_is_told_without_being_asked(siren: Siren, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> dict[str, Heartbeat]:
        raise OperationalError("connection refused")

    monkeypatch.setattr(queries, "alarms", gone)

    for _beat in range(2):
        alarm([NO_DATABASE, NO_JOURNAL], now=MORNING)

    assert siren.words == [("database", "begun"), ("journal", "begun")] * 2


def test_what_is_not_known_while_the_database_is_away_is_not_over(siren: Siren) -> None:
    alarm([PAUSED], now=MORNING)
    alarm([NO_DATABASE], now=MORNING)
    alarm([PAUSED], now=MORNING)

    assert siren.words == [("paused:mill", "begun"), ("database", "begun")]


def test_telling_has_an_end_and_goes_on_next_time(siren: Siren, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [Problem(f"paused:{number}", "paused") for number in range(5)]
    with monkeypatch.context() as slow:
        slow.setattr("newsletter.health.alarming.time", Mock(monotonic=count(step=15).__next__))
        alarm(many, now=MORNING)

    assert len(siren.told) == 2
    alarm(many, now=MORNING)
    assert len(siren.told) == 5


def test_an_address_that_does_not_answer_stops_nothing_and_is_not_logged(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ALARM_URL = "http://127.0.0.1:1/secret"

    alarm([SILENT], now=MORNING)

    assert "alarm beat begun could not be told: ConnectionError" in caplog.text
    assert "secret" not in caplog.text
    assert not Heartbeat.objects.exists()


def test_an_address_that_hangs_is_not_waited_for(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarming, "PATIENCE", (0.2, 0.2))
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as deaf:
        settings.ALARM_URL = f"http://127.0.0.1:{deaf.server_port}/"

        alarm([SILENT], now=MORNING)

    assert not Heartbeat.objects.exists()


def test_without_an_address_nothing_is_told_or_remembered(settings: Settings) -> None:
    settings.ALARM_URL = ""

    alarm([SILENT], now=MORNING)

    assert not Heartbeat.objects.exists()


def test_a_very_long_name_is_told_once_too(siren: Siren) -> None:
    long = Problem("due:" + "mill" * 50, "a mail is due for 16 minutes")

    alarm([long], now=MORNING)
    alarm([long], now=MORNING)

    assert len(siren.told) == 1


def test_two_beats_that_saw_the_same_tell_it_once(siren: Siren, monkeypatch: pytest.MonkeyPatch) -> None:
    alarm([SILENT], now=MORNING)
    monkeypatch.setattr(queries, "alarms", dict)

    alarm([SILENT], now=MORNING)

    assert siren.words == [("beat", "begun")]


def test_two_beats_that_saw_the_end_tell_it_once(siren: Siren, monkeypatch: pytest.MonkeyPatch) -> None:
    alarm([SILENT], now=MORNING)
    seen = queries.alarms()
    monkeypatch.setattr(queries, "alarms", lambda: seen)

    alarm([], now=MORNING)
    alarm([], now=MORNING)

    assert siren.words == [("beat", "begun"), ("beat", "over")]


@pytest.mark.django_db(transaction=True)
def test_five_beats_at_once_tell_it_once(siren: Siren) -> None:
    def work() -> None:
        alarm([SILENT], now=MORNING)
        connection.close()

    beats = [threading.Thread(target=work) for _beat in range(5)]
    for one in beats:
        one.start()
    for one in beats:
        one.join()

    assert siren.words == [("beat", "begun")]


def test_the_timetable_tells_what_healthz_says(siren: Siren) -> None:
    tasks.beat()
    make_sender(slug="mill", paused_at=MORNING, pause_reason="no credit")

    tasks.alarm()

    assert siren.words == [("paused:mill", "begun")]


def test_the_answer_is_never_followed_elsewhere(siren: Siren) -> None:
    siren.status = 307

    alarm([SILENT], now=MORNING)

    assert siren.words == [("beat", "begun")]
