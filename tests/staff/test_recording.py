"""What is changed at the desk stands in the log of acts, whoever does it and on whatever page."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from digests.models import Digest, GlossaryTerm, Newsletter, Summary
from newsletter.desk import approving
from newsletter.postbox import senders
from newsletter.staff.models import Act, Role, User
from newsletter.subscribers.models import Suppression
from tests.factories import MORNING, make_publisher, make_user
from tests.staff.pages import browser, change_page, draft_of, member, post, summary_of

pytestmark = pytest.mark.django_db


def acts() -> list[tuple[str, str, str]]:
    return [(act.username, act.verb, act.kind) for act in Act.objects.order_by("pk")]


def test_a_changed_title_is_said_with_what_it_was(a: Newsletter) -> None:
    paper = draft_of(a).papers.get()

    post(browser(member(a, Role.Kind.EDITOR)), paper, title="Corrected")

    act = Act.objects.get()
    assert (act.username, act.verb, act.kind, act.newsletter) == ("bob", "change", "digests.paper", a.pk)
    assert (act.before, act.after) == ({"title": "Paper of News A"}, {"title": "Corrected"})


def test_rows_of_an_inline_are_said_one_by_one(a: Newsletter) -> None:
    row = {"slug": "agents", "names": "en: Agents", "terms": "", "newsletter": a.pk, "id": ""}
    added = {f"topics-0-{name}": value for name, value in row.items()} | {"topics-TOTAL_FORMS": 1}
    alice = browser(make_publisher())

    post(alice, a, **added)
    post(alice, a, **{"topics-0-DELETE": "on"})

    assert acts() == [("alice", "add", "digests.topic"), ("alice", "delete", "digests.topic")]
    assert len({act.thing for act in Act.objects.all()}) == 1


def test_a_summary_of_the_papers_page_is_said_as_a_summary(a: Newsletter) -> None:
    post(browser(member(a, Role.Kind.EDITOR)), draft_of(a).papers.get(), **{"summaries-0-text": "- New."})

    act = Act.objects.get()
    assert (act.kind, act.before["text"], act.after["text"]) == ("digests.summary", "- Old.", "- New.")


def test_a_page_that_was_saved_as_it_is_says_nothing(a: Newsletter) -> None:
    post(browser(member(a, Role.Kind.EDITOR)), draft_of(a).papers.get())

    assert not Act.objects.exists()


def test_the_postbox_of_a_sender_is_not_told(a: Newsletter) -> None:
    sender = a.sender_assignment.sender

    post(browser(make_publisher()), sender, postbox_url="smtp+tls://user:secret@mail.example.org", name="Evening")

    act = Act.objects.get()
    assert act.after == {"name": "Evening", "postbox_url": "…"}
    assert "secret" not in str(act.before)


def test_a_password_is_not_told(a: Newsletter) -> None:
    bob = member(a, Role.Kind.EDITOR)
    words = {"password1": "early-morning-bread", "password2": "early-morning-bread", "usable_password": "true"}

    browser(make_publisher()).post(reverse("admin:auth_user_password_change", args=[bob.pk]), words)

    act = Act.objects.get()
    assert (act.verb, act.kind, act.after) == ("change", "staff.user", {"password": "…"})


def test_what_is_done_to_an_address_is_said_of_the_newsletter_and_names_nobody(a: Newsletter) -> None:
    form = {"address": "reader@example.org", "reason": "asked", "newsletter": a.pk}
    browser(member(a, Role.Kind.ADMINISTRATOR)).post(reverse("admin:subscribers_suppression_add"), form)
    alice, row = browser(make_publisher()), Suppression.objects.get()
    alice.post(reverse("admin:subscribers_suppression_add"), form | {"newsletter": ""})

    alice.post(reverse("admin:subscribers_suppression_delete", args=[row.pk]), {"post": "yes"})
    rest = {"action": "delete_selected", "post": "yes", "_selected_action": [Suppression.objects.get().pk]}
    alice.post(reverse("admin:subscribers_suppression_changelist"), rest)

    assert acts() == [
        ("bob", "suppress", "digests.newsletter"),
        ("alice", "suppress", "staff.user"),
        ("alice", "lift suppression", "digests.newsletter"),
        ("alice", "lift suppression", "staff.user"),
    ]
    assert not Suppression.objects.exists()
    said = str(list(Act.objects.values()))
    assert "reader@" not in said
    assert row.address_hash not in said


def test_a_long_text_is_its_beginning_and_its_hash(a: Newsletter) -> None:
    post(browser(member(a, Role.Kind.EDITOR)), summary_of(a, "en"), text="- " + "word " * 1000)

    said = Act.objects.get().after["text"]
    assert said.startswith("- word word")
    assert "sha256" in said
    assert len(said) < 2200


def test_each_verb_on_a_digest_is_said_with_both_states(a: Newsletter) -> None:
    bob, digest = member(a, Role.Kind.PUBLISHER), draft_of(a)

    approving.approve(digest, by=bob, now=MORNING)
    approving.pause(digest, by=bob)
    approving.resume(digest, by=bob)
    approving.unapprove(digest, by=bob)
    approving.cancel(digest, by=bob)

    said = [(act.verb, act.before["status"], act.after["status"]) for act in Act.objects.order_by("pk")]
    assert said == [
        ("approve", "draft", "approved"),
        ("pause", "approved", "paused"),
        ("resume", "paused", "approved"),
        ("unapprove", "approved", "draft"),
        ("cancel", "draft", "cancelled"),
    ]


def test_what_was_refused_is_not_said(a: Newsletter) -> None:
    bob = member(a, Role.Kind.PUBLISHER)

    with pytest.raises(approving.NotPossible):
        approving.resume(draft_of(a), by=bob)

    assert not Act.objects.exists()


def test_settling_is_said_of_the_digest_with_how_many_rows(a: Newsletter) -> None:
    sent = a.digests.exclude(status="draft").get()
    sent.deliveries.update(status="uncertain")
    rows = {"action": "it_arrived", "_selected_action": list(sent.deliveries.values_list("pk", flat=True))}

    browser(member(a, Role.Kind.PUBLISHER)).post(reverse("admin:delivery_delivery_changelist"), rows)

    act = Act.objects.get()
    assert (act.verb, act.thing, act.after) == ("it arrived", str(sent.pk), {"rows": 1})


def test_pausing_a_sender_is_said_also_where_it_happens_by_itself(a: Newsletter) -> None:
    sender = a.sender_assignment.sender

    senders.pause(sender, reason="535", now=MORNING)
    senders.resume(sender, by=member(a, Role.Kind.ADMINISTRATOR))

    assert acts() == [("", "pause", "postbox.sender"), ("bob", "resume", "postbox.sender")]


def test_a_publisher_pauses_no_sender(a: Newsletter) -> None:
    sender = a.sender_assignment.sender

    with pytest.raises(PermissionDenied, match="administrator"):
        senders.pause(sender, reason="x", now=MORNING, by=member(a, Role.Kind.PUBLISHER))

    assert not senders.is_paused(sender)


@pytest.mark.parametrize("row", [draft_of, lambda a: draft_of(a).papers.get(), lambda a: summary_of(a, "en")])
def test_an_editor_whose_role_is_taken_away_in_the_middle_reads_why(a: Newsletter, row: object) -> None:
    assert callable(row)
    bob = member(a, Role.Kind.EDITOR)
    thing = row(a)
    browser(bob).get(change_page(thing))
    before = list(Digest.objects.values()), list(Summary.objects.values())

    Role.objects.all().delete()
    answer = browser(bob).post(change_page(thing), {"_save": "Save"})

    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text
    assert (list(Digest.objects.values()), list(Summary.objects.values())) == before


def test_a_publisher_who_became_a_viewer_reads_that_nothing_was_sent_again(a: Newsletter) -> None:
    bob = member(a, Role.Kind.PUBLISHER)
    rows = {"action": "send_again", "_selected_action": [1]}

    Role.objects.update(role=Role.Kind.VIEWER)
    answer = browser(bob).post(reverse("admin:delivery_delivery_changelist"), rows)

    assert answer.status_code == 403
    assert "nothing was changed" in answer.text


def test_a_history_shows_what_was_before_and_after(a: Newsletter) -> None:
    bob, paper = member(a, Role.Kind.EDITOR), draft_of(a).papers.get()
    post(browser(bob), paper, title="Paper on News")

    page = browser(bob).get(reverse("admin:digests_paper_history", args=[paper.pk])).text

    assert "<del>of</del>" in page
    assert "<ins>on</ins>" in page
    assert "/admin/staff/act/" not in page


def test_an_administrator_reads_the_acts_of_the_own_newsletter_alone(a: Newsletter, b: Newsletter) -> None:
    alice = make_publisher()
    for newsletter in (a, b):
        post(browser(alice), newsletter, tagline="New")
    bob = browser(member(a, Role.Kind.ADMINISTRATOR))
    mine, others = (Act.objects.get(newsletter=newsletter.pk) for newsletter in (a, b))

    page = bob.get(reverse("admin:staff_act_changelist")).text

    assert "News A" in page
    assert "News B" not in page
    assert bob.get(change_page(mine)).status_code == 200
    assert bob.get(change_page(others)).status_code == 302
    assert "News B" in browser(alice).get(reverse("admin:staff_act_changelist")).text


def test_acts_are_found_by_newsletter_user_verb_and_day(a: Newsletter) -> None:
    alice = make_publisher()
    post(browser(alice), a, tagline="New")
    approving.approve(draft_of(a), by=member(a, Role.Kind.PUBLISHER), now=MORNING)
    asked: list[dict[str, Any]] = [
        {"newsletter": a.pk},
        {"user": alice.pk},
        {"verb": "approve"},
        {"at__gte": "2020-01-01 00:00:00+00:00"},
        {"user": "x"},
    ]

    found = [
        browser(alice).get(reverse("admin:staff_act_changelist"), query).context["cl"].result_count for query in asked
    ]

    assert found == [2, 1, 1, 2, 2]


def test_nobody_changes_an_act(a: Newsletter) -> None:
    alice = browser(make_publisher())
    post(alice, a, tagline="New")
    act = Act.objects.get()

    answers = [alice.post(change_page(act)), alice.post(reverse("admin:staff_act_delete", args=[act.pk]))]

    assert [answer.status_code for answer in answers] == [403, 403]


@pytest.mark.parametrize(("locale", "allowed"), [("ko", True), ("en", False)])
def test_a_translators_languages_count_for_all_that_has_a_language(a: Newsletter, locale: str, allowed: bool) -> None:
    bob = User.objects.get(pk=member(a, Role.Kind.TRANSLATOR, languages=("ko",)).pk)
    digest = draft_of(a)

    rights = [
        bob.has_perm("digests.change_digesttext", digest.texts.model(digest=digest, locale=locale)),
        bob.has_perm("digests.change_glossaryterm", GlossaryTerm(newsletter=a, locale=locale)),
        bob.has_perm("digests.change_finding", summary_of(a, locale).findings.model(summary=summary_of(a, locale))),
    ]

    assert rights == [allowed] * 3


def test_a_translator_sees_the_papers_page_and_writes_nothing_there(a: Newsletter) -> None:
    bob = browser(member(a, Role.Kind.TRANSLATOR, languages=("ko",)))
    page = change_page(draft_of(a).papers.get())

    assert "<textarea" not in bob.get(page).text
    assert bob.post(page, {"summaries-0-text": "- New."}).status_code == 403
    assert make_user("charlie").has_perm("digests.view_paper", draft_of(a).papers.get()) is False
