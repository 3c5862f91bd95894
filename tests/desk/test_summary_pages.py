"""The summary desk: an abstract beside a summary, what was found in it, and two editors who write at once."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from digests.checking import check_digest
from digests.models import Digest, Finding, GlossaryTerm, Paper, Summary
from newsletter.staff.models import Act
from tests.factories import make_digest, make_newsletter, make_paper, make_publisher
from tests.staff.pages import browser, member

pytestmark = pytest.mark.django_db
ABSTRACT = "We present Breakfast, a model with 7B parameters. It beats others by 12%, e.g. on Toast."


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_publisher())
    return client


@pytest.fixture
def paper() -> Paper:
    texts = {"en": "- It beats others by 12%.", "ko": "- Breakfast는 70억 매개변수 모델입니다.\n- 13% 앞섭니다."}
    return make_paper(title="Breakfast: A Model", abstract=ABSTRACT, summaries=texts)


@pytest.fixture
def digest(paper: Paper) -> Digest:
    digest = make_digest(papers=[make_paper(title="Before"), paper, make_paper(title="After")])
    check_digest(digest)
    return digest


def desk(paper: Paper, locale: str = "ko") -> str:
    return reverse("admin:summary_desk", args=[paper.pk, locale])


def summary_of(paper: Paper, locale: str = "ko") -> Summary:
    return Summary.objects.get(paper=paper, locale=locale)


def thirteen(paper: Paper) -> Finding:
    return Finding.objects.get(summary=summary_of(paper), kind="number")


def test_each_point_leads_to_its_sentence_and_shows_what_was_found(alice: Client, digest: Digest, paper: Paper) -> None:
    page = alice.get(desk(paper))

    first, second = page.context["page"].lines
    assert (first.sentence, second.sentence) == (1, None)
    assert [shown.words for shown in second.findings] == ["13% is neither in the abstract nor in the title."]
    assert 'href="#sentence-1"' in page.text
    assert "No sentence found." in page.text


def test_a_point_without_a_latin_word_is_led_by_the_english_one_at_its_place(alice: Client) -> None:
    texts = {
        "en": "- Breakfast has parameters.\n- It beats others on toast.",
        "ko": "- 모델입니다.\n- 남보다 낫습니다.",
    }
    paper = make_paper(abstract=ABSTRACT, summaries=texts)

    assert [line.sentence for line in alice.get(desk(paper)).context["page"].lines] == [1, 2]


def test_the_ways_lead_through_the_digest_as_readers_get_it(alice: Client, digest: Digest, paper: Paper) -> None:
    before, after = Paper.objects.get(title="Before"), Paper.objects.get(title="After")

    ways = alice.get(desk(paper)).context["ways"]

    assert ways == {way: f"{desk(other)}?digest={digest.pk}" for way, other in (("before", before), ("after", after))}


def test_a_way_leads_to_the_next_paper_with_something_open(alice: Client, digest: Digest, paper: Paper) -> None:
    last = Paper.objects.get(title="After")

    assert alice.get(desk(last)).context["ways"]["open"] == f"{desk(paper)}?digest={digest.pk}"


def test_a_text_that_was_changed_is_human_checked_logged_and_looked_at_again(
    alice: Client, digest: Digest, paper: Paper
) -> None:
    before = summary_of(paper)

    answer = alice.post(desk(paper), {"text": "- Breakfast는 12% 앞섭니다.", "version": before.version})

    after = summary_of(paper)
    assert answer.status_code == 302
    assert (after.text, after.origin, after.version) == ("- Breakfast는 12% 앞섭니다.", "human", before.version + 1)
    assert after.checked_by is not None
    assert not after.findings.exists()
    act = Act.objects.get(verb="write")
    assert (act.before["text"], act.after["text"]) == (before.text, after.text)


def test_an_unchanged_text_is_checked_and_stays_a_machines(alice: Client, digest: Digest, paper: Paper) -> None:
    Summary.objects.filter(paper=paper).update(origin="machine")
    before = summary_of(paper)

    alice.post(desk(paper), {"text": before.text.replace("\n", "\r\n"), "version": before.version})

    after = summary_of(paper)
    assert (after.origin, after.text) == ("machine", before.text)
    assert after.checked_at is not None
    assert Act.objects.get(verb="check").after["checked_by"] == after.checked_by_id


def test_a_missing_summary_is_written_on_its_page(alice: Client, paper: Paper) -> None:
    make_digest(make_newsletter(locales=["en", "ko", "de"]), papers=[paper])

    seen = alice.get(desk(paper, "de")).text
    alice.post(desk(paper, "de"), {"text": "- Breakfast liegt 12 % vorn.", "version": "", "then": "next"})

    assert "There is no summary in this language yet." in seen
    assert summary_of(paper, "de").text == "- Breakfast liegt 12 % vorn."


def test_the_second_of_two_editors_sees_both_texts_and_overwrites_nothing(
    alice: Client, digest: Digest, paper: Paper
) -> None:
    seen = summary_of(paper).version
    alice.post(desk(paper), {"text": "- 먼저 쓴 글입니다.", "version": seen})

    answer = alice.post(desk(paper), {"text": "- 나중에 쓴 글입니다.", "version": seen})

    assert answer.status_code == 409
    assert "먼저 쓴 글입니다." in answer.text
    assert "나중에 쓴 글입니다." in answer.text
    assert summary_of(paper).text == "- 먼저 쓴 글입니다."


def test_from_there_the_second_editors_text_is_saved_on_purpose(alice: Client, digest: Digest, paper: Paper) -> None:
    seen = summary_of(paper).version
    alice.post(desk(paper), {"text": "- 먼저 쓴 글입니다.", "version": seen})
    answer = alice.post(desk(paper), {"text": "- 나중에 쓴 글입니다.", "version": seen})

    version = re.findall(r'name="version" value="(\d+)"', answer.text)[0]
    alice.post(desk(paper), {"text": "- 나중에 쓴 글입니다.", "version": version})

    assert summary_of(paper).text == "- 나중에 쓴 글입니다."


def test_a_summary_that_two_editors_begin_at_once_is_the_first_ones(alice: Client, paper: Paper) -> None:
    make_digest(make_newsletter(locales=["de"]), papers=[paper])
    alice.post(desk(paper, "de"), {"text": "- Das erste.", "version": ""})

    answer = alice.post(desk(paper, "de"), {"text": "- Das zweite.", "version": ""})

    assert (answer.status_code, summary_of(paper, "de").text) == (409, "- Das erste.")


def test_what_was_pasted_from_word_becomes_markdown_and_the_editor_is_told(
    alice: Client, digest: Digest, paper: Paper
) -> None:
    pasted = "<p>• Breakfast는\u00a012% 앞섭니다.</p>"

    page = alice.post(desk(paper), {"text": pasted, "version": summary_of(paper).version}, follow=True)

    assert summary_of(paper).text == "- Breakfast는 12% 앞섭니다."
    assert "2 tags became Markdown. 1 odd space became a plain one. 1 bullet became a “-”." in page.text


@pytest.mark.parametrize("text", ["", "  \r\n ", "<p>&nbsp;</p>", "a" * 20_001])
def test_a_text_that_cannot_stand_is_refused_in_words_and_kept_in_the_form(
    alice: Client, digest: Digest, paper: Paper, text: str
) -> None:
    before = summary_of(paper)

    page = alice.post(desk(paper), {"text": text, "version": before.version})

    assert page.status_code == 400
    assert 'id="problem"' in page.text
    assert page.context["text"] == text
    assert summary_of(paper).version == before.version


@pytest.mark.parametrize("version", ["-1", "x", "²", "9" * 30])
def test_a_version_that_no_form_of_ours_has_is_refused(
    alice: Client, digest: Digest, paper: Paper, version: str
) -> None:
    assert alice.post(desk(paper), {"text": "- a", "version": version}).status_code == 400


def test_a_finding_is_accepted_by_somebody_and_opened_again(alice: Client, digest: Digest, paper: Paper) -> None:
    finding = thirteen(paper)
    act = reverse("admin:summary_finding", args=[paper.pk, "ko", finding.pk])

    accepted = alice.post(act, {"act": "accept"}, follow=True)
    finding.refresh_from_db()
    by = finding.accepted_by
    alice.post(act, {"act": "open"})

    finding.refresh_from_db()
    assert by is not None
    assert "accepted" in accepted.text
    assert finding.accepted_at is None
    assert list(Act.objects.order_by("pk").values_list("verb", flat=True)) == ["accept", "open again"]


def test_a_finding_that_is_gone_is_said_to_be_gone(alice: Client, digest: Digest, paper: Paper) -> None:
    act = reverse("admin:summary_finding", args=[paper.pk, "ko", 999])

    assert "That finding is gone" in alice.post(act, {"act": "accept"}, follow=True).text


@pytest.mark.parametrize(
    ("role", "languages", "answer"),
    [
        ("translator", ("ko",), 302),
        ("translator", ("en",), 403),
        ("translator", (), 302),
        ("viewer", (), 403),
        ("editor", (), 302),
    ],
)
def test_who_may_write_in_a_language_is_asked_where_it_is_written(
    digest: Digest, paper: Paper, role: str, languages: tuple[str, ...], answer: int
) -> None:
    bob = browser(member(digest.newsletter, role, languages=languages))

    seen, before = bob.get(desk(paper)), summary_of(paper)
    checked = bob.post(desk(paper), {"text": before.text, "version": before.version})
    written = bob.post(desk(paper), {"text": "- 새 글입니다.", "version": summary_of(paper).version})

    assert (seen.status_code, checked.status_code, written.status_code) == (200, answer, answer)
    assert ("<textarea" in seen.text) == (answer == 302)


def test_a_translator_accepts_findings_in_the_own_languages_alone(digest: Digest, paper: Paper) -> None:
    bob = browser(member(digest.newsletter, "translator", languages=("en",)))

    act = reverse("admin:summary_finding", args=[paper.pk, "ko", thirteen(paper).pk])

    assert bob.post(act, {"act": "accept"}).status_code == 403
    assert thirteen(paper).accepted_at is None


def test_the_desk_of_another_newsletters_paper_stays_closed(digest: Digest, paper: Paper) -> None:
    bob = browser(member(make_newsletter(), "publisher"))

    assert bob.get(desk(paper)).status_code == 403


@pytest.mark.parametrize("locale", ["xx", "en-us", "fr"])
def test_a_language_that_nobody_offers_has_no_desk(alice: Client, digest: Digest, paper: Paper, locale: str) -> None:
    assert alice.get(desk(paper, locale)).status_code == 404


def test_a_paper_without_abstract_summary_or_digest_says_so(alice: Client) -> None:
    bare = make_paper(summaries={})
    make_digest(papers=[bare]).entries.update(included=False)
    alone = make_paper()

    page, other = alice.get(desk(bare, "en")).text, alice.get(desk(alone, "en")).text

    assert "There is no abstract of this paper here" in page
    assert "Left out of this digest." in page
    assert "No digest has this paper." in other


def test_what_another_newsletters_glossary_forbids_is_not_shown(alice: Client, digest: Digest, paper: Paper) -> None:
    term = {"locale": "ko", "term": "model", "wanted": "모델", "forbidden": ["앞섭니다"]}
    other = make_digest(make_newsletter(), papers=[paper])
    GlossaryTerm.objects.create(newsletter=other.newsletter, **term)
    check_digest(other)

    ours = alice.get(desk(paper), {"digest": digest.pk}).context["page"]
    theirs = alice.get(desk(paper), {"digest": other.pk}).context["page"]

    assert (ours.open, theirs.open) == (1, 2)


def test_a_day_of_68_papers_takes_few_queries(
    alice: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    papers = [make_paper(abstract=ABSTRACT, summaries={"en": "- 99%.", "ko": "- 98%."}) for _ in range(68)]
    digest = make_digest(papers=papers)
    check_digest(digest)
    Finding.objects.filter(summary__paper=papers[0]).update(accepted_at=timezone.now())

    with django_assert_max_num_queries(16):
        page = alice.get(desk(papers[30])).context["page"]

    assert (page.neighbours.place, page.neighbours.total) == (31, 68)


def test_the_admins_own_forms_overwrite_nothing_either(alice: Client, digest: Digest, paper: Paper) -> None:
    summary = summary_of(paper)
    page = reverse("admin:digests_summary_change", args=[summary.pk])
    alice.post(desk(paper), {"text": "- 먼저 쓴 글입니다.", "version": summary.version})

    answer = alice.post(page, {"text": "- 나중에 쓴 글입니다.", "seen": summary.version})
    alice.post(page, {"text": "- 13%를 나중에 썼습니다.", "seen": summary.version + 1})

    after = summary_of(paper)
    assert "Somebody has changed this text since you opened the page." in answer.text
    assert (after.text, after.version) == ("- 13%를 나중에 썼습니다.", summary.version + 2)
    assert after.findings.filter(kind="number").exists()


def test_what_a_summary_was_found_to_lack_goes_with_the_summary_that_had_it(
    alice: Client, digest: Digest, paper: Paper
) -> None:
    texts = {locale: f"- Breakfast: https://a.example/{locale}" for locale in ("de", "fr")}
    for locale, text in texts.items():
        Summary.objects.create(paper=paper, locale=locale, text=text, origin="human")
    check_digest(digest)
    lacking = Finding.objects.filter(summary=summary_of(paper), kind="link")
    before = lacking.count()

    alice.post(reverse("admin:digests_summary_delete", args=[summary_of(paper, "de").pk]), {"post": "yes"})
    between = lacking.count()
    chosen = {"action": "delete_selected", "_selected_action": [summary_of(paper, "fr").pk], "post": "yes"}
    alice.post(reverse("admin:digests_summary_changelist"), chosen)

    assert (before, between, lacking.count()) == (2, 1, 0)


def test_an_abstract_that_is_corrected_on_the_papers_page_is_held_against_its_summaries_at_once(
    alice: Client, digest: Digest, paper: Paper
) -> None:
    page = reverse("admin:digests_paper_change", args=[paper.pk])
    said = {"url": paper.url, "title": paper.title, "abstract": ABSTRACT.replace("12%", "13%"), "authors": "[]"}
    no_summaries = {"summaries-TOTAL_FORMS": 0, "summaries-INITIAL_FORMS": 0}

    answer = alice.post(page, said | no_summaries)

    assert answer.status_code == 302
    assert not Finding.objects.filter(summary=summary_of(paper), kind="number").exists()
