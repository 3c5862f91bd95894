"""What the summary desk shows: an abstract beside a summary, tied to each other, and what leads to the next paper."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from digests import check_queries as queries
from digests import faithfulness, locales, markup
from digests.bullets import bullets
from digests.models import Digest, Finding, Paper, Summary
from digests.sentences import sentences
from digests.tying import tie
from newsletter.desk.summaries import may_write
from newsletter.staff.models import User

ENGLISH = "en"  # what abstracts are written in


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding in words."""

    finding: Finding
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A bullet: its number counted from 1, the number of its sentence, and what was found in it."""

    number: int
    html: SafeString
    sentence: int | None
    findings: list[Shown]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the abstract, counted from 1, and the bullets that tell of it."""

    number: int
    html: SafeString
    bullets: list[int]


@dataclass(frozen=True, slots=True)
class Tab:
    """A language of the paper: whether there is a summary, whether a person has checked it, what is open."""

    locale: str
    lang: str
    name: str
    there: bool
    checked: bool
    open: int


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Papers of the digest around this one, by id; `place` of `total` is its own, 0 where it is left out."""

    place: int = 0
    total: int = 0
    before: int | None = None
    after: int | None = None
    open: int | None = None  # the next one with something open, in the same language


@dataclass(frozen=True, slots=True)
class Beside:
    """One page of the summary desk."""

    paper: Paper
    locale: str
    name: str
    lang: str
    direction: str
    summary: Summary | None
    sentences: list[Sentence]
    lines: list[Line]
    findings: list[Shown]  # about the whole
    open: int
    tabs: list[Tab]
    digest: Digest | None
    neighbours: Neighbours
    may_write: bool


def find_digest(paper: Paper, wanted: str, *, by: User) -> tuple[Digest | None, set[str]]:
    """The digest through which the user goes: the wanted one, else the newest that has the paper; and the languages of
    all that the user sees.
    """
    seen = [digest for digest in queries.digests_with(paper) if by.has_perm("digests.view_digest", digest)]
    chosen = next((digest for digest in seen if str(digest.pk) == wanted), seen[0] if seen else None)
    return chosen, {locale for digest in seen for locale in digest.newsletter.locales}


def beside(paper: Paper, locale: str, *, digest: Digest | None, offered: set[str], by: User) -> Beside | None:
    """The page; None where the language is neither offered nor written in."""
    told = queries.told_of(paper)
    if locale not in offered | set(told):
        return None
    summary = told.get(locale)
    found = [row for row in queries.all_findings(paper) if digest is None or queries.concerns(row, digest.newsletter)]
    own = [_shown(row) for row in found if row.summary.locale == locale]
    lines, known = _tied(paper, told, locale, own)
    return Beside(
        paper=paper,
        locale=locale,
        name=locales.native_name(locale),
        lang=locales.bcp47(locale),
        direction=locales.direction(locale),
        summary=summary,
        sentences=known,
        lines=lines,
        findings=[shown for shown in own if shown.finding.bullet is None or shown.finding.bullet >= len(lines)],
        open=sum(shown.finding.accepted_at is None for shown in own),
        tabs=_tabs(told, found, _order(digest, offered | set(told))),
        digest=digest,
        neighbours=_neighbours(digest, paper, locale) if digest else Neighbours(),
        may_write=may_write(by, paper, locale, new=summary is None),
    )


def _tied(
    paper: Paper, told: Mapping[str, Summary], locale: str, found: list[Shown]
) -> tuple[list[Line], list[Sentence]]:
    cut = sentences(paper.abstract)
    said, english = (bullets(told[code].text) if code in told else () for code in (locale, ENGLISH))
    ties = tie(
        [bullet.words for bullet in said],
        [sentence.text for sentence in cut],
        locale,
        english=[bullet.words for bullet in english],
    )
    lines = [
        Line(
            number=bullet.place + 1,
            html=markup.html(bullet.markdown),
            sentence=None if (at := ties[bullet.place]) is None else at + 1,
            findings=[shown for shown in found if shown.finding.bullet == bullet.place],
        )
        for bullet in said
    ]
    known = [
        Sentence(
            number=number,
            html=markup.html(sentence.text, prose=True),
            bullets=[line.number for line in lines if line.sentence == number],
        )
        for number, sentence in enumerate(cut, 1)
    ]
    return lines, known


def _shown(finding: Finding) -> Shown:
    return Shown(finding, faithfulness.label(finding.kind), faithfulness.words(finding.kind, finding.detail))


def _order(digest: Digest | None, codes: set[str]) -> list[str]:
    """As the newsletter lists its languages, the others behind them."""
    ours = list(digest.newsletter.locales) if digest else []
    return ours + sorted(codes - set(ours))


def _tabs(told: Mapping[str, Summary], found: list[Finding], order: list[str]) -> list[Tab]:
    still = [row.summary.locale for row in found if row.accepted_at is None]
    return [
        Tab(
            locale=locale,
            lang=locales.bcp47(locale),
            name=locales.native_name(locale),
            there=locale in told,
            checked=locale in told and told[locale].checked_at is not None,
            open=still.count(locale),
        )
        for locale in order
    ]


def _neighbours(digest: Digest, paper: Paper, locale: str) -> Neighbours:
    entries = queries.entries_in_order(digest)
    order = [entry.paper_id for entry in entries]
    if paper.pk not in order:
        return Neighbours(total=len(order), after=order[0] if order else None)
    place = order.index(paper.pk)
    still = queries.papers_with_something_open(order, locale, digest.newsletter)
    following = order[place + 1 :] + order[:place]
    return Neighbours(
        place=place + 1,
        total=len(order),
        before=order[place - 1] if place else None,
        after=order[place + 1] if place + 1 < len(order) else None,
        open=next((number for number in following if number in still), None),
    )
