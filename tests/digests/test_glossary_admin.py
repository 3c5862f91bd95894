"""The glossary in the admin: who may change which terms, and what becomes of summaries."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from digests.checking import check_digest
from digests.models import Digest, Finding, GlossaryTerm
from newsletter.staff.models import Role
from tests.factories import make_digest, make_newsletter, make_paper, make_publisher
from tests.staff.pages import browser, change_page, member

pytestmark = pytest.mark.django_db
ADD = "admin:digests_glossaryterm_add"
LIST = "admin:digests_glossaryterm_changelist"


@pytest.fixture
def digest() -> Digest:
    return make_digest(papers=[make_paper(title="A Transformer", summaries={"ko": "- 변압기를 사용하는 모델입니다."})])


def form(digest: Digest, **changes: str) -> dict[str, Any]:
    usual = {
        "locale": "ko",
        "term": "Transformer",
        "wanted": "트랜스포머",
        "forbidden": "변압기\r\n\r\n 변환기 \r\n변압기",
    }
    return {"newsletter": digest.newsletter_id, **usual, **changes}


def make_term(digest: Digest, **values: Any) -> GlossaryTerm:
    usual = {"locale": "ko", "term": "Transformer", "wanted": "트랜스포머", "forbidden": ["변압기"]}
    return GlossaryTerm.objects.create(newsletter=digest.newsletter, **usual | values)


def test_forbidden_renderings_are_lines_and_drafts_are_checked_at_once(client: Client, digest: Digest) -> None:
    client.force_login(make_publisher())

    client.post(reverse(ADD), form(digest))

    assert GlossaryTerm.objects.get().forbidden == ["변압기", "변환기"]
    assert Finding.objects.get().detail["rendering"] == "변압기"


def test_a_term_that_is_deleted_forbids_nothing_any_more(client: Client, digest: Digest) -> None:
    client.force_login(make_publisher())
    term = make_term(digest)
    check_digest(digest)
    before = Finding.objects.count()

    client.post(reverse(LIST), {"action": "delete_selected", "_selected_action": [term.pk], "post": "yes"})

    assert (before, Finding.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"forbidden": "트랜스포머"},
        {"forbidden": "x" * 101},
        {"forbidden": "\n".join(map(str, range(30)))},
        {"locale": "xx!"},
    ],
)
def test_a_term_that_makes_no_sense_is_refused(client: Client, digest: Digest, changes: dict[str, str]) -> None:
    client.force_login(make_publisher())

    page = client.post(reverse(ADD), form(digest, **changes))

    assert "errorlist" in page.text
    assert not GlossaryTerm.objects.exists()


@pytest.mark.parametrize(
    ("role", "languages", "may"),
    [
        (Role.Kind.VIEWER, (), False),
        (Role.Kind.TRANSLATOR, ("ko",), True),
        (Role.Kind.TRANSLATOR, ("ja",), False),
        (Role.Kind.EDITOR, (), True),
    ],
)
def test_editors_and_the_languages_translators_keep_it(
    digest: Digest, role: str, languages: tuple[str, ...], may: bool
) -> None:
    bob = browser(member(digest.newsletter, role, languages=languages))
    term = make_term(digest, term="Model")

    bob.post(reverse(ADD), form(digest))
    bob.post(change_page(term), form(digest, term="Model", wanted="모델"))

    term.refresh_from_db()
    assert (GlossaryTerm.objects.filter(term="Transformer").exists(), term.wanted == "모델") == (may, may)


def test_nobody_moves_a_term_to_a_language_or_newsletter_of_others(digest: Digest) -> None:
    bob = browser(member(digest.newsletter, Role.Kind.TRANSLATOR, languages=("ko",)))
    term, other = make_term(digest), make_newsletter()

    bob.post(change_page(term), form(digest, locale="ja"))
    bob.post(change_page(term), form(digest) | {"newsletter": other.pk})

    term.refresh_from_db()
    assert (term.locale, term.newsletter_id) == ("ko", digest.newsletter_id)


def test_the_glossary_of_another_newsletter_is_not_seen(digest: Digest) -> None:
    bob = browser(member(make_newsletter(), Role.Kind.EDITOR))
    term = make_term(digest)

    assert "트랜스포머" not in bob.get(reverse(LIST)).text
    assert bob.get(change_page(term)).status_code == 302


def test_a_long_glossary_takes_few_queries(
    client: Client, digest: Digest, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(make_publisher())
    for number in range(68):
        make_term(digest, term=f"Term {number}")

    with django_assert_max_num_queries(12):
        assert client.get(reverse(LIST)).status_code == 200
