"""The demo does the whole job, once, however often it runs."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from digests import faithfulness
from digests.models import Finding, Newsletter
from digests.sources.digest_markdown import read
from newsletter.delivery.models import Delivery
from newsletter.demo import day, inbox, stage
from newsletter.demo.readers import READERS
from tests.conftest import Outbox


@pytest.mark.django_db(transaction=True)
def test_every_sample_reader_has_one_mail_after_the_first_and_after_the_second_run(outbox: Outbox) -> None:
    for _run in range(2):
        user, _password = stage.editor()
        digest = stage.import_sample(stage.set_up())
        day.run(digest, by=user)

        rows = day.table(digest)
        assert all(row.is_right for row in rows), rows

    digests = [mail for mail in outbox.mails() if mail["List-Id"]]
    assert sorted(str(mail["To"]) for mail in digests) == sorted(reader.address for reader in READERS)
    assert Delivery.objects.count() == len(READERS)
    assert Newsletter.objects.get().slug == "daily-papers"


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_was_handed_over_twice_is_seen() -> None:
    user, _password = stage.editor()
    digest = stage.import_sample(stage.set_up())
    day.run(digest, by=user)
    Delivery.objects.filter(subscription__locale="ko").update(status="planned", sent_at=None)

    day.run(digest, by=user)

    assert [row.mails for row in day.table(digest) if not row.is_right] == [2]


@pytest.mark.django_db(transaction=True)
def test_wishes_decide_how_many_papers_a_sample_reader_has() -> None:
    user, _password = stage.editor()
    digest = stage.import_sample(stage.set_up())

    day.run(digest, by=user)

    papers = {row.reader: row.papers for row in day.table(digest)}
    assert papers["Seoul"] == "10 of 10"
    assert papers["Shanghai"] == "3 of 10"  # say 视频
    assert papers["Paris"] == "5 of 10"  # four by topic, one by author
    assert papers["São Paulo"] == "0 of 10"  # and is told so


def test_the_demo_speaks_every_language_of_the_pages() -> None:
    languages = [code for code, _name in settings.LANGUAGES]

    assert languages == stage.LOCALES
    assert set(languages) == {reader.locale for reader in READERS}
    assert all(set(languages) == set(names) for names, _terms in stage.TOPICS.values())


@pytest.mark.parametrize("locale", stage.LOCALES)
def test_the_sample_says_the_same_of_a_paper_in_every_language(locale: str) -> None:
    english, translated = (
        read((stage.SAMPLE / f"{stage.DAY}.{code}.md").read_text(encoding="utf-8"), locale=code)
        for code in ("en", locale)
    )

    told = {paper.url: replace(paper, line=0, summary="") for paper in english.papers}
    bullets = {paper.url: paper.summary.count("\n- ") for paper in english.papers}
    assert translated.notes == ()
    assert all(replace(paper, line=0, summary="") == told[paper.url] for paper in translated.papers)
    assert all(paper.summary.count("\n- ") == bullets[paper.url] for paper in translated.papers)


@pytest.mark.django_db
def test_every_paper_of_the_sample_has_an_abstract_that_its_summaries_agree_with() -> None:
    digest = stage.import_sample(stage.set_up())

    assert digest.papers.exclude(abstract="").count() == 10
    assert [faithfulness.words(row.kind, row.detail) for row in Finding.objects.all()] == []


def status_of(client: Client, link: str) -> int:
    answer = client.get(link)
    answer.close()  # an image is an open file
    return answer.status_code


@pytest.mark.django_db(transaction=True)
def test_every_link_of_the_demos_mails_opens_today(outbox: Outbox, client: Client) -> None:
    user, _password = stage.editor()
    digest = stage.import_sample(stage.set_up())
    day.run(digest, by=user)

    links = {
        link
        for mail in outbox.mails()
        for part in mail.iter_parts()
        if mail["List-Id"]
        for link in re.findall(r"http://testserver(/[^\s\"<>#)]*)", str(part.get_content()))
    }

    assert {link.split("/")[1] for link in links} == {"leave", "preferences", "web", "n", "media"}
    assert {link: status_of(client, link) for link in links} == dict.fromkeys(links, 200)


def test_a_table_with_a_reader_without_a_mail_is_not_right() -> None:
    row = day.Row(reader="Seoul", language="ko", papers="3 of 3", due="Wed 07:00", status="sent", mails=0)

    assert not row.is_right


@pytest.fixture
def mail(var_folder: Path) -> Path:
    folder = var_folder / "outbox"
    folder.mkdir()
    path = folder / "d1.eml"
    path.write_bytes(b"To: a@example.com\nSubject: Hello\nDate: Tue, 07 Apr 2026 07:00:00 +0000\n\nText")
    return path


def test_the_inbox_shows_a_mail_as_it_was_sent(mail: Path) -> None:
    [shown] = inbox.all_mails()

    assert (shown.name, shown.to, shown.subject, shown.text.strip(), shown.html) == (
        "d1",
        "a@example.com",
        "Hello",
        "Text",
        "",
    )


@pytest.mark.parametrize("name", ["../../etc/passwd", "d1.eml", "", "d2", "x1"])
def test_the_inbox_reads_mails_alone(mail: Path, name: str) -> None:
    assert inbox.one_mail(name) is None
