"""The sentences around papers, in the language that is active: votes, authors, origin, subject. Pure."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digests.columns import shorten
from digests.content import SummaryContent
from digests.days import DAILY, SPECIAL, WEEKLY, week_before
from digests.locales import clock, direction, language_name, long_date, long_span, number, short_date, short_span
from digests.markup import line

NAMES_SHOWN = 3
OTHERS = "+"  # stands in some sources at the end of the authors: "and others"
SUBJECT_COLUMNS = 52  # of the title in a subject: phones show about 40, desktops 70
SUBJECT_LONGEST = 150
WORDS_A_MINUTE, CHARACTERS_A_MINUTE = 220, 500
CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
SENTENCE_END = re.compile(
    r"(?<=[^\s.][A-Za-z0-9)\]\"'’”])[.!?؟](?=\s+[^a-z\s])|(?<=\w)\.(?=\s+\W*[^\x00-\x7f])|[。！？]"
)
RIGHT_TO_LEFT_MARK = "\u200f"


def votes(count: int | None, at: datetime | None, locale: str) -> str:
    """23 votes at 06:00 UTC; nothing where votes are unknown."""
    if count is None:
        return ""
    told = ngettext("%(count)s vote", "%(count)s votes", count) % {"count": number(count, locale)}
    if at is None:
        return told
    return _("%(votes)s at %(hour)s UTC") % {"votes": told, "hour": clock(at, ZoneInfo("UTC"), locale)}


def authors(names: Sequence[str], locale: str) -> str:
    """The first three authors and how many more there are."""
    known = [name for name in dict.fromkeys(map(line, names)) if name and name != OTHERS]
    shown, more = ", ".join(known[:NAMES_SHOWN]), len(known) - NAMES_SHOWN
    if OTHERS in names and known:
        return _("%(names)s and others") % {"names": shown}
    if more <= 0:
        return shown
    words = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more)
    return words % {"names": shown, "count": number(more, locale)}


def fallback(wanted: str, shown: str, *, into: str = "") -> str:
    """What is said when a summary is not in the reader's language; nothing when it is. `shown` may be empty.

    `into` is the language that it is said in, where that is not the reader's own.
    """
    if not shown:
        return _("There is no summary of this paper yet.")
    if shown == wanted or wanted.startswith(f"{shown}-"):
        return ""
    languages = {"wanted": language_name(wanted, into or wanted), "shown": language_name(shown, into or wanted)}
    return _("No %(wanted)s summary yet: in %(shown)s.") % languages


def origin(summary: SummaryContent) -> str:
    """Who wrote the summary and whether an editor checked it."""
    if summary.origin == "original":
        return _("The authors' abstract")
    if summary.origin == "human":
        return _("Written by an editor")
    model = line(summary.model)
    if not model and summary.origin == "imported":
        return _("Checked by an editor") if summary.checked else ""
    who = {"model": model or _("a machine")}
    if summary.checked:
        return _("Summarised by %(model)s, checked by an editor") % who
    return _("Summarised by %(model)s") % who


def share(shown: int, total: int, seconds: int, locale: str) -> str:
    """12 of 24 papers, 6 minutes; of none of them no time is told."""
    if not shown:
        return papers(shown, total, locale)
    parts = {"papers": papers(shown, max(total, shown), locale), "time": reading(seconds, locale)}
    return _("%(papers)s, %(time)s") % parts


def papers(shown: int, total: int, locale: str) -> str:
    """12 of 24 papers; all of them are simply 24 papers."""
    counts = {"shown": number(shown, locale), "total": number(total, locale)}
    if shown >= total:
        return ngettext("%(total)s paper", "%(total)s papers", total) % counts
    return ngettext("%(shown)s of %(total)s paper", "%(shown)s of %(total)s papers", total) % counts


def reading(seconds: int, locale: str) -> str:
    """6 minutes; never less than one."""
    minutes = max(1, round(seconds / 60))
    return ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": number(minutes, locale)}


def left_over(count: int, locale: str) -> str:
    """The heading above the titles of papers that a mail has no room for."""
    words = ngettext(
        "%(count)s more paper did not fit in this mail", "%(count)s more papers did not fit in this mail", count
    )
    return words % {"count": number(count, locale)}


def more_below(count: int, locale: str) -> str:
    """The last line of the contents when some papers are titles alone; nothing when none is."""
    if not count:
        return ""
    words = ngettext("and %(count)s more title below", "and %(count)s more titles below", count)
    return words % {"count": number(count, locale)}


def more_titles(count: int, locale: str) -> str:
    """The last line of a list that is cut short; nothing when it is not."""
    if not count:
        return ""
    words = ngettext("and %(count)s more on the web", "and %(count)s more on the web", count)
    return words % {"count": number(count, locale)}


def period(day: date, kind: str, locale: str) -> str:
    """What a digest tells of: Tuesday, 7 April 2026; or, where it is weekly, 4–10 Apr 2026."""
    return long_span(*week_before(day), locale) if kind == WEEKLY else long_date(day, locale)


def subject(titles: Sequence[str], day: date, locale: str, *, kind: str = DAILY) -> str:
    """A subject for these papers: the first one's title, how many more, the date, or the dates of the week."""
    parts = {"title": shorten(line(titles[0]), SUBJECT_COLUMNS), "day": _short_period(day, kind, locale)}
    if len(titles) == 1:
        return _directed(_("%(title)s (%(day)s)") % parts, locale)
    more = len(titles) - 1
    words = ngettext("%(title)s and %(count)s more (%(day)s)", "%(title)s and %(count)s more (%(day)s)", more)
    return _directed(words % {**parts, "count": number(more, locale)}, locale)


