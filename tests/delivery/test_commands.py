"""The commands of the ledger, as an operator types them."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from digests.models import Newsletter
from newsletter.delivery.models import Delivery
from newsletter.postbox.models import Sender
from tests.factories import (
    MORNING,
    make_approved,
    make_delivery,
    make_digest,
    make_newsletter,
    make_publisher,
    make_subscription,
    make_user,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def make_row(status: str = "uncertain", *, newsletter: Newsletter | None = None, **values: Any) -> Delivery:
    """A row of today's digest for a reader who reads at this hour."""
    now = datetime.now(UTC)
    digest = make_approved(make_digest(newsletter, day=now.date()))
    reader = make_subscription(digest.newsletter, hour=now.hour)
    return make_delivery(digest, reader, status=status, due_at=now, ready_at=now, **values)


def test_it_shows_where_each_running_digest_stands() -> None:
    digest = make_approved(make_digest(make_newsletter(slug="papers")))
    make_delivery(digest, ready_at=datetime.now(UTC) - 2 * HOUR)
    make_delivery(digest, status="sent", sent_at=MORNING)

    shown = run("deliveries")

    assert "papers 2026-04-07, approved" in shown
    assert "planned 1  sending 0  sent 1  failed 0  uncertain 0  skipped 0" in shown
    assert "the oldest due row has been waiting since" in shown
    assert "(2:00:0" in shown


def test_what_is_not_due_yet_does_not_wait() -> None:
    make_delivery(ready_at=datetime.now(UTC) + HOUR)

    assert "no row is due" in run("deliveries")


def test_what_is_uncertain_is_listed_with_its_time_its_worker_and_the_reason() -> None:
    row = make_row(claimed_at=MORNING, worker="mill:42", reason="killed")

    assert f"  {row.pk}  2026-04-07 07:00:00 UTC  mill:42  killed\n" in run("deliveries")


def test_a_long_list_ends_with_how_many_more_there_are() -> None:
    digest = make_approved()
    for _reader in range(53):
        make_delivery(digest, status="uncertain")

    shown = run("deliveries")

    assert shown.count("  -  ") == 50
    assert shown.endswith("  and 3 more\n")


def test_one_newsletter_is_shown_alone_and_what_is_over_on_request() -> None:
    make_delivery(make_approved(make_digest(make_newsletter(slug="one"))))
    over = make_delivery(make_approved(make_digest(make_newsletter(slug="two"))), status="sent", sent_at=MORNING)
    type(over.digest).objects.filter(pk=over.digest.pk).update(status="closed")

    shown = {words: run("deliveries", *words) for words in [(), ("--newsletter=two",), ("--newsletter=two", "--all")]}

    assert ["one " in text for text in shown.values()] == [True, False, False]
    assert ["two " in text for text in shown.values()] == [False, False, True]


def test_a_newsletter_that_does_not_exist_is_said() -> None:
    make_newsletter(slug="papers")

    with pytest.raises(CommandError, match=r"no newsletter paper\. There are: papers"):
        run("deliveries", "--newsletter=paper")


def test_a_paused_sender_is_shown_with_its_reason() -> None:
    make_row()
    Sender.objects.update(slug="mill", paused_at=MORNING, pause_reason="no credit")

    assert "sender mill has been paused since 2026-04-07 07:00:00 UTC: no credit" in run("deliveries")


@pytest.mark.parametrize(("word", "status"), [("--sent", "sent"), ("--again", "planned")])
def test_rows_are_settled_by_somebody_who_is_named(word: str, status: str) -> None:
    rows = [make_row(), make_row()]
    make_publisher()

    said = run("deliveries", "settle", *(str(row.pk) for row in rows), word, "--by=alice")

    assert said.startswith("2 settled")
    assert {(row.status, str(row.settled_by)) for row in Delivery.objects.all()} == {(status, "alice")}


