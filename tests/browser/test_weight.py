"""Every page of a reader weighs little, and is there at once."""

from tests.browser.conftest import Visit
from tests.reading import PAGES, Site

HEAVIEST = 50_000  # bytes over the wire, images apart
SLOWEST = 0.5  # seconds until the largest thing is painted
# A page that is slow is so each time; a machine with other things to do is slow now and then. So the best counts, and a
# page that was quick is not asked again. Where nothing was painted in time, the browser is asked once more as well.
TRIES = 10


def test_each_page_weighs_little_and_is_there_at_once(site: Site, visit: Visit) -> None:
    heavy, slow = {}, {}

    for name, path in PAGES.items():
        visitor, address = visit(language="ko"), path(site, "ko")  # who has no style sheet yet
        paints: list[float] = []
        while len(paints) < TRIES and min(paints, default=SLOWEST) >= SLOWEST:
            visitor.open(address)
            paints.append(visitor.largest_paint())
        heavy[name], slow[name] = visitor.weight(), min(paints)
        visitor.page.context.close()

    assert {name: weight for name, weight in heavy.items() if weight >= HEAVIEST} == {}
    assert {name: paint for name, paint in slow.items() if paint >= SLOWEST} == {}
