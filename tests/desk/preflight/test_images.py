"""Pictures: there, and with words beside them."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from digests.models import Paper
from newsletter.desk.preflight import images
from newsletter.desk.preflight.case import Written, mails_question
from newsletter.desk.preflight.gathering import case_of
from tests.desk.preflight.cases import NOW, case, entry, kinds, knowing
from tests.factories import make_digest

MAIL = {"size": 1, "titles_alone": 0, "images_without_words": 0}


def test_pictures_that_are_there_are_fine() -> None:
    assert kinds(images.lines, case(entry(image="a.jpg"))) == [("fine", "there")]


def test_a_paper_without_a_picture_is_fine() -> None:
    assert kinds(images.lines, case(entry(1), entry(2, image="a.jpg"))) == [("fine", "none"), ("fine", "there")]


def test_a_picture_that_is_lost_blocks() -> None:
    [line] = images.lines(case(entry(image="a.jpg"), images_missing=frozenset({1})))

    assert (line.level, line.mend) == ("blocking", "/paper/101/")


@pytest.mark.parametrize(
    ("note", "warns"),
    [
        ("![](https://a.example/x.png)", True),
        ("![ ](<https://a.example/x.png>)", True),
        ("![A kite](https://a.example/x.png)", False),
    ],
)
def test_a_picture_in_the_note_needs_words(note: str, warns: bool) -> None:
    given = case(written=(Written("en", "note", note),))

    assert (("warning", "silent") in kinds(images.lines, given)) == warns


def test_a_picture_without_words_in_the_mail_itself_blocks() -> None:
    given = case(entry(image="a.jpg"))
    measured = {"mails": {"en": MAIL, "ko": {**MAIL, "images_without_words": 1}}, "spam": None}

    found = kinds(images.lines, knowing(given, {mails_question(given): measured}))

    assert found[0] == ("blocking", "without_words")


@pytest.mark.django_db
def test_a_file_that_is_gone_is_noticed() -> None:
    digest = make_digest(papers=2)
    first, second = Paper.objects.order_by("pk")
    Paper.objects.filter(pk=first.pk).update(image="images/lost.jpg")
    Paper.objects.filter(pk=second.pk).update(image="images/kept.jpg")
    default_storage.save("images/kept.jpg", ContentFile(b"kite"))

    missing = case_of(digest, now=NOW).images_missing

    assert missing == {digest.entries.get(paper=first).pk}
