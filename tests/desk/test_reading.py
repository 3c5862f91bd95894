"""A digest read through in one language: what reads right is checked at once, and nothing else is."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from digests.checking import check_digest
from digests.models import Digest, Entry, Finding, Summary
from newsletter.desk import summaries
from newsletter.staff.models import Act
from tests.factories import make_digest, make_newsletter, make_paper, make_publisher, make_user
from tests.staff.pages import browser, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def digest() -> Digest:
    newsletter = make_newsletter(locales=["en", "ko", "pt-br"])
    texts = {"en": "- It is a short model.", "ko": "- 짧은 모델을 소개합니다.", "pt": "- É um modelo curto."}
    wrong = make_paper(
        title="Wrong", abstract="It beats others by 12%.", summaries={"ko": "- 다른 모델보다 13% 앞섭니다."}
    )
    papers = [make_paper(title=title, summaries=texts) for title in ("First", "Second")]
    digest = make_digest(newsletter=newsletter, papers=[*papers, wrong])
    check_digest(digest)
    return digest


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_publisher())
    return client


def page(digest: Digest, locale: str = "ko") -> str:
    return reverse("admin:digest_read", args=[digest.pk, locale])


def summary_of(title: str, locale: str = "ko") -> Summary:
    return Summary.objects.get(paper__title=title, locale=locale)


def named(*read: Summary) -> dict[str, list[str]]:
    return {"read": [f"{summary.pk}:{summary.version}" for summary in read]}


def boxes(text: str) -> dict[str, bool]:
    """The ticks of a page, and whether they are set."""
    found = re.findall(r'<input type="checkbox" name="read"[^>]* value="([^"]*)"( checked)?>', text)
    return {value: bool(is_set) for value, is_set in found}


def checked() -> set[tuple[str, str]]:
    return set(Summary.objects.filter(checked_at__isnull=False).values_list("paper__title", "locale"))


def test_what_is_ticked_is_checked_by_who_has_read_it(alice: Client, digest: Digest) -> None:
    shown = alice.get(page(digest))
    assert shown.context["page"].waiting == 2
    first, second = summary_of("First"), summary_of("Second")

    after = alice.post(page(digest), named(first), follow=True)

    assert "Checked: 1 summary, as it stands." in after.text
    assert checked() == {("First", "ko")}
    assert summary_of("First").checked_by is not None
    assert list(Act.objects.filter(verb="check").values_list("thing", flat=True)) == [str(first.pk)]
    assert boxes(after.text) == {f"{second.pk}:{second.version}": False}  # it was left out on purpose


def test_the_ticks_are_those_of_summaries_without_an_error(alice: Client, digest: Digest) -> None:
    wrong = summary_of("Wrong")

    shown = alice.get(page(digest))
    after = alice.post(page(digest), named(wrong), follow=True)

    assert set(boxes(shown.text).values()) == {True}
    assert f"{wrong.pk}:{wrong.version}" not in boxes(shown.text)
    assert "1 finding" in shown.text
    assert "Left unchecked: 1 summary" in after.text
    assert checked() == set()


def test_what_was_changed_since_it_was_read_is_not_checked(alice: Client, digest: Digest) -> None:
    first, second = summary_of("First"), summary_of("Second")
    bob = make_user("bob", is_staff=True, is_superuser=True)
    summaries.write(first.paper, "ko", "- 아주 긴 모델을 소개합니다.", seen=first.version, by=bob, now=timezone.now())
    Summary.objects.filter(paper__title="First").update(checked_at=None)

    after = alice.post(page(digest), named(first, second), follow=True)

    assert checked() == {("Second", "ko")}
    assert "Checked: 1 summary" in after.text
    assert "Left unchecked: 1 summary" in after.text


def test_who_clicks_twice_is_told_nothing_false(alice: Client, digest: Digest) -> None:
    form = named(summary_of("First"))
    alice.post(page(digest), form, follow=True)

    again = alice.post(page(digest), form, follow=True)

    assert "Left unchecked" not in again.text
    assert Act.objects.filter(verb="check").count() == 1


def test_a_doubt_is_shown_and_not_ticked(alice: Client, digest: Digest) -> None:
    first, second = summary_of("First"), summary_of("Second")
    Finding.objects.create(summary=first, kind="length", level="warning", mark="x", detail={})

    shown = alice.get(page(digest)).text

    assert boxes(shown) == {f"{first.pk}:{first.version}": False, f"{second.pk}:{second.version}": True}
    assert "1 doubt" in shown


def test_an_abstract_is_shown_as_it_is_mailed(alice: Client, digest: Digest) -> None:
    Summary.objects.filter(paper__title="First", locale="en").update(text="We *beat* all.", origin="original")

    assert "We *beat* all." in alice.get(page(digest, "en")).text


@pytest.mark.parametrize("where", ["another language", "left out"])
def test_what_the_page_does_not_show_is_not_checked(alice: Client, digest: Digest, where: str) -> None:
    korean = summary_of("First")
    if where == "left out":
        Entry.objects.filter(paper=korean.paper).update(included=False)

    alice.post(page(digest, "en" if where == "another language" else "ko"), named(korean))

    assert checked() == set()


@pytest.mark.parametrize(("desk", "leads_to"), [("ko", "ko"), ("pt", "pt-br"), ("fr", None)])
def test_the_desk_leads_to_the_language_that_the_digest_is_read_in(
    alice: Client, digest: Digest, desk: str, leads_to: str | None
) -> None:
    paper = summary_of("First").paper
    Summary.objects.create(paper=paper, locale="fr", text="- Un court modèle.", origin="human")

    text = alice.get(reverse("admin:summary_desk", args=[paper.pk, desk]), {"digest": digest.pk}).text

    assert ("Read all through" in text) == (leads_to is not None)
    assert leads_to is None or page(digest, leads_to) in text


def test_a_summary_of_another_digest_is_not_checked_here(alice: Client, digest: Digest) -> None:
    other = make_paper(title="Other", summaries={"ko": "- 다른 모델을 소개합니다."}).summaries.get()
    assert not Entry.objects.filter(digest=digest, paper=other.paper).exists()

    alice.post(page(digest), named(other))

    assert checked() == set()


def test_a_language_of_a_region_is_served_by_the_language_itself(alice: Client, digest: Digest) -> None:
    answer = alice.get(page(digest, "pt-br"))
    shown = answer.context["page"]

    assert [told.locale for told in shown.papers] == ["pt", "pt", ""]
    assert "/desk/pt/?" in answer.text
    assert [(said.locale, said.missing, said.unchecked) for said in shown.languages] == [
        ("en", 1, 2),
        ("ko", 0, 3),
        ("pt-br", 1, 2),
    ]


def test_translators_check_their_own_languages_alone(digest: Digest) -> None:
    translator = browser(member(digest.newsletter, "translator", languages=("ko",)))
    english, korean = summary_of("First", "en"), summary_of("First", "ko")

    assert translator.get(page(digest, "en")).context["page"].waiting == 0
    assert translator.post(page(digest, "en"), named(english)).status_code == 403
    assert translator.post(page(digest, "ko"), named(korean)).status_code == 302
    assert checked() == {("First", "ko")}


def test_viewers_read_and_check_nothing(digest: Digest) -> None:
    viewer = browser(member(digest.newsletter, "viewer"))

    assert viewer.get(page(digest)).context["page"].waiting == 0
    assert viewer.post(page(digest), named(summary_of("First"))).status_code == 403


@pytest.mark.parametrize("read", ["", "1", "1:", ":1", "x:1", "1:²", "1:1234567890", "1:1:1"])
def test_odd_names_are_refused(alice: Client, digest: Digest, read: str) -> None:
    assert alice.post(page(digest), {"read": read}).status_code == 400


def test_a_language_that_is_not_offered_has_no_page(alice: Client, digest: Digest) -> None:
    assert alice.get(page(digest, "fr")).status_code == 404


def test_a_long_day_takes_as_many_queries_as_a_short_one(
    alice: Client, digest: Digest, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    papers = [
        make_paper(title=f"Paper {number}", summaries={"ko": "- 짧은 모델을 소개합니다."}) for number in range(68)
    ]
    long = make_digest(newsletter=digest.newsletter, day=digest.day.replace(day=1), papers=papers)

    with django_assert_max_num_queries(20):
        assert alice.get(page(long)).context["page"].waiting == 68

    read = named(*Summary.objects.filter(paper__in=papers))
    with django_assert_max_num_queries(68 * 8 + 30):
        alice.post(page(long), read)
    assert len(checked()) == 68
