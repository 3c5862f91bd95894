"""Whether what is linked answers: papers, code, project pages, and the links of summaries and editors' words. Pure."""

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digests import markup
from digests.faithfulness.links import addresses
from newsletter.desk.preflight.case import Case, Link, Written, link_question
from newsletter.desk.preflight.papers import titled
from newsletter.desk.preflight.report import Line, blocks, is_fine, warns

GONE = {404, 410}
MARKDOWN = {"note", "correction"}
FEW = 5
NAMED = 120  # characters of an address in a line


class _Hrefs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def links_in(case: Case) -> tuple[Link, ...]:
    """What is linked, each address once: as the mail has it."""
    found = [*_of_words(case), *_of_papers(case), *_of_summaries(case)]
    return tuple({link.url: link for link in reversed(found)}.values())[::-1]


def lines(case: Case) -> Iterator[Line]:
    silent, unknown, good = list[Link](), 0, 0
    for link in case.links:
        said = case.answer(link_question(link.url))
        if said is None:
            unknown += 1
        elif is_well(said):
            good += 1
        elif is_dead(said):
            yield _dead(link, said)
        else:
            silent.append(link)
    yield from _silent(silent)
    if unknown:
        words = ngettext("%(count)s link was not looked at yet.", "%(count)s links were not looked at yet.", unknown)
        yield warns("links.unknown", words % {"count": unknown})
    if good == len(case.links):
        words = ngettext("%(count)s link answers.", "All %(count)s links answer.", good)
        yield is_fine("links.answer", words % {"count": good})


def is_well(said: Mapping[str, object]) -> bool:
    status = said.get("status")
    return isinstance(status, int) and 200 <= status < 400


def is_dead(said: Mapping[str, object]) -> bool:
    """Whether it leads nowhere, or to where nobody else can go; servers that refuse machines are no dead links."""
    return said.get("status") in GONE or said.get("problem") in {"private", "odd"}


def _dead(link: Link, said: Mapping[str, object]) -> Line:
    """A page that is missing blocks where it is the paper's own or an editor's; code often comes later than a paper."""
    shown = {"url": link.url[:NAMED], "place": link.place}
    if said.get("problem") == "private":
        words = _("%(place)s: %(url)s leads to a private address, where readers cannot go.")
        return blocks("links.private", words % shown, link.mend, (link.url,))
    if said.get("problem") == "odd":
        return blocks("links.odd", _("%(place)s: %(url)s is no address of a page.") % shown, link.mend, (link.url,))
    says = blocks if link.is_ours else warns
    return says("links.dead", _("%(place)s: there is no page at %(url)s.") % shown, link.mend, (link.url,))


def _silent(links: list[Link]) -> Iterator[Line]:
    """Few of them one by one: where many are silent, the network is, and a list of them helps nobody."""
    if len(links) > FEW:
        words = _("%(count)s links do not answer as pages should, the first is %(url)s. Have a look at some of them.")
        said = {"count": len(links), "url": links[0].url[:NAMED]}
        yield warns("links.silent", words % said, links[0].mend, [link.url for link in links])
        return
    for link in links:
        words = _("%(place)s: %(url)s does not answer as a page should. Have a look at it.")
        yield warns("links.silent", words % {"place": link.place, "url": link.url[:NAMED]}, link.mend, (link.url,))


def _of_words(case: Case) -> Iterator[Link]:
    for written in case.written:
        if written.name in MARKDOWN:
            for url in hrefs(written):
                yield Link(url, _("Editor's words"), case.pages.digest, is_ours=True)


def hrefs(written: Written) -> list[str]:
    """The addresses of pages that an editor's text links, images among them."""
    parser = _Hrefs()
    parser.feed(markup.html(written.text))
    return [url for url in parser.found if url.lower().startswith(("http://", "https://"))]


def _of_papers(case: Case) -> Iterator[Link]:
    for entry in case.content.entries:
        place, mend = f"“{titled(entry.title)}”", case.pages.paper(entry.paper)
        for name in ("url", "code_url", "project_url"):
            if url := markup.safe_url(getattr(entry, name)):
                yield Link(url, place, mend, is_ours=name == "url")


def _of_summaries(case: Case) -> Iterator[Link]:
    """Found in the Markdown: a day of 68 papers has 612 summaries, and to write them takes half a second."""
    for entry in case.content.entries:
        for locale, summary in entry.summaries.items():
            for url in addresses(summary.text):
                mend = case.pages.summary(entry.paper, locale)
                yield Link(markup.safe_url(url), f"“{titled(entry.title)}”", mend, is_ours=False)