def test_a_failed_row_is_sent_again_on_request() -> None:
    row = make_row("failed", reason="550")
    make_publisher()

    run("deliveries", "settle", str(row.pk), "--again", "--by=alice")

    row.refresh_from_db()
    assert row.status == "planned"


@pytest.mark.parametrize(
    ("user", "second", "why"),
    [
        ("nobody", "uncertain", "There is no user nobody"),
        ("bob", "uncertain", "bob lacks the permission"),
        ("alice", "failed", "the status is failed"),
    ],
)
def test_where_one_cannot_be_settled_nothing_is_changed(user: str, second: str, why: str) -> None:
    rows = [make_row(), make_row(second, reason="550")]
    make_publisher()
    make_user("bob")

    out = StringIO()
    with pytest.raises(CommandError, match=f"Nothing was changed. .*{why}"):
        call_command("deliveries", "settle", *(str(row.pk) for row in rows), "--sent", f"--by={user}", stdout=out)

    assert out.getvalue() == ""
    assert [row.status for row in Delivery.objects.order_by("pk")] == ["uncertain", second]


def make_day(slug: str) -> list[Delivery]:
    """Rows of one digest of today: uncertain, of a reader whose zone is unknown, and failed."""
    first = make_row(newsletter=make_newsletter(slug=slug))
    odd = make_subscription(first.digest.newsletter, time_zone="Mars/Phobos")
    return [
        first,
        make_delivery(first.digest, odd, status="uncertain"),
        make_delivery(first.digest, status="failed", reason="550"),
    ]


@pytest.mark.parametrize(
    ("word", "statuses", "said"),
    [
        ("--sent", ["sent", "sent", "failed"], "2 settled as sent, by alice.\n"),
        (
            "--again",
            ["planned", "uncertain", "failed"],
            "1 settled as to be sent again, by alice.\n1 left as they were (the reader's time zone is unknown).\n",
        ),
    ],
)
def test_a_day_is_settled_in_one_go(word: str, statuses: list[str], said: str) -> None:
    rows, other = make_day("papers"), make_day("other")
    today = rows[0].digest.day
    yesterday = make_approved(make_digest(rows[0].digest.newsletter, day=today - 24 * HOUR))
    week = make_approved(make_digest(rows[0].digest.newsletter, day=today, kind="weekly"))
    other += [make_delivery(digest, status="uncertain") for digest in (yesterday, week)]
    make_publisher()

    shown = run("deliveries", "settle", "--newsletter=papers", f"--day={today}", word, "--by=alice")

    assert shown == f"papers {today}: 2 uncertain.\n{said}"
    found = dict(Delivery.objects.values_list("pk", "status"))
    assert [found[row.pk] for row in rows] == statuses
    assert [found[row.pk] for row in other] == ["uncertain", "uncertain", "failed", "uncertain", "uncertain"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--newsletter=papers"], "either the numbers"),
        (["--day=2026-04-08"], "either the numbers"),
        (["1", "--newsletter=papers", "--day=2026-04-08"], "either the numbers"),
        (["--newsletter=papers", "--day=2026-04-08"], "papers 2026-04-08 has no uncertain row"),
        (["--newsletter=papers", "--day=2026-04-08-weekly"], "papers 2026-04-08-weekly has no uncertain row"),
        (["--newsletter=papers", "--day=20260408"], "invalid named value"),
        (["--newsletter=paper", "--day=2026-04-08"], "no newsletter paper"),
    ],
)
def test_a_day_that_cannot_be_settled_is_said(words: list[str], why: str) -> None:
    make_newsletter(slug="papers")
    make_publisher()

    with pytest.raises(CommandError, match=why):
        run("deliveries", "settle", *words, "--sent", "--by=alice")


@pytest.mark.parametrize("words", [["--by=alice"], ["--sent", "--again", "--by=alice"], ["--sent"]])
def test_what_is_meant_has_to_be_said(words: list[str]) -> None:
    with pytest.raises(CommandError):
        run("deliveries", "settle", "1", *words)
