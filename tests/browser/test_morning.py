"""An editor's morning: 68 papers in three languages, from Today to a digest that goes out, is paused and goes on."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator

from digests.checking import check_digest
from digests.composing import in_order
from digests.importing import import_listing
from digests.models import DayOff, Digest, Entry, Paper, Revision, Summary
from digests.sources.digest_markdown import read
from newsletter.feedback.models import DailyCount
from newsletter.postbox.models import Letter, Sender
from newsletter.staff.models import User
from tests.acts import sweep_acts
from tests.browser.conftest import Visit
from tests.browser.matrix import DESK, NARROWEST, PHONE
from tests.browser.test_entrance import DJANGOS, type_in
from tests.browser.test_preflight import enter
from tests.browser.visitors import Visitor
from tests.digests.sources.shared_data import FOLDER
from tests.factories import make_paper, make_subscription, make_user
from tests.reading import SUMMARIES, Site

REAL = FOLDER / "digests_ko" / "2025-02-19.md"
PAPERS = 68
ABSTRACT = "We present Breakfast with 7B parameters. It is right in 94% of all mornings."
PLAIN = {"en": "- Breakfast is right in most mornings.", "ar": "- يصيب Breakfast في معظم الصباحات."}
WRONG = "- Breakfast는 70억 매개변수 모델입니다.\n- 아침의 {}%에서 맞습니다."


@pytest.fixture
def digest(site: Site) -> Digest:
    """Today's draft, in the order of votes; two of its Korean summaries say another number than their abstract."""
    today = timezone.now().date()
    digest = _real(site) if REAL.exists() else _made(site)
    Digest.objects.filter(pk=digest.pk).update(day=today)
    papers = papers_of(digest)
    for locale, text in PLAIN.items():
        rows = [Summary(paper=paper, locale=locale, text=text, origin="imported") for paper in papers]
        Summary.objects.bulk_create(rows)
    for number, said in ((8, "95"), (40, "96")):
        paper = papers[number - 1]
        Paper.objects.filter(pk=paper.pk).update(abstract=ABSTRACT)
        Summary.objects.filter(paper=paper, locale="ko").update(text=WRONG.format(said))
    DayOff.objects.create(newsletter=site.newsletter, day=today, reason="Easter")
    for locale in ("en", "ko", "ar"):
        make_subscription(site.newsletter, locale=locale, hour=23)
    digest.refresh_from_db()
    check_digest(digest)
    return digest


@pytest.fixture
def alice(site: Site) -> Iterator[User]:
    yield make_user("alice", is_staff=True, is_superuser=True, email="alice@example.org")
    sweep_acts()


def _real(site: Site) -> Digest:
    import_listing(read(REAL.read_text(encoding="utf-8"), locale="ko"), site.newsletter)
    return Digest.objects.get(newsletter=site.newsletter, day="2025-02-19")


def _made(site: Site) -> Digest:
    digest = Digest.objects.create(newsletter=site.newsletter, day=timezone.now().date())
    for number in range(1, PAPERS + 1):
        paper = make_paper(title=f"Paper {number} of a long day", summaries={"ko": SUMMARIES["ko"]})
        Entry.objects.create(digest=digest, paper=paper, position=number, votes=PAPERS - number)
    return digest


def papers_of(digest: Digest) -> list[Paper]:
    """As readers get them; nothing is left out."""
    entries = digest.entries.select_related("paper")
    return [entry.paper for entry in in_order(entries, ordering=Digest.objects.get(pk=digest.pk).ordering)]


def looked_at(visitor: Visitor) -> None:
    """axe finds nothing of ours on this page, and nothing sticks out. The page of 68 papers takes axe long: that is in
    test_entries, once.
    """
    assert visitor.faults(without=DJANGOS) == [], visitor.page.url
    assert visitor.overhang() <= 0, visitor.page.url


def line_of(visitor: Visitor, title: str) -> Locator:
    return visitor.page.locator("li.line").filter(has=visitor.page.get_by_role("link", name=title, exact=True))


def drag_to_the_top(visitor: Visitor, title: str) -> None:
    held, first = line_of(visitor, title).locator(".handle"), visitor.page.locator("li.line").first
    first.evaluate("line => line.scrollIntoView({block: 'center'})")
    box, top = held.bounding_box(), first.bounding_box()
    assert box is not None
    assert top is not None
    x = box["x"] + box["width"] / 2
    visitor.page.mouse.move(x, box["y"] + box["height"] / 2)
    visitor.page.mouse.down()
    visitor.page.mouse.move(x, top["y"] - 10, steps=8)
    visitor.page.mouse.up()


