"""The digest's page: order, pins, what was sent before, words, and two editors at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from digests.editions import freeze
from digests.models import Digest, Entry, Newsletter, Summary
from newsletter.desk.curating import Changed, curate, since
from newsletter.staff.models import Act, User
from tests.factories import DAY, make_approved, make_digest, make_newsletter, make_paper, make_topic
from tests.staff.pages import browser, change_page, form_of, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def newsletter() -> Newsletter:
    return make_newsletter(locales=["en", "ko", "ar"])


@pytest.fixture
def digest(newsletter: Newsletter) -> Digest:
    return make_digest(newsletter, papers=[make_paper(title=title) for title in ("One", "Two", "Three")])


@pytest.fixture
def bob(newsletter: Newsletter) -> User:
    return member(newsletter, "editor")


@pytest.fixture
def desk(bob: User) -> Client:
    return browser(bob)


def titles(digest: Digest) -> list[str]:
    return [entry.title for entry in freeze(digest).entries]


def page(desk: Client, digest: Digest) -> str:
    return desk.get(change_page(digest)).text


def save(desk: Client, digest: Digest, form: dict[str, Any], **more: Any) -> Any:
    return desk.post(change_page(digest), form | more)


def places(digest: Digest, *order: int) -> dict[str, Any]:
    return {f"entries-{row}-place": place for row, place in enumerate(order)}


def test_an_order_is_saved_and_stands_in_the_log(desk: Client, digest: Digest) -> None:
    save(desk, digest, form_of(change_page(digest)), **places(digest, 3, 1, 2))

    act = Act.objects.get(verb="curate")
    keys = dict(digest.papers.values_list("title", "key"))
    assert titles(digest) == ["Two", "Three", "One"]
    assert (act.username, act.before["order"]) == ("bob", [keys[title] for title in ("One", "Two", "Three")])
    assert act.after["order"] == [keys[title] for title in ("Two", "Three", "One")]
    assert act.after["version"] == 1


def test_a_number_that_is_typed_takes_the_paper_there(desk: Client, digest: Digest) -> None:
    save(desk, digest, form_of(change_page(digest)), **{"entries-2-place": 1})

    assert titles(digest) == ["Three", "One", "Two"]


def test_a_pinned_paper_goes_first_and_the_others_stay_in_the_order_of_votes(desk: Client, digest: Digest) -> None:
    save(desk, digest, form_of(change_page(digest)), **{"entries-2-pinned": "on"})

    digest.refresh_from_db()
    assert titles(digest) == ["Three", "One", "Two"]
    assert (digest.ordering, freeze(digest).entries[0].pinned) == ("votes", True)


def test_pinning_and_ordering_at_once_do_both(desk: Client, digest: Digest) -> None:
    save(desk, digest, form_of(change_page(digest)), **places(digest, 3, 2, 1), **{"entries-1-pinned": "on"})

    assert titles(digest) == ["Two", "Three", "One"]


def test_a_save_without_a_change_leaves_the_version_and_the_log_alone(desk: Client, digest: Digest) -> None:
    save(desk, digest, form_of(change_page(digest)))

    digest.refresh_from_db()
    assert (digest.version, Act.objects.count()) == (0, 0)


@pytest.fixture
def sent(newsletter: Newsletter, digest: Digest) -> Entry:
    """An entry whose paper an approved digest of yesterday had."""
    paper = make_paper(title="Sent")
    make_approved(make_digest(newsletter, papers=[paper], day=DAY - timedelta(days=1)))
    return Entry.objects.create(digest=digest, paper=paper, position=9, included=False)


def test_a_paper_that_was_sent_says_when_and_goes_again_at_a_tick(desk: Client, digest: Digest, sent: Entry) -> None:
    shown = page(desk, digest)

    save(desk, digest, form_of(change_page(digest)), **{"entries-3-again": "on"})

    earlier = Digest.objects.exclude(pk=digest.pk).get()
    assert f'<a href="{change_page(earlier)}">Already sent on Monday, 6 April 2026</a>' in shown
    assert "Sent" in titles(digest)


def test_it_is_out_once_the_tick_is_gone(desk: Client, digest: Digest, sent: Entry) -> None:
    Entry.objects.filter(pk=sent.pk).update(included=True, again=True)
    form = form_of(change_page(digest))
    del form["entries-3-again"]

    save(desk, digest, form)

    sent.refresh_from_db()
    assert (sent.included, sent.again) == (False, False)


def test_no_form_brings_it_in_without_the_tick(desk: Client, digest: Digest, sent: Entry) -> None:
    save(desk, digest, form_of(change_page(digest)), **{"entries-3-included": "on"})

    assert "Sent" not in titles(digest)


def test_the_page_says_how_far_each_language_is(desk: Client, digest: Digest, bob: User) -> None:
    paper = digest.papers.get(title="One")
    Summary.objects.create(paper=paper, locale="ko", text="- 하나.", origin="human", checked_by=bob)

    shown = page(desk, digest)

    assert [shown.count(f"Korean: {state}") // 2 for state in ("checked", "missing")] == [1, 2]
    assert shown.count("English: not checked") // 2 == 3


def test_a_summary_in_the_language_itself_serves_its_regions(desk: Client, digest: Digest) -> None:
    Newsletter.objects.update(locales=["pt-br"])
    Summary.objects.create(paper=digest.papers.get(title="One"), locale="pt", text="- Um.", origin="human")

    shown = page(desk, digest)

    assert [shown.count(f"Brazilian Portuguese: {state}") // 2 for state in ("not checked", "missing")] == [1, 2]


def test_what_a_field_is_called_is_said_in_the_editors_language(desk: Client, digest: Digest) -> None:
    shown = desk.get(change_page(digest), headers={"accept-language": "ko"}).text

    assert "순서:" in shown
    assert "Order" not in shown


def test_it_proposes_what_readers_see_where_nothing_is_written(desk: Client, digest: Digest) -> None:
    Entry.objects.filter(digest=digest, paper__title="One").update(included=False)

    shown = page(desk, digest)

    assert "Two and 1 more (7 April)" in shown
    assert "Two · Three" in shown


def test_words_are_written_in_any_language_on_offer(desk: Client, digest: Digest) -> None:
    form = form_of(change_page(digest))
    row = next(name for name, value in form.items() if value == "ko").removesuffix("-locale")

    save(desk, digest, form, **{f"{row}-subject": "오늘의 논문"})

    assert list(digest.texts.values_list("locale", "subject")) == [("ko", "오늘의 논문")]
    assert Act.objects.get().after["words"]["ko"]["subject"] == "오늘의 논문"


def test_what_was_corrected_is_said_once_the_digest_was_approved(desk: Client, digest: Digest) -> None:
    before = form_of(change_page(digest))
    make_approved(digest)
    form = form_of(change_page(digest))

    save(desk, digest, form, **{"texts-0-correction": "The second paper had the title of the *first*."})

    assert "texts-0-correction" not in before
    assert digest.texts.get().correction == "The second paper had the title of the *first*."
    assert Act.objects.get().after["words"]["en"]["correction"].startswith("The second paper")


def test_the_second_of_two_editors_is_told_and_nothing_is_overwritten(desk: Client, digest: Digest) -> None:
    form = form_of(change_page(digest))
    alice = browser(User.objects.get(username="alice"))
    save(alice, digest, form, **places(digest, 2, 1, 3), **{"entries-2-pinned": "on"})

    answer = save(desk, digest, form, **places(digest, 3, 1, 2), **{"texts-0-subject": "Mine"})

    shown = answer.text
    assert answer.status_code == 200
    assert "Yours is not saved yet" in shown
    assert "<strong>alice</strong>" in shown
    assert "Pinned: “Three”" in shown
    assert "The order" in shown
    assert titles(digest) == ["Three", "Two", "One"]
    assert digest.texts.count() == 0
    assert 'value="Mine"' in shown
    assert [line.entry.paper.title for line in lines_of(answer)] == ["Two", "Three", "One"]


def lines_of(answer: Any) -> list[Any]:
    lines: list[Any] = answer.context["inline_admin_formsets"][0].formset.lines
    return lines


def test_who_was_told_may_save_over_it_and_not_over_a_third(desk: Client, digest: Digest) -> None:
    form = form_of(change_page(digest))
    for number in (0, 1):
        Digest.objects.filter(pk=digest.pk).update(version=number + 1)
        told = save(desk, digest, form, **{"texts-0-subject": "Mine", "despite": number})
        assert told.status_code == 200

    save(desk, digest, form, **{"texts-0-subject": "Mine", "despite": 2})

    assert digest.texts.get().subject == "Mine"


def test_two_tabs_of_one_editor_count_as_two(desk: Client, digest: Digest) -> None:
    form = form_of(change_page(digest))
    save(desk, digest, form, **{"entries-0-pinned": "on"})

    answer = save(desk, digest, form, **{"entries-1-pinned": "on"})

    assert "Yours is not saved yet" in answer.text
    assert digest.entries.filter(pinned=True).count() == 1


def test_a_page_that_says_nothing_of_what_it_showed_saves_nothing(desk: Client, digest: Digest) -> None:
    form = form_of(change_page(digest))
    del form["seen"]

    assert save(desk, digest, form, **{"entries-0-pinned": "on"}).status_code == 200
    assert digest.entries.filter(pinned=True).count() == 0


def test_what_came_in_meanwhile_is_not_lost_and_stops_nobody(desk: Client, digest: Digest) -> None:
    form = form_of(change_page(digest))
    Entry.objects.create(digest=digest, paper=make_paper(title="New"), position=4, votes=99)

    assert save(desk, digest, form, **places(digest, 3, 2, 1)).status_code == 302

    assert sorted(titles(digest)) == ["New", "One", "Three", "Two"]


def test_a_paper_that_left_meanwhile_is_said_in_words(desk: Client, digest: Digest) -> None:
    form = form_of(change_page(digest))
    digest.entries.filter(paper__title="Two").delete()

    answer = save(desk, digest, form, **{"entries-0-pinned": "on"})

    assert "A paper has left this digest since" in answer.text


def test_papers_of_earlier_days_are_added_by_number_or_address(
    desk: Client, digest: Digest, newsletter: Newsletter
) -> None:
    there, other, foreign = (make_paper(title=title) for title in ("There", "Other", "Foreign"))
    make_digest(newsletter, papers=[there, other], day=DAY - timedelta(days=9))
    make_digest(papers=[foreign])
    form = form_of(change_page(digest))

    refused = save(desk, digest, form, papers=f"{there.arxiv_id}\n{foreign.arxiv_id}")
    save(desk, digest, form, papers=f"arXiv:{there.arxiv_id}v2 {other.url}")

    assert f"No digest of this newsletter has had {foreign.arxiv_id}." in refused.text
    assert titles(digest) == ["One", "Two", "There", "Three", "Other"]


def test_saving_may_lead_to_the_preview(desk: Client, digest: Digest) -> None:
    answer = save(desk, digest, form_of(change_page(digest)), _preview="1")

    assert answer["Location"] == reverse("admin:digest_preview", args=[digest.pk])


@pytest.mark.parametrize("role", ["viewer", "translator"])
def test_who_may_not_change_it_sees_it_and_changes_nothing(digest: Digest, role: str) -> None:
    user = member(digest.newsletter, role)

    shown = page(browser(user), digest)
    answer = save(browser(user), digest, form_of(change_page(digest)), **{"entries-0-pinned": "on"})

    assert "One" in shown
    assert "line-moves" not in shown
    assert answer.status_code == 403
    with pytest.raises(PermissionDenied):
        curate(digest, seen=0, by=user, change=lambda: None)


def test_the_verb_refuses_a_version_that_is_old_and_undoes_what_it_began(digest: Digest, bob: User) -> None:
    def late() -> None:
        Entry.objects.update(pinned=True)
        Digest.objects.filter(pk=digest.pk).update(version=1)

    with pytest.raises(Changed):
        curate(digest, seen=7, by=bob, change=lambda: Entry.objects.update(pinned=True))
    with pytest.raises(Changed):
        curate(digest, seen=0, by=bob, change=late)

    assert digest.entries.filter(pinned=True).count() == 0


def test_the_log_says_in_words_what_was_done(digest: Digest, bob: User) -> None:
    curate(digest, seen=0, by=bob, change=lambda: digest.entries.update(included=False))
    curate(digest, seen=1, by=bob, change=lambda: digest.entries.filter(paper__title="One").update(included=True))

    assert [change.what for change in since(digest, 0)] == [["In again: “One”"], ["Left out: “One”, “Three”, “Two”"]]
    assert [change.what for change in since(digest, 1)] == [["In again: “One”"]]


def test_a_large_day_takes_few_queries(
    desk: Client, newsletter: Newsletter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    topic = make_topic(newsletter)
    papers = [make_paper(summaries={"en": "- One.", "ko": "- 하나."}) for _ in range(68)]
    topic.papers.set(papers)
    make_approved(make_digest(newsletter, papers=papers[:20], day=DAY - timedelta(days=1)))
    digest = make_digest(newsletter, papers=papers)
    form = form_of(change_page(digest))

    with django_assert_max_num_queries(40):
        page(desk, digest)
    with django_assert_max_num_queries(40):
        save(desk, digest, form, **places(digest, *range(68, 0, -1)))
