"""The list and the page of each table at the desk, looked at: axe finds nothing, and nothing sticks out."""

from collections.abc import Iterator

import pytest

from digests.models import Newsletter
from newsletter.staff.models import User
from tests.acts import sweep_acts
from tests.browser.conftest import Visit
from tests.browser.matrix import DESK, NARROWEST
from tests.browser.test_preflight import enter
from tests.factories import make_publisher, make_topic
from tests.reading import Site
from tests.staff import doors
from tests.staff.pages import make_issue

# A search's label is a picture with a help text, and the box of two lists has words on an icon: Django's own.
DJANGOS = ("label-title-only", "aria-prohibited-attr")
PARTS = ("changelist", "change")


@pytest.fixture
def newsletter(site: Site) -> Newsletter:
    newsletter = make_issue("News A")
    make_topic(newsletter, names={"en": "Agents", "ko": "에이전트"})
    newsletter.sources.create(kind="hf_daily", last_error="no answer: took too long")
    doors.fill(newsletter)
    return newsletter


@pytest.fixture
def alice(newsletter: Newsletter) -> Iterator[User]:
    yield User.objects.filter(username="alice").first() or make_publisher()
    sweep_acts()


@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "ar")])
def test_nothing_sticks_out_of_a_tables_pages_and_axe_finds_nothing(
    scheme: str, language: str, newsletter: Newsletter, alice: User, visit: Visit
) -> None:
    visitor = enter(visit(scheme=scheme, language=language), alice)
    pages, wrong = doors.addresses(newsletter), []
    # Of each table the list in one look and a row in the other, which have one style sheet.
    names = [f"{table}_{PARTS[(number + (scheme == 'dark')) % 2]}" for number, table in enumerate(doors.TABLES)]

    for name in [*names, "digests_digest_history"]:
        visitor.open(pages[name])
        wrong += [f"{name}: {fault}" for fault in visitor.faults(without=DJANGOS)]
        for width in (NARROWEST, DESK):
            visitor.page.set_viewport_size({"width": width, "height": 800})
            if (more := visitor.overhang()) > 0:
                wrong.append(f"{name} is {more} too wide at {width}")

    assert "\n".join(wrong) == ""
