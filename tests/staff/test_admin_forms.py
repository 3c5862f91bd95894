"""What forms of the admin offer and take, for Bob in newsletter A and for what A shares with newsletter B."""

from typing import Any

import pytest
from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.forms import modelform_factory
from django.test import RequestFactory
from django.urls import reverse

from digests.admin.scope import OwnNewsletters
from digests.models import Digest, Entry, GlossaryTerm, Newsletter, Summary
from newsletter.staff.models import Role
from newsletter.subscribers.models import Suppression
from tests.factories import (
    make_publisher,
    make_topic,
)
from tests.staff.pages import browser, change_page, draft_of, member, post, summary_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("locale", "status"), [("ja", 302), ("de", 200)])
def test_a_translator_adds_summaries_in_the_own_languages(a: Newsletter, locale: str, status: int) -> None:
    bob = browser(member(a, Role.Kind.TRANSLATOR, languages=("ko", "ja")))
    paper = draft_of(a).papers.get()

    page = {"paper": paper.pk, "locale": locale, "text": "- Neu."}
    answer = bob.post(reverse("admin:digests_summary_add"), page)

    assert answer.status_code == status
    assert paper.summaries.filter(locale=locale).exists() == (status == 302)


def test_a_translator_without_named_languages_works_in_all(a: Newsletter) -> None:
    bob = browser(member(a, Role.Kind.TRANSLATOR))

    post(bob, summary_of(a, "en"), text="- New.")

    assert summary_of(a, "en").text == "- New."


def test_a_translator_cannot_turn_a_korean_summary_into_one_in_german(a: Newsletter) -> None:
    bob = browser(member(a, Role.Kind.TRANSLATOR, languages=("ko",)))

    post(bob, summary_of(a, "ko"), locale="de", text="- Neu.")

    assert summary_of(a, "ko").text == "- Neu."


@pytest.mark.parametrize("also_views", [False, True])
def test_a_summary_is_added_to_papers_of_the_own_newsletter_alone(
    a: Newsletter, b: Newsletter, also_views: bool
) -> None:
    bob = member(a, Role.Kind.EDITOR)
    if also_views:
        member(b, Role.Kind.VIEWER, user=bob)
    page = {"paper": draft_of(b).papers.get().pk, "locale": "de", "text": "- Neu."}

    answer = browser(bob).post(reverse("admin:digests_summary_add"), page)

    assert answer.status_code == 200
    assert not Summary.objects.filter(locale="de").exists()


def test_papers_of_others_are_not_proposed(a: Newsletter, b: Newsletter) -> None:
    bob = browser(member(a, Role.Kind.TRANSLATOR))
    asked = {"app_label": "digests", "model_name": "summary", "field_name": "paper", "term": "Paper of"}

    answer = bob.get(reverse("admin:autocomplete"), asked)

    assert [result["text"] for result in answer.json()["results"]] == ["Paper of News A"]


def new_digest(newsletter: Newsletter) -> dict[str, Any]:
    counters = {f"{name}-{count}_FORMS": 0 for name in ("entries", "texts") for count in ("TOTAL", "INITIAL")}
    return {"newsletter": newsletter.pk, "day": "2026-05-01", "kind": "daily", "ordering": "votes", **counters}


def test_a_digest_is_begun_for_the_own_newsletter_alone(a: Newsletter, b: Newsletter) -> None:
    bob = browser(member(b, Role.Kind.VIEWER, user=member(a, Role.Kind.EDITOR)))
    page = reverse("admin:digests_digest_add")

    answers = [bob.post(page, new_digest(newsletter)).status_code for newsletter in (a, b)]

    assert answers == [302, 200]
    assert Digest.objects.get(day="2026-05-01").newsletter == a
    assert "News B" not in bob.get(page).text


def test_a_shared_paper_is_changed_by_who_edits_all_of_its_newsletters(a: Newsletter, b: Newsletter) -> None:
    paper = draft_of(a).papers.get()
    Entry.objects.create(digest=draft_of(b), paper=paper)
    bob = member(a, Role.Kind.EDITOR)

    alone = post(browser(bob), paper, title="Corrected")
    summarised = post(browser(bob), summary_of(a, "en"), text="- New.")
    member(b, Role.Kind.EDITOR, user=bob)
    together = post(browser(bob), paper, title="Corrected")

    assert (alone, summarised, together) == (403, 302, 302)


def test_an_editor_chooses_among_own_topics_and_keeps_those_of_others(a: Newsletter, b: Newsletter) -> None:
    paper = draft_of(a).papers.get()
    own, others, another = make_topic(a), make_topic(b, "vision"), make_topic(b, "speech")
    paper.topics.add(others)
    bob = browser(member(a, Role.Kind.EDITOR))

    refused = post(bob, paper, topics=[own.pk, another.pk])
    saved = post(bob, paper, topics=[own.pk])

    assert (refused, saved) == (200, 302)
    assert set(paper.topics.all()) == {own, others}