def subject_of_none(day: date, locale: str, *, kind: str = DAILY) -> str:
    """A subject for a mail without papers."""
    return _("Nothing for you this time (%(day)s)") % {"day": _short_period(day, kind, locale)}


def nothing(total: int, locale: str) -> str:
    """What a mail without papers says of so many that there were."""
    words = ngettext(
        "The one paper of this digest does not fit what you chose.",
        "None of the %(total)s papers of this digest fits what you chose.",
        total,
    )
    return words % {"total": number(total, locale)}


def headings(kind: str) -> dict[str, str]:
    """What stands around the papers of a day, or of a week."""
    if kind == SPECIAL:
        return {
            "none": _("There are no papers in this issue."),
            "more": _("More of this issue"),
            "also": _("Also in this issue"),
            "also_today": _("Also in this issue"),
            "page": _("This issue on the web"),
        }
    if kind == WEEKLY:
        return {
            "none": _("There are no papers in this week."),
            "more": _("More of this week"),
            "also": _("Also this week"),
            "also_today": _("Also this week"),
            "page": _("This week on the web"),
        }
    return {
        "none": _("There are no papers on this day."),
        "more": _("More of this day"),
        "also": _("Also on this day"),
        "also_today": _("Also today"),
        "page": _("This day on the web"),
    }


def preheader(titles: Sequence[str]) -> str:
    """The three top titles, for the line that inboxes show beside the subject."""
    return " · ".join(shorten(line(title), 2 * SUBJECT_COLUMNS) for title in titles[:3])


def first_sentences(text: str, characters: int) -> str:
    """The sentences that end within so many characters; at least the first, if it has an end."""
    ends = [found.end() for found in SENTENCE_END.finditer(text)]
    fitting = [end for end in ends if end <= characters] or ends[:1]
    return text[: fitting[-1]].rstrip() if fitting else shorten(text, characters)


def reading_seconds(text: str) -> int:
    """How long a person reads at it: words of alphabets and characters of Chinese, Japanese and Korean."""
    characters = len(CJK.findall(text))
    words = len(re.findall(r"\w+", CJK.sub(" ", text)))
    return round(60 * (characters / CHARACTERS_A_MINUTE + words / WORDS_A_MINUTE))


def _short_period(day: date, kind: str, locale: str) -> str:
    return short_span(*week_before(day), locale) if kind == WEEKLY else short_date(day, locale)


def _directed(text: str, locale: str) -> str:
    """A subject that begins with an English title is still read from the right in Arabic."""
    return RIGHT_TO_LEFT_MARK + text if direction(locale) == "rtl" else text
