"""How findings come into the table, stay accepted, and go."""

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from digests.checking import check, check_digest, check_recent
from digests.importing import import_listing
from digests.models import Finding, GlossaryTerm, Summary
from digests.sources.listing import ListedPaper, Listing
from tests.factories import DAY, make_digest, make_newsletter, make_paper, make_user

pytestmark = pytest.mark.django_db
LOCALES = ("en", "ko", "ja", "zh-hans", "de", "fr", "es", "pt-br", "ar")


def told() -> list[tuple[str, str]]:
    return [(finding.summary.locale, finding.kind) for finding in Finding.objects.order_by("summary__locale", "pk")]


def test_checking_twice_leaves_the_same_rows() -> None:
    paper = make_paper(abstract="It has 5 layers.", summaries={"ko": "- 77개의 층이 있습니다."})

    first = (check([paper.pk]), list(Finding.objects.values_list("pk", flat=True)))
    second = (check([paper.pk]), list(Finding.objects.values_list("pk", flat=True)))

    assert first == second
    assert first[0] == 1


def test_what_was_accepted_stays_so_until_its_bullet_changes() -> None:
    paper = make_paper(abstract="It has 5 layers.", summaries={"ko": "- 77개의 층이 있습니다."})
    check([paper.pk])
    Finding.objects.update(accepted_at=timezone.now(), accepted_by=make_user())

    Summary.objects.update(text="- 첫 줄은 새로 썼습니다.\n- 77개의 층이 있습니다.")
    check([paper.pk])
    moved = Finding.objects.get()
    Summary.objects.update(text="- 77개의 층이 더 있습니다.")
    check([paper.pk])

    assert (moved.bullet, moved.accepted_at is not None) == (1, True)
    assert Finding.objects.get().accepted_at is None


def test_what_is_mended_is_gone() -> None:
    paper = make_paper(abstract="It has 5 layers.", summaries={"ko": "- 77개의 층이 있습니다."})
    check([paper.pk])

    Summary.objects.update(text="- 5개의 층이 있습니다.")

    assert (check([paper.pk]), told()) == (0, [])


def test_the_authors_own_abstract_is_not_checked() -> None:
    paper = make_paper(title="Name5: It", abstract="It has 5 layers.", summaries={"en": "It has 77 layers."})
    Summary.objects.update(origin="original")

    assert check([paper.pk]) == 0


def test_a_link_that_one_language_has_is_missed_in_the_others() -> None:
    check(
        [
            make_paper(
                summaries={"en": "- Have a look at https://a.example/b now.", "ko": "- 지금 한번 보십시오 여러분."}
            ).pk
        ]
    )

    assert told() == [("ko", "link")]


def test_each_newsletters_glossary_speaks_for_itself_and_for_drafts() -> None:
    paper = make_paper(summaries={"ko": "- 변압기를 사용합니다 지금."})
    newsletters = [make_digest(make_newsletter(), papers=[paper]).newsletter for _ in range(2)]
    for newsletter in newsletters:
        GlossaryTerm.objects.create(
            newsletter=newsletter, locale="ko", term="Transformer", wanted="트랜스포머", forbidden=["변압기"]
        )

    check_recent(newsletters[0], "ko")

    assert {finding.detail["newsletter"] for finding in Finding.objects.all()} == {row.pk for row in newsletters}
    assert check_recent(newsletters[0], "en") == 0


def test_what_is_imported_is_checked_and_what_is_imported_again_moves_on_a_version(tmp_path: Path) -> None:
    newsletter = make_newsletter()
    url = "https://arxiv.org/abs/2604.00001"

    def bring(summary: str) -> None:
        paper = ListedPaper(line=1, url=url, title="Break2Fast: A Paper", summary=summary)
        import_listing(Listing(DAY, "ko", (paper,)), newsletter)

    bring("- 아침 식사를 준비합니다.")
    first = (told(), Summary.objects.get().version)
    bring("- Break2Fast로 아침 식사를 준비합니다.")

    assert first == ([("ko", "name")], 0)
    assert (told(), Summary.objects.get().version) == ([], 1)


def test_a_day_of_68_papers_in_nine_languages_takes_few_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    texts = dict.fromkeys(LOCALES, "- It has 99% of all layers: https://a.example/b.")
    papers = [make_paper(abstract="It has 5 layers.", summaries=texts) for _ in range(68)]
    digest = make_digest(make_newsletter(locales=list(LOCALES)), papers=papers)

    with django_assert_max_num_queries(16):
        assert check_digest(digest) == 68 * 9
    with django_assert_max_num_queries(10):
        check_digest(digest)