def test_a_shared_sender_is_changed_by_who_administers_all_of_its_newsletters(a: Newsletter, b: Newsletter) -> None:
    sender = a.sender_assignment.sender
    b.sender_assignment.sender = sender
    b.sender_assignment.save()
    bob = member(a, Role.Kind.ADMINISTRATOR)

    alone = post(browser(bob), sender, name="Evening Papers")
    seen = browser(bob).get(change_page(sender)).status_code
    member(b, Role.Kind.ADMINISTRATOR, user=bob)
    together = post(browser(bob), sender, name="Evening Papers")

    assert (alone, seen, together) == (403, 200, 302)


def test_an_administrator_suppresses_for_the_own_newsletter_alone(a: Newsletter, b: Newsletter) -> None:
    bob = browser(member(a, Role.Kind.ADMINISTRATOR))
    page = reverse("admin:subscribers_suppression_add")

    form = {"address": "reader@example.org", "reason": "asked"}
    answers = [bob.post(page, form | {"newsletter": newsletter}).status_code for newsletter in (a.pk, b.pk, "")]

    assert answers == [302, 200, 200]
    assert [row.newsletter for row in Suppression.objects.all()] == [a]


def test_an_administrator_has_no_mails_written_into_a_folder_of_the_machine(a: Newsletter) -> None:
    sender = a.sender_assignment.sender
    urls = ("FILE:///srv/www", "smtp+tls://mail.example.org")
    bob = browser(member(a, Role.Kind.ADMINISTRATOR))

    own = [post(bob, sender, postbox_url=url) for url in urls]
    alices = post(browser(make_publisher("root")), sender, postbox_url=urls[0])

    assert (own, alices) == ([200, 302], 302)


@pytest.mark.parametrize(
    "page", [page for page in site._registry.values() if isinstance(page, OwnNewsletters)], ids=str
)
def test_no_list_is_searched_by_a_column_that_it_does_not_offer(page: OwnNewsletters) -> None:
    request = RequestFactory().get("/")
    offered = {str(filtered[0] if isinstance(filtered, tuple) else filtered) for filtered in page.list_filter}
    columns = {field.name for field in page.model._meta.concrete_fields} - offered - {page.date_hierarchy}

    allowed = [name for name in columns if page.lookup_allowed(f"{name}__startswith", "x", request)]

    assert columns
    assert allowed == []


def test_who_sees_figures_guesses_no_address_by_the_list_of_events(a: Newsletter) -> None:
    bob = browser(member(a, Role.Kind.VIEWER))

    answers = [bob.get(reverse("admin:feedback_event_changelist"), asked).status_code for asked in GUESSES]

    assert answers == [400, 400, 200]


GUESSES = ({"payload__contains": "r"}, {"delivery__subscription__subscriber__address": "r"}, {"kind__exact": "left"})


def test_terms_that_are_only_seen_are_not_deleted_in_bulk(a: Newsletter, b: Newsletter) -> None:
    bob = browser(member(b, Role.Kind.VIEWER, user=member(a, Role.Kind.EDITOR)))
    own, others = (GlossaryTerm.objects.create(newsletter=one, locale="ko", term="x", wanted="y") for one in (a, b))
    page, form = reverse("admin:digests_glossaryterm_changelist"), {"action": "delete_selected", "post": "yes"}

    together = bob.post(page, form | {"_selected_action": [own.pk, others.pk]}).status_code
    left = GlossaryTerm.objects.count()
    alone = bob.post(page, form | {"_selected_action": [own.pk]}).status_code

    assert (together, left, alone) == (403, 2, 302)
    assert list(GlossaryTerm.objects.all()) == [others]


def test_a_row_that_was_moved_to_a_newsletter_of_others_is_not_saved(a: Newsletter, b: Newsletter) -> None:
    request = RequestFactory().post("/")
    request.user = member(a, Role.Kind.EDITOR)
    digest = draft_of(a)
    digest.newsletter = b

    with pytest.raises(PermissionDenied):
        site.get_model_admin(Digest).save_model(request, digest, modelform_factory(Digest, fields=[])(), change=True)

    assert draft_of(a).newsletter == a


def test_papers_are_not_made_by_hand() -> None:
    alice = browser(make_publisher())

    assert alice.get(reverse("admin:digests_paper_add")).status_code == 403


@pytest.mark.parametrize("name", ["Daily\nPapers", "Daily\x07Papers"])
def test_names_of_newsletters_and_senders_are_one_line(a: Newsletter, name: str) -> None:
    alice = browser(make_publisher())

    answers = [post(alice, row, name=name) for row in (a, a.sender_assignment.sender)]

    assert answers == [200, 200]
