"""A digest's newest revision as rows that the public reads."""

from unittest.mock import patch

import pytest

from digests.editions import content_of, current_revision
from digests.models import Digest, Paper, Printed, PrintedText, Summary
from digests.publishing import Ready, Said, _ready, publish, publish_missing
from digests.tasks import publish_missing as publish_missing_task
from newsletter.delivery.ledger import hold
from newsletter.desk import approving
from tests.factories import MORNING, make_approved, make_digest, make_newsletter, make_paper, make_publisher, make_topic

pytestmark = pytest.mark.django_db


def printed(digest: Digest) -> list[tuple[int, str, str, list[str]]]:
    """Place, title, topics and languages."""
    return [
        (row.place, row.title, row.topics, sorted(row.texts.values_list("locale", flat=True)))
        for row in Printed.objects.filter(digest=digest)
    ]


def test_an_approved_digest_is_printed_in_its_order_and_languages() -> None:
    newsletter = make_newsletter()
    paper = make_paper(title="On\nkites", summaries={"en": "- A.", "ko": "- 가."})
    paper.topics.add(make_topic(newsletter), make_topic(make_newsletter(), "wind"))
    digest = make_digest(newsletter, papers=[paper, make_paper(title="Unsaid", summaries={})])

    make_approved(digest)

    assert printed(digest) == [(1, "On kites", " agents ", ["en", "ko"]), (2, "Unsaid", "", [""])]


def test_a_correction_takes_the_place_of_what_was_printed() -> None:
    digest = make_digest(papers=[make_paper(title="Kites")])
    editor = make_publisher()
    approving.approve(digest, by=editor, now=MORNING)
    Paper.objects.update(title="Balloons")

    revision = approving.approve(digest, by=editor, now=MORNING)

    assert [title for _place, title, *_rest in printed(digest)] == ["Balloons"]
    assert set(Printed.objects.values_list("revision", flat=True)) == {revision.pk}


def test_texts_are_made_before_the_digest_is_locked_and_those_that_changed_since_anew() -> None:
    digest = make_digest(papers=[make_paper(summaries={"en": "- A.", "ko": "- 가."})])
    made: list[str] = []
    locked: list[int] = []

    def noted(said: Said) -> Ready:
        made.append(said.summary.text if said.summary else "")
        return _ready(said)

    def changed_meanwhile(number: int) -> None:
        locked.append(len(made))
        Summary.objects.filter(locale="ko").update(text="- 나.")
        hold(number)

    with (
        patch("digests.publishing._ready", side_effect=noted),
        patch("newsletter.delivery.ledger.hold", side_effect=changed_meanwhile),
    ):
        approving.approve(digest, by=make_publisher(), now=MORNING)

    assert locked == [2]
    assert made == ["- A.", "- 가.", "- 나."]
    assert dict(PrintedText.objects.values_list("locale", "point")) == {"en": "A.", "ko": "나."}


def test_what_is_printed_twice_is_there_once() -> None:
    digest = make_approved()
    revision = current_revision(digest)
    assert revision is not None
    before = printed(digest)

    publish(revision, content_of(revision))

    assert printed(digest) == before


def test_what_is_not_printed_is_found_and_printed() -> None:
    whole, lost = make_approved(), make_approved()
    before = printed(lost)
    kept = set(Printed.objects.filter(digest=whole).values_list("pk", flat=True))
    Printed.objects.filter(digest=lost).delete()

    publish_missing_task()

    assert printed(lost) == before
    assert set(Printed.objects.filter(digest=whole).values_list("pk", flat=True)) == kept
    assert publish_missing() == 0


def test_an_old_revision_that_is_printed_is_replaced() -> None:
    digest = make_approved(papers=[make_paper(title="Kites")])
    old = Printed.objects.get().revision_id
    Paper.objects.update(title="Balloons")
    make_approved(digest)
    Printed.objects.update(revision=old, title="Kites")

    assert publish_missing() == 1
    assert Printed.objects.get().title == "Balloons"


@pytest.mark.parametrize("status", [Digest.Status.DRAFT, Digest.Status.CANCELLED])
def test_what_nobody_may_read_is_not_printed(status: str) -> None:
    digest = make_approved()
    Printed.objects.all().delete()
    Digest.objects.filter(pk=digest.pk).update(status=status)

    assert publish_missing() == 0


def test_a_main_point_is_plain_words() -> None:
    make_approved(papers=[make_paper(summaries={"en": "**What**\n\n- The [model](https://x.org) *learns*.\n- More."})])

    assert PrintedText.objects.get().point == "The model (https://x.org) learns."


def test_a_paper_that_was_deleted_since_does_not_stop_the_others() -> None:
    lost, left = make_paper(title="Lost"), make_paper(title="Left")
    digest = make_approved(papers=[lost, left])
    Printed.objects.all().delete()
    lost.entries.all().delete()
    lost.delete()

    assert publish_missing() == 1

    assert [(place, title) for place, title, *_rest in printed(digest)] == [(2, "Left")]


def test_a_summary_that_never_ends_is_printed_and_found_by_its_beginning() -> None:
    endless = " ".join(chr(0x10400 + number % 40) * 55 + f"{number:05}" for number in range(20_000))
    make_approved(papers=[make_paper(title="Kites", summaries={"en": endless})])

    words = PrintedText.objects.get().terms.split()

    assert words[0] == "kites"
    assert len(words) == 4_000