def curates(visitor: Visitor, titles: list[str]) -> None:
    """The second goes to the top by mouse, the 40th by keyboard; the sixth is left out, the eighth pinned."""
    drag_to_the_top(visitor, titles[1])
    visitor.page.get_by_role("button", name=f"{titles[39]}: to the top", exact=True).focus()
    visitor.page.keyboard.press("Enter")
    line_of(visitor, titles[5]).get_by_label("In the digest").uncheck()
    line_of(visitor, titles[7]).get_by_label("Pinned").check()
    visitor.page.get_by_label("Subject", exact=True).first.fill("Breakfast, and 66 other papers")
    visitor.press("Save")
    assert visitor.overhang() <= 0


def resolves_findings(visitor: Visitor, title: str) -> None:
    """From the pinned paper's line to its Korean summary, which is written anew; the next one's finding is accepted."""
    line_of(visitor, title).get_by_role("link", name="Korean: not checked").click()
    visitor.page.locator("#text").fill(WRONG.format("94"))
    looked_at(visitor)
    visitor.press("The same, and the next paper")
    visitor.press("Accept")
    with visitor.page.expect_navigation(wait_until="load"):
        visitor.page.keyboard.press("j")


def previews(visitor: Visitor) -> None:
    """In Korean and in the dark; and has it sent as a test."""
    for name in ("한국어", "dark"):
        visitor.page.get_by_role("link", name=name, exact=True).click()
    visitor.page.frame_locator("iframe").locator(".b .t").first.wait_for()
    looked_at(visitor)
    visitor.press("Send me a test")


def approves(visitor: Visitor) -> None:
    """Overrules what blocks, says why, and approves."""
    visitor.page.get_by_role("link", name="Pre-flight", exact=True).first.click()
    visitor.page.get_by_text("Let it go out all the same").click()
    visitor.page.get_by_label("Why? It stands in the log.").fill("We work at Easter.")
    visitor.press("Overrule")
    looked_at(visitor)
    visitor.page.get_by_role("link", name="To the approval").click()
    looked_at(visitor)
    visitor.press("Approve")


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_morning_from_today_to_a_digest_that_goes_on(width: int, digest: Digest, alice: User, visit: Visit) -> None:
    titles = [paper.title for paper in papers_of(digest)]
    visitor = visit(width=width)
    states = []

    visitor.open("/admin/")
    type_in(visitor, username="alice", password="breakfast-time")
    looked_at(visitor)
    visitor.go_by(".issue a.main")
    curates(visitor, titles)
    resolves_findings(visitor, titles[7])
    visitor.open(reverse("admin:digests_digest_change", args=[digest.pk]))
    visitor.press("Save and preview")
    previews(visitor)
    approves(visitor)
    for button in ("Pause sending", "Resume sending"):
        states.append(Digest.objects.get(pk=digest.pk).status)
        visitor.press(button)
    assert visitor.overhang() <= 0
    visitor.open(reverse("admin:staff_act_changelist"))
    looked_at(visitor)

    assert [*states, Digest.objects.get(pk=digest.pk).status] == ["approved", "paused", "approved"]
    went_out = Revision.objects.get(digest=digest).content
    first = [entry["title"] for entry in went_out["entries"][:4]]
    assert first == [titles[7], titles[39], titles[1], titles[0]]
    assert titles[5] not in [entry["title"] for entry in went_out["entries"]]
    assert Letter.objects.get(to="alice@example.org").subject.startswith("[Test] ")
    for act in ("curate", "write", "accept", "send a test to oneself", "overrule", "approve", "pause", "resume"):
        assert act in visitor.page.locator("#result_list").inner_text()


@pytest.mark.parametrize(("scheme", "language"), [("dark", "ar"), ("light", "ko")])
def test_today_and_the_statistics_hold_on_a_phone(
    scheme: str, language: str, digest: Digest, alice: User, visit: Visit
) -> None:
    for kind, number in (("joined", 3), ("left", 1), ("sent", 1200), ("delivered", 1190), ("bounced", 10)):
        DailyCount.objects.create(newsletter=digest.newsletter, day=digest.day, locale="ko", kind=kind, number=number)
    Sender.objects.update(paused_at=timezone.now(), pause_reason="The provider refuses the password: 535 5.7.8")
    visitor = enter(visit(scheme=scheme, language=language), alice)

    for path in (reverse("admin:index"), reverse("admin:desk_statistics")):
        visitor.open(path)
        for summary in visitor.page.locator("summary").all():
            summary.click()

        for width in (DESK, PHONE, NARROWEST):
            visitor.page.set_viewport_size({"width": width, "height": 800})
            assert visitor.overhang() <= 0, f"{path} at {width}"
        visitor.page.set_viewport_size({"width": PHONE, "height": 800})
        assert visitor.faults(without=DJANGOS) == []
