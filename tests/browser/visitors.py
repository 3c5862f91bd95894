"""A visitor: one browser tab without a past, and what went wrong while it was used."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Request, Response, Route

HEIGHT = 800
MOST_STOPS = 60  # presses of Tab
# WCAG 2.0 to 2.2 at A and AA, and axe's own good practice. What it finds right is not told in full: that takes longer.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
LCP = """() => new Promise(done => {
    new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
        .observe({type: 'largest-contentful-paint', buffered: true});
    setTimeout(() => done(Infinity), 5000);
})"""


@dataclass
class Visitor:
    """`page` is Playwright's. `troubles` are refusals of the policy, errors, requests to others, answers of 500 on."""

    page: Page
    origin: str
    troubles: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)  # bytes of the body as it travelled, by address

    def open(self, path: str) -> Response:
        """Opens a path of the site, or one of its addresses."""
        self.sizes.clear()
        response = self.page.goto(path, wait_until="load")
        assert response is not None
        return response

    def text(self) -> str:
        """What the page says to the eye."""
        return self.page.locator("body").inner_text()

    def press(self, name: str) -> None:
        """Presses the button of that name, and waits for the page that follows."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.get_by_role("button", name=name).first.click()

    def go_by(self, selector: str) -> None:
        """Clicks the first such element, and waits until the page that follows is there."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator(selector).first.click()

    def tab_to(self, selector: str) -> None:
        """Presses Tab until the focus, which can be seen, is on the first such element."""
        wanted = self.page.locator(selector).first
        for _press in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("element => element === document.activeElement"):
                outline: str = wanted.evaluate("element => getComputedStyle(element).outlineStyle")
                assert outline != "none", f"the focus on {selector} cannot be seen"
                return
        raise AssertionError(f"{selector} cannot be reached by Tab")

    def faults(self, *, without: Sequence[str] = ()) -> list[str]:
        """What axe finds, a line each: rule, element, what is wrong. `without` names rules that cannot hold here."""
        self.page.wait_for_load_state()  # a link that was clicked shows the page before its stylesheet has come
        options: Mapping[str, object] = {**RULES, "rules": {rule: {"enabled": False} for rule in without}}
        found = Axe().run(self.page, options=dict(options)).response["violations"]
        return [
            f"{rule['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:300]}"
            for rule in found
            for node in rule["nodes"]
        ]

    def overhang(self) -> int:
        """By how many CSS pixels the page is wider than the window."""
        self.page.wait_for_load_state()
        wide: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return wide

    def largest_paint(self) -> float:
        """Seconds until the largest thing of the page was painted."""
        return float(self.page.evaluate(LCP)) / 1000

    def weight(self) -> int:
        """Bytes that the page took over the wire, images apart."""
        return sum(self.sizes.values())


def watched(context: BrowserContext, origin: str) -> Visitor:
    """A tab of the context whose requests to other hosts are stopped and noted, as is all that goes wrong."""
    context.set_default_timeout(10_000)
    visitor = Visitor(context.new_page(), origin)

    def only_ours(route: Route, request: Request) -> None:
        if _origin(request.url) == origin or request.url.startswith("data:"):
            route.continue_()
        else:
            visitor.troubles.append(f"asked {request.url}")
            route.abort()

    def weigh(response: Response) -> None:
        if response.status >= 500:
            visitor.troubles.append(f"{response.status} {response.url}")
        if response.request.resource_type in {"document", "stylesheet", "script", "font", "fetch"}:
            visitor.sizes[response.url] = _size(response)

    context.route("**/*", only_ours)
    page = visitor.page
    page.on("response", weigh)
    page.on("pageerror", lambda error: visitor.troubles.append(f"script: {error}"))
    page.on("console", _noting(visitor.troubles))
    return visitor


def _noting(troubles: list[str]) -> Callable[..., None]:
    def note(message: object) -> None:
        text = str(getattr(message, "text", message))
        # A page that is refused on purpose (404, 410, 422) is an error to the console, and none to us.
        if getattr(message, "type", "") == "error" and "the server responded with a status of 4" not in text:
            troubles.append(f"console: {text}")

    return note


def _size(response: Response) -> int:
    """What travelled: the body as it was compressed, where it was."""
    length = response.headers.get("content-length")
    return int(length) if length else len(response.body())


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
