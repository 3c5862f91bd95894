"""Lists in the admin, from the file to the report."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from digests.models import Newsletter
from newsletter.staff.models import Role
from newsletter.subscribers.admin import imports
from newsletter.subscribers.importing import starting
from newsletter.subscribers.importing.folder import Folder
from newsletter.subscribers.importing.outcomes import OUTCOMES, PROBLEMS, Outcome, Problem
from newsletter.subscribers.models import ReaderImport
from tests.factories import make_newsletter, make_sender
from tests.staff.pages import browser, member
from tests.subscribers.importing.lists import NOW, alice, imported, looked_at, readers, work

pytestmark = pytest.mark.django_db
OTHERS = [kind for kind in Role.Kind.values if kind != "administrator"]


@pytest.fixture
def client() -> Client:
    return browser(alice())


def page(name: str, row: object) -> str:
    return reverse(f"admin:{name}", args=[row.pk])  # type: ignore[attr-defined]


def upload(client: Client, newsletter: Newsletter, content: bytes) -> ReaderImport | None:
    file = SimpleUploadedFile("readers.csv", content)
    client.post(page("newsletter_bring", newsletter), {"brought": file})
    return ReaderImport.objects.first()


def test_a_list_is_brought_looked_at_imported_and_reported(client: Client) -> None:
    newsletter = make_newsletter()
    brought = upload(client, newsletter, b"email\nbob@example.org\n=1+1\n")
    assert brought is not None
    assert "data-pause" in client.get(page("readerimport", brought)).text
    work()
    waiting = client.get(page("readerimport", brought)).text
    answers = {"how": "agreed", "ground": "Our old list, double opt-in."}

    client.post(page("readerimport_start", brought), answers)
    work()

    assert "Import these readers" in waiting
    assert readers(newsletter) == {"bob@example.org": "active"}
    report = b"".join(client.get(page("readerimport_report", brought)).streaming_content).decode()  # type: ignore[attr-defined]
    assert report.splitlines()[1:] == [
        "2,new,",
        '3,cannot be imported,"This begins like a formula, not like an address."',
    ]


@pytest.mark.parametrize(("per_day", "reached"), [(40, "60"), (19, "0"), (100, ""), (None, "")])
def test_more_readers_than_letters_in_thirty_days_are_said_so_before(
    client: Client, per_day: int | None, reached: str
) -> None:
    newsletter = make_newsletter(sender=make_sender(per_day=per_day))
    looked = looked_at(newsletter, "email\n" + "".join(f"r{n}@example.com\n" for n in range(70)))

    shown = client.get(page("readerimport", looked)).text

    assert ("forgotten: bring the others later" in shown) == bool(reached)
    assert f"in 30 days reach {reached} of" in shown or not reached


def test_who_says_that_readers_agreed_says_where(client: Client) -> None:
    looked = looked_at(make_newsletter(), "email\nbob@example.org\n")

    answer = client.post(page("readerimport_start", looked), {"how": "agreed", "ground": "  "})

    assert "Please write down where these readers agreed." in answer.text
    looked.refresh_from_db()
    assert looked.state == "looked"


@pytest.mark.parametrize("content", [b"", b"name\nBob\n"])
def test_what_is_no_list_is_said_in_words(client: Client, content: bytes) -> None:
    newsletter = make_newsletter()
    brought = upload(client, newsletter, content)
    work()

    shown = (
        client.get(page("readerimport", brought)) if brought else client.post(page("newsletter_bring", newsletter), {})
    )

    assert "No column has e-mail addresses" in shown.text or "Please choose a file." in shown.text


def test_two_gigabytes_are_refused_before_any_of_them_is_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "drain", lambda _request: None)  # the test's body is shorter than it says
    newsletter = make_newsletter()

    answer = client.post(page("newsletter_bring", newsletter), {}, CONTENT_LENGTH=str(2_000_000_000))

    assert answer.status_code == 413
    assert "more than 250 MB" in answer.text
    assert not ReaderImport.objects.exists()


def test_a_file_that_fits_on_no_disk_is_refused_in_words(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "has_room", lambda _octets: False)
    newsletter = make_newsletter()

    file = SimpleUploadedFile("readers.csv", b"email\nbob@example.org\n")
    answer = client.post(page("newsletter_bring", newsletter), {"brought": file})

    assert answer.status_code == 507
    assert "has no room for this file" in answer.text
    assert not ReaderImport.objects.exists()


def test_the_report_says_of_each_reader_who_is_gone_why(client: Client) -> None:
    statuses = ("unsubscribed", "cleaned", "complained", "archived")
    rows = "".join(f"{status}@example.org,{status}\n" for status in statuses)
    looked = looked_at(make_newsletter(), f"email,status\n{rows}")

    report = b"".join(client.get(page("readerimport_report", looked)).streaming_content).decode()  # type: ignore[attr-defined]

    gone = "does not read that list any more"
    assert report.splitlines()[1:] == [
        f"2,{gone},left",
        f"3,{gone},address does not exist",
        f"4,{gone},complained",
        f"5,{gone},was not subscribed there",
    ]


def test_a_form_of_another_site_brings_nothing() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice(), backend="django.contrib.auth.backends.ModelBackend")
    newsletter = make_newsletter()

    file = SimpleUploadedFile("readers.csv", b"email\nbob@example.org\n")
    answer = client.post(page("newsletter_bring", newsletter), {"brought": file})

    assert answer.status_code == 403
    assert not ReaderImport.objects.exists()


def test_progress_is_told_to_the_page_and_stands_on_it_without_a_script(client: Client) -> None:
    looked = looked_at(make_newsletter(), "email\nbob@example.org\n")

    said = client.get(page("readerimport_progress", looked)).json()

    assert (said["state"], said["value"], said["max"], said["pause"]) == ("looked", 1, 1, None)
    html = client.get(page("readerimport", looked)).text
    for name, words in said["words"].items():
        assert re.search(rf'data-figure="{name}">{words}<', html)


def test_an_import_is_cancelled_once(client: Client) -> None:
    looked = looked_at(make_newsletter(), "email\nbob@example.org\n")

    client.post(page("readerimport_cancel", looked))
    answer = client.post(page("readerimport_cancel", looked), follow=True)

    looked.refresh_from_db()
    assert looked.state == "cancelled"
    assert "This import has ended already." in answer.text


def test_a_list_is_not_imported_twice() -> None:
    done = imported(make_newsletter(), "email\nbob@example.org\n")

    with pytest.raises(starting.NotPossible):
        starting.start(done, asks=True, ground="", suppresses=False, by=alice())


def test_letters_need_a_sender() -> None:
    newsletter = make_newsletter()
    newsletter.sender_assignment.delete()
    looked = looked_at(newsletter, "email\nbob@example.org\n")

    with pytest.raises(starting.NotPossible, match="no sender"):
        starting.start(looked, asks=True, ground="", suppresses=False, by=alice())


def test_reports_and_lists_are_gone_after_seven_days(client: Client) -> None:
    looked = looked_at(make_newsletter(), "email\nbob@example.org\n")
    later = NOW.replace(year=2100)

    starting.forget(now=later)

    looked.refresh_from_db()
    assert looked.state == "cancelled"
    answer = client.get(page("readerimport_report", looked), follow=True)
    assert "is not there any more" in answer.text


def test_a_list_that_is_still_worked_on_is_gone_after_seven_days_too() -> None:
    looked = looked_at(make_newsletter(), "email\nbob@example.org\n")

    starting.forget(now=NOW + timedelta(days=8))

    looked.refresh_from_db()
    assert looked.state == "cancelled"
    assert not Folder(looked.key).brought.exists()
    assert Folder(looked.key).report("looked.csv").exists()


PAGES: list[Callable[[Client, ReaderImport], int]] = [
    lambda client, one: client.get(page("newsletter_bring", one.newsletter)).status_code,
    lambda client, one: client.post(page("newsletter_bring", one.newsletter)).status_code,
    lambda client, one: client.get(page("readerimport", one)).status_code,
    lambda client, one: client.get(page("readerimport_progress", one)).status_code,
    lambda client, one: client.get(page("readerimport_report", one)).status_code,
    lambda client, one: client.post(page("readerimport_start", one), {"how": "ask"}).status_code,
    lambda client, one: client.post(page("readerimport_cancel", one)).status_code,
]


@pytest.mark.parametrize("act", PAGES)
@pytest.mark.parametrize("kind", OTHERS)
def test_it_takes_an_administrator(kind: str, act: Callable[[Client, ReaderImport], int]) -> None:
    looked = looked_at(make_newsletter(), "email\nbob@example.org\n")

    assert act(browser(member(looked.newsletter, kind)), looked) == 403


@pytest.mark.parametrize("act", PAGES)
def test_an_administrator_of_another_newsletter_is_none_here(act: Callable[[Client, ReaderImport], int]) -> None:
    looked = looked_at(make_newsletter(), "email\nbob@example.org\n")

    assert act(browser(member(make_newsletter(), "administrator")), looked) == 403


@pytest.mark.parametrize("act", PAGES)
def test_an_administrator_may_do_all_of_it(act: Callable[[Client, ReaderImport], int]) -> None:
    looked = looked_at(make_newsletter(), "email\nbob@example.org\n")

    assert act(browser(member(looked.newsletter, "administrator")), looked) in (200, 302)


def test_the_list_of_imports_leads_to_their_pages(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    newsletter = make_newsletter()
    for _number in range(20):
        looked = looked_at(newsletter, "email\nbob@example.org\n")

    with django_assert_max_num_queries(20):
        shown = client.get(reverse("admin:subscribers_readerimport_changelist"))

    assert "readers.csv" in shown.text
    change = reverse("admin:subscribers_readerimport_change", args=[looked.pk])
    assert client.get(change).headers["Location"] == page("readerimport", looked)


def test_the_page_of_an_import_asks_little(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    looked = looked_at(make_newsletter(), "email\n" + "".join(f"r{n}@example.com\n" for n in range(68)))

    with django_assert_max_num_queries(8):
        client.get(page("readerimport", looked))


def test_every_outcome_and_every_problem_has_words() -> None:
    with translation.override("en"):
        assert set(OUTCOMES) == set(Outcome)
        assert set(PROBLEMS) == set(Problem)
        assert all(map(str, (*OUTCOMES.values(), *PROBLEMS.values())))
