"""A digest that is going out, as its page in the admin shows it: live, and as plain HTML."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from digests.models import Digest
from newsletter.delivery import planning
from newsletter.delivery.models import Delivery
from newsletter.desk.progress import Sample, goes_on, last_morning, look, sample_in, words
from newsletter.staff.models import Role
from tests.factories import (
    MORNING,
    make_approved,
    make_delivery,
    make_digest,
    make_edition,
    make_newsletter,
    make_publisher,
    make_subscription,
    make_user,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SEOUL, LOS_ANGELES = datetime(2026, 4, 6, 22, tzinfo=UTC), datetime(2026, 4, 7, 14, tzinfo=UTC)  # where it is seven


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_publisher(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def going_out(**rows: int) -> Digest:
    """An approved digest with so many rows of each status."""
    digest = make_approved(make_digest(make_newsletter(time_zone="Asia/Seoul")))
    values: dict[str, dict[str, Any]] = {
        "sent": {"sent_at": MORNING},
        "failed": {"reason": "550"},
        "skipped": {"skip": "left"},
    }
    for status, count in rows.items():
        for _row in range(count):
            make_delivery(digest, status=status, **values.get(status, {}))
    return digest


def page(client: Client, digest: Digest, query: str = "") -> str:
    return client.get(reverse("admin:digests_digest_change", args=[digest.pk]) + query).text


def figures(html: str) -> dict[str, str]:
    return dict(re.findall(r'data-figure="(\w+)">([^<]*)<', html))


def test_the_page_shows_how_many_rows_are_where_without_any_script(alice: Client) -> None:
    digest = going_out(planned=4, sent=3, failed=2, uncertain=1, skipped=1)

    shown = figures(page(alice, digest))

    rows = {"planned": "4", "sending": "0", "sent": "3", "failed": "2", "uncertain": "1", "skipped": "1"}
    assert shown == rows | {"rate": "-", "ends": "-", "state": "approved", "bar": "Done: 7 of 11"}


def test_the_rate_is_what_was_handed_over_since_an_earlier_look() -> None:
    digest = going_out(planned=4, sent=3, failed=2, uncertain=1, skipped=1)
    before = Sample(MORNING.timestamp(), done=2)

    seen = look(digest, before=before, now=MORNING + timedelta(seconds=2))

    assert (seen.sample.done, seen.rate) == (6, 2.0)
    assert seen.ends_at == MORNING + timedelta(seconds=4)
    assert (seen.gone, seen.left, seen.total) == (7, 4, 11)


def test_the_end_is_not_expected_before_the_last_row_is_due() -> None:
    digest = going_out(planned=4, sent=3)
    Delivery.objects.filter(status="planned").update(ready_at=MORNING + 20 * MINUTE)

    seen = look(digest, before=Sample(MORNING.timestamp(), done=0), now=MORNING + MINUTE)

    assert seen.ends_at == MORNING + 20 * MINUTE


def around_the_world() -> Digest:
    """An approved digest whose readers of Seoul are planned for 22:00 UTC, those of Los Angeles for 14:00 not yet."""
    digest = make_approved(make_digest(make_newsletter(time_zone="UTC")))
    for zone, count in {"Asia/Seoul": 4, "America/Los_Angeles": 6}.items():
        for _reader in range(count):
            make_subscription(digest.newsletter, time_zone=zone, hour=7)
    planning.plan(now=SEOUL)
    return digest


def test_the_end_is_not_expected_before_the_last_readers_morning() -> None:
    digest = around_the_world()
    before = Sample(SEOUL.timestamp() - 2, done=-4)

    seen = look(digest, before=before, now=SEOUL)

    assert (seen.left, seen.total, seen.ends_at) == (4, 4, LOS_ANGELES)
    assert words(seen, digest)["bar"] == "Done: 0 of 4 planned so far"


def test_between_two_mornings_the_end_is_the_last_of_them_and_the_bar_is_not_all() -> None:
    digest = around_the_world()
    Delivery.objects.update(status="sent", sent_at=SEOUL, edition=make_edition(digest))

    seen = look(digest, before=None, now=SEOUL + MINUTE)

    assert (seen.left, seen.ends_at) == (0, LOS_ANGELES)
    assert words(seen, digest)["bar"] == "Done: 4 of 4 planned so far"
    assert words(seen, digest)["ends"] == "14:00 (UTC)"


def test_when_the_last_morning_is_planned_the_bar_is_the_whole() -> None:
    digest = around_the_world()
    planning.plan(now=LOS_ANGELES - MINUTE)

    seen = look(digest, before=None, now=LOS_ANGELES)

    assert words(seen, digest)["bar"] == "Done: 0 of 10"


def test_a_paused_digest_has_no_expected_end() -> None:
    digest = around_the_world()
    Digest.objects.update(status="paused")
    digest.refresh_from_db()

    seen = look(digest, before=Sample(SEOUL.timestamp() - 2, done=-4), now=SEOUL)

    assert (seen.ends_at, seen.more_to_come) == (None, True)


def test_a_zone_that_this_machine_does_not_know_hides_nothing_else() -> None:
    digest = around_the_world()
    make_subscription(digest.newsletter, time_zone="Mars/Olympus", hour=7)

    assert last_morning(digest) == LOS_ANGELES


@pytest.mark.parametrize(
    ("rows", "done"), [({"planned": 4}, 0), ({"sent": 4}, 0), ({"planned": 4, "sent": 1}, 2)], ids=str
)
def test_no_end_is_promised_where_nothing_moves_or_nothing_is_left(rows: dict[str, int], done: int) -> None:
    digest = going_out(**rows)

    seen = look(digest, before=Sample(MORNING.timestamp(), done=done), now=MORNING + MINUTE)

    assert seen.ends_at is None


def test_two_looks_at_one_moment_tell_no_rate() -> None:
    seen = look(going_out(sent=2), before=Sample(MORNING.timestamp(), done=0), now=MORNING)

    assert seen.rate is None


def test_numbers_and_clocks_are_the_editors_language_and_the_newsletters_zone() -> None:
    digest = going_out(planned=4, sent=3)
    seen = look(digest, before=Sample(MORNING.timestamp(), done=0), now=MORNING + MINUTE)

    with translation.override("ko"):
        shown = words(seen, digest)

    assert shown["ends"] == "16:02 (서울)"


def test_an_end_on_another_day_says_which() -> None:
    digest = going_out(planned=4, sent=1)
    seen = look(digest, before=Sample(MORNING.timestamp(), done=0), now=MORNING + timedelta(hours=8))

    assert words(seen, digest)["ends"].startswith("Thursday, 9 April 2026, ")


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"at": "x", "done": "1"},
        {"at": "1"},
        {"at": "nan", "done": "1"},
        {"at": "-1", "done": "1"},
        {"at": "1", "done": "-1"},
        {"at": "1", "done": "9" * 400},
    ],
)
def test_a_sample_that_makes_no_sense_is_none(said: dict[str, str]) -> None:
    assert sample_in(said) is None


def test_the_script_gets_what_it_shows_and_when_to_come_back(alice: Client) -> None:
    digest = going_out(planned=4, sent=3)
    address = reverse("admin:digest_progress", args=[digest.pk])

    with time_machine.travel(MORNING + MINUTE, tick=False):
        answer = alice.get(address, {"at": str(MORNING.timestamp()), "done": "0"})

    said = answer.json()
    assert "no-store" in answer["Cache-Control"]
    assert (said["status"], said["total"], said["left"], said["pause"]) == ("approved", 7, 4, 2.0)
    assert said["sample"] == {"at": (MORNING + MINUTE).timestamp(), "done": 3}
    assert said["words"].keys() == figures(page(alice, digest)).keys()


def test_a_page_brings_its_own_sample_along_for_the_next_look(alice: Client) -> None:
    digest = going_out(planned=4, sent=3)

    first = page(alice, digest)
    again = re.search(r'<noscript><p><a href="(\?[^"]+)"', first)
    assert again is not None
    with time_machine.travel(datetime.now(UTC) + MINUTE, tick=False):
        second = page(alice, digest, again[1].replace("&amp;", "&"))

    assert figures(second)["rate"] == "0"


@pytest.mark.parametrize(
    ("status", "rows", "expected"),
    [
        ("approved", {"sent": 1}, True),
        ("paused", {"sent": 1}, True),
        ("cancelled", {"planned": 1}, True),
        ("cancelled", {"skipped": 1}, False),
        ("closed", {"sent": 1}, False),
    ],
)
def test_the_script_looks_again_as_long_as_something_may_change(
    alice: Client, status: str, rows: dict[str, int], expected: bool
) -> None:
    digest = going_out(**rows)
    Digest.objects.update(status=status)
    digest.refresh_from_db()

    pause = alice.get(reverse("admin:digest_progress", args=[digest.pk])).json()["pause"]

    assert goes_on(digest, look(digest, before=None, now=MORNING)) is expected
    assert (pause is not None, "data-pause=" in page(alice, digest)) == (expected, expected)


def test_a_draft_without_rows_shows_no_progress(alice: Client) -> None:
    assert 'id="progress"' not in page(alice, make_digest())


def test_the_script_is_ours_and_stands_in_a_file(alice: Client) -> None:
    html = page(alice, going_out(planned=1))

    assert '<script src="/static/progress.js" defer></script>' in html
    assert finders.find("progress.js")


def test_looking_takes_two_questions_to_the_ledger_and_two_for_the_mornings_whatever_their_size() -> None:
    digest = going_out(planned=30, sent=30)

    with CaptureQueriesContext(connection) as seen:
        look(digest, before=None, now=MORNING)

    assert len(seen.captured_queries) == 4


def test_who_may_not_see_the_digest_does_not_see_its_figures(client: Client) -> None:
    digest = going_out(sent=1)
    charlie = make_user("charlie", is_staff=True)
    Role.objects.create(user=charlie, newsletter=make_newsletter(), role=Role.Kind.PUBLISHER)
    client.force_login(charlie, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(reverse("admin:digest_progress", args=[digest.pk])).status_code == 403


def buttons(html: str) -> list[str]:
    """The buttons of the panel that can be seen."""
    forms = re.findall(
        r'<form method="post" action="[^"]*" data-when="\w+"( hidden)?>.*?value="([\w ]+)"></form>', html
    )
    return [label for hidden, label in forms if not hidden]


def test_a_publisher_pauses_and_resumes_on_the_digests_page(alice: Client) -> None:
    digest = going_out(planned=1)

    shown = [buttons(page(alice, digest))]
    for act in ("pause", "resume"):
        answer = alice.post(reverse(f"admin:digest_{act}", args=[digest.pk]), follow=True)
        digest.refresh_from_db()
        shown.append([digest.status, *buttons(answer.text)])

    assert shown == [["Pause sending"], ["paused", "Resume sending"], ["approved", "Pause sending"]]


@pytest.mark.parametrize("act", ["pause", "resume"])
def test_nothing_is_paused_by_looking(alice: Client, act: str) -> None:
    digest = going_out(planned=1)

    assert alice.get(reverse(f"admin:digest_{act}", args=[digest.pk])).status_code == 405


def test_an_editor_sees_the_figures_and_no_buttons(client: Client) -> None:
    digest = going_out(planned=1)
    bob = make_user("bob", is_staff=True)
    Role.objects.create(user=bob, newsletter=digest.newsletter, role=Role.Kind.EDITOR)
    client.force_login(bob, backend="django.contrib.auth.backends.ModelBackend")

    html = page(client, digest)
    answer = client.post(reverse("admin:digest_pause", args=[digest.pk]))

    digest.refresh_from_db()
    assert (figures(html)["planned"], buttons(html)) == ("1", [])
    assert (answer.status_code, digest.status) == (403, "approved")


def test_a_paused_digest_can_be_cancelled_taken_back_or_approved_again(alice: Client) -> None:
    digest = going_out(planned=1)
    Digest.objects.update(status="paused")

    html = alice.get(reverse("admin:digest_approve", args=[digest.pk])).text

    assert all(label in html for label in ("Approve again and resume", "Make it a draft again", "Cancel this digest"))
    alice.post(reverse("admin:digest_cancel", args=[digest.pk]), {"sure": "on"})
    assert Delivery.objects.get().skip == "cancelled"
