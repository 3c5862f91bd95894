"""A list on its way in: looked at, imported, killed in the middle, brought a second time."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from newsletter.staff.models import Act, Role, User
from newsletter.subscribers import membership
from newsletter.subscribers.importing import bringing, starting, working
from newsletter.subscribers.importing.folder import Folder
from newsletter.subscribers.models import Consent, Invitation, ReaderImport, Subscriber, Subscription, Suppression
from tests.factories import address_hash, make_newsletter, make_subscription, make_user
from tests.subscribers.importing.lists import GROUND, NOW, alice, bring, imported, looked_at, readers, report, work

pytestmark = pytest.mark.django_db


def many(count: int) -> str:
    return "email\n" + "".join(f"reader-{number}@example.com\n" for number in range(count))


def test_a_list_is_looked_at_before_anybody_is_subscribed() -> None:
    newsletter = make_newsletter()

    looked = looked_at(newsletter, "email\nbob@example.org\nno address\n")

    assert (looked.state, looked.kind, looked.records) == ("looked", "plain", 2)
    assert looked.counts == {"new": 1, "invalid": 1}
    assert report(looked) == [("2", "new"), ("3", "invalid")]
    assert not Subscriber.objects.exists()


def test_readers_who_agreed_elsewhere_read_at_once_and_the_proof_says_where() -> None:
    newsletter = make_newsletter(default_locale="ko", time_zone="Asia/Seoul")

    done = imported(newsletter, "Email,language,timezone,hour,created_at\nBob@Example.org,en,Asia/Tokyo,6,2024-03-01\n")

    bob = newsletter.subscriptions.get()
    assert (bob.status, bob.locale, bob.time_zone, bob.hour) == ("active", "en", "Asia/Tokyo", 6)
    assert bob.subscriber.address_hash == address_hash("bob@example.org")
    proof = Consent.objects.get()
    assert (proof.act, proof.entered_by) == ("confirmed", alice().pk)
    assert GROUND in proof.wording
    assert "2024-03-01" in proof.wording
    assert (done.state, done.counts) == ("done", {"new": 1})


def test_what_the_list_does_not_say_is_as_the_newsletter_has_it() -> None:
    newsletter = make_newsletter(default_locale="ko", time_zone="Asia/Seoul")

    imported(newsletter, "email,language,timezone,hour\nbob@example.org,xx,Mars/Base,99\n")

    bob = newsletter.subscriptions.get()
    assert (bob.locale, bob.time_zone, bob.hour) == ("ko", "Asia/Seoul", 7)


def test_readers_who_are_asked_wait_and_are_to_be_invited() -> None:
    newsletter = make_newsletter()

    imported(newsletter, "email\nbob@example.org\n", asks=True)

    assert readers(newsletter) == {"bob@example.org": "pending"}
    assert Consent.objects.get().act == "asked"
    assert Invitation.objects.count() == 1


def test_the_suppression_list_wins_and_who_left_stays_away() -> None:
    newsletter = make_newsletter()
    membership.suppress(address_hash("never@example.org"), None, Suppression.Reason.COMPLAINED)
    membership.suppress(address_hash("nothere@example.org"), newsletter, Suppression.Reason.ASKED)
    make_subscription(newsletter, address="left@example.org", status="ended", end_reason="left", ended_at=NOW)
    make_subscription(newsletter, address="reads@example.org")
    make_subscription(newsletter, address="waits@example.org", status="pending", confirmed_at=None)
    names = ("never", "nothere", "left", "reads", "waits", "new", "new")

    done = imported(newsletter, "email\n" + "".join(f"{name}@example.org\n" for name in names))

    assert [outcome for _line, outcome in report(done)] == [
        *("suppressed", "suppressed", "left", "known", "waiting", "new", "duplicate")
    ]
    assert newsletter.subscriptions.count() == 4
    assert newsletter.subscriptions.get(subscriber__address="left@example.org").status == "ended"
    assert not Subscriber.objects.filter(address="never@example.org").exists()


def test_a_reader_of_another_newsletter_keeps_one_address() -> None:
    bob = make_subscription(address="bob@example.org").subscriber
    newsletter = make_newsletter()

    imported(newsletter, "email\nbob@example.org\n")

    assert newsletter.subscriptions.get().subscriber == bob


MAILCHIMP = """Email Address,First Name,MEMBER_RATING,UNSUB_TIME,CLEAN_TIME
here@example.org,A,2,,
left@example.org,B,2,2024-01-01 10:00:00,
gone@example.org,C,2,,2024-01-01 10:00:00
"""


@pytest.mark.parametrize("suppresses", [True, False])
def test_who_left_or_bounced_there_is_never_subscribed_and_suppressed_only_if_asked(suppresses: bool) -> None:
    newsletter = make_newsletter()

    imported(newsletter, MAILCHIMP, suppresses=suppresses)

    assert readers(newsletter) == {"here@example.org": "active"}
    barred = dict(Suppression.objects.values_list("address_hash", "reason"))
    expected = {address_hash("left@example.org"): "asked", address_hash("gone@example.org"): "bounced"}
    assert barred == (expected if suppresses else {})


def test_a_reader_who_signed_up_here_is_not_suppressed_for_having_left_there() -> None:
    newsletter = make_newsletter()
    make_subscription(newsletter, address="left@example.org")

    imported(newsletter, MAILCHIMP, suppresses=True)

    assert not Suppression.objects.filter(address_hash=address_hash("left@example.org")).exists()


@pytest.mark.parametrize("rows", ["bob@example.org,active\nbob@example.org,unsubscribed\n"])
def test_of_two_lines_about_one_reader_the_one_that_says_gone_counts(rows: str) -> None:
    newsletter = make_newsletter()

    done = imported(newsletter, f"email,status\n{rows}")

    assert report(done) == [("2", "off"), ("3", "duplicate")]
    assert readers(newsletter) == {}


@pytest.mark.parametrize(("asks", "expected"), [(True, "pending"), (False, None)])
def test_who_never_confirmed_there_is_asked_or_left_out(asks: bool, expected: str | None) -> None:
    newsletter = make_newsletter()

    imported(newsletter, "email,status\nbob@example.org,unconfirmed\n", asks=asks)

    assert readers(newsletter).get("bob@example.org") == expected


def test_a_list_that_is_brought_twice_changes_nothing_more() -> None:
    newsletter = make_newsletter()

    first, second = imported(newsletter, many(5)), imported(newsletter, many(5))

    assert (first.counts, second.counts) == ({"new": 5}, {"known": 5})
    assert (newsletter.subscriptions.count(), Consent.objects.count()) == (5, 5)


def test_a_chunk_that_breaks_off_leaves_no_trace_and_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "CHUNK", 2)
    newsletter = make_newsletter()
    looked = looked_at(newsletter, many(5))
    starting.start(looked, asks=False, ground=GROUND, suppresses=False, by=alice())
    save, chunks = ReaderImport.save, iter(range(9))

    def dies(self: ReaderImport, **named: object) -> None:
        if next(chunks) == 1:
            raise OSError("killed")
        save(self, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(ReaderImport, "save", dies)
        working.work(now=NOW)
    looked.refresh_from_db()
    broken_off = (looked.position, newsletter.subscriptions.count())
    work()

    looked.refresh_from_db()
    assert broken_off == (2, 2)
    assert (looked.state, looked.counts, newsletter.subscriptions.count()) == ("done", {"new": 5}, 5)
    assert report(looked) == [(str(line), "new") for line in range(2, 7)]


def test_a_worker_whose_chunk_another_has_done_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "CHUNK", 2)
    newsletter = make_newsletter()
    brought = bring(newsletter, many(5))
    stale = ReaderImport.objects.select_related("newsletter").get(pk=brought.pk)
    ReaderImport.objects.filter(pk=brought.pk).update(position=2)

    with transaction.atomic():
        assert working._work_on(stale, now=NOW, turn=10) == 0

    brought.refresh_from_db()
    assert (brought.position, brought.counts) == (2, {})


def test_a_cancelled_import_stops_and_keeps_who_came_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "CHUNK", 2)
    newsletter = make_newsletter()
    looked = looked_at(newsletter, many(5))
    starting.start(looked, asks=False, ground=GROUND, suppresses=False, by=alice())
    bring_in = bringing.bring

    def cancelled(*args: object, **named: object) -> object:
        done = bring_in(*args, **named)  # type: ignore[arg-type]
        starting.cancel(looked, by=alice(), now=NOW)
        return done

    monkeypatch.setattr(working, "bring", cancelled)
    work()

    looked.refresh_from_db()
    assert looked.state == "cancelled"
    assert newsletter.subscriptions.count() == 2


@pytest.mark.parametrize("lost", ["role", "rank", "desk", "account"])
def test_an_import_ends_when_who_started_it_loses_the_role(
    monkeypatch: pytest.MonkeyPatch, lost: str, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(working, "CHUNK", 2)
    newsletter = make_newsletter()
    bob = make_user("bob", is_staff=True)
    role = Role.objects.create(user=bob, newsletter=newsletter, role=Role.Kind.ADMINISTRATOR)
    looked = looked_at(newsletter, many(5))
    starting.start(looked, asks=False, ground=GROUND, suppresses=False, by=bob)
    working.work(now=NOW, turn=0)
    changes: dict[str, Callable[[], object]] = {
        "role": role.delete,
        "rank": lambda: Role.objects.update(role=Role.Kind.PUBLISHER),
        "desk": lambda: User.objects.filter(pk=bob.pk).update(is_staff=False),
        "account": bob.delete,
    }

    changes[lost]()
    with django_capture_on_commit_callbacks(execute=True):
        work()

    looked.refresh_from_db()
    act = Act.objects.latest("pk")
    assert (looked.state, looked.ended_at, newsletter.subscriptions.count()) == ("cancelled", NOW, 2)
    assert (act.verb, act.username, act.after) == ("cancel import", "", {"import": looked.pk, "new": 2})
    assert not Folder(looked.key).brought.exists()


def test_the_list_is_gone_once_it_is_imported_and_the_report_names_nobody(
    settings: Settings, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        done = imported(make_newsletter(), "email\nbob@example.org\nnobody\n")

    left = sorted(path.name for path in Folder(done.key).path.iterdir())
    assert left == ["done.csv", "looked.csv"]
    assert "bob" not in Folder(done.key).report("done.csv").read_text()


def test_the_list_is_private_to_the_user_of_the_site() -> None:
    brought = bring(make_newsletter(), "email\nbob@example.org\n")

    assert Folder(brought.key).path.stat().st_mode & 0o077 == 0
    assert Folder(brought.key).brought.stat().st_mode & 0o077 == 0


def test_acts_count_and_name_no_reader() -> None:
    newsletter = make_newsletter()

    imported(newsletter, "email\nbob@example.org\n")

    acts = list(Act.objects.order_by("pk"))
    assert [act.verb for act in acts] == ["bring a list", "import readers", "imported readers"]
    assert acts[-1].after["new"] == 1
    assert {act.newsletter for act in acts} == {newsletter.pk}
    assert not any("bob" in str((act.after, act.name)) for act in acts)


@pytest.mark.parametrize(
    ("content", "problem", "line"),
    [
        (b"", "empty", None),
        (b"\n \n", "empty", None),
        (b"PK\x03\x04 an Excel file", "packed", None),
        (b"\x00\x01\x02\xff\x00 pictures", "binary", None),
        (b"name,city\nBob,Berlin\n", "no_column", None),
        (b'email,name\nbob@example.org,B\ncarol@example.org,"Car', "unclosed", 3),
        (b"email\n" + b"x" * 1_000_001, "too_long", 2),
    ],
)
def test_what_is_no_list_is_said_so_and_nothing_is_done(content: bytes, problem: str, line: int | None) -> None:
    newsletter = make_newsletter()

    looked = looked_at(newsletter, content)

    assert (looked.state, looked.problem, looked.problem_line) == ("failed", problem, line)
    assert not Folder(looked.key).brought.exists()
    assert not Subscription.objects.exists()


def test_a_list_whose_file_has_vanished_is_said_so() -> None:
    brought = bring(make_newsletter(), "email\nbob@example.org\n")
    Folder(brought.key).forget()

    work()

    brought.refresh_from_db()
    assert (brought.state, brought.problem) == ("failed", "gone")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp949", "cp1252", "shift_jis"])
def test_every_turn_goes_on_where_the_last_one_ended(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    monkeypatch.setattr(working, "CHUNK", 2)
    name = {"cp949": "김철수", "shift_jis": "さとう", "cp1252": "André"}.get(encoding, "김철수")
    rows = [f'r{number}@example.com,"{name}\r\n{name}"\r\n\r\n' for number in range(7)]
    brought = bring(make_newsletter(), f"email,name\r\n{''.join(rows)}".encode(encoding))

    while working.work(now=NOW, turn=0):
        pass

    brought.refresh_from_db()
    assert (brought.state, brought.counts) == ("looked", {"new": 7})
    assert report(brought) == [(f"{line}-{line + 1}", "new") for line in range(2, 23, 3)]
