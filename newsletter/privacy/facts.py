"""What is kept of readers, why and how long: sentences made from the settings they are true for. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digests.locales import comma, number, sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the sentences are made from. `carriers` and `bounces_to` name servers, `reports` what providers tell us."""

    unconfirmed: timedelta
    left: timedelta
    letters: timedelta
    moves: timedelta
    payloads: timedelta
    asks: timedelta
    knocks: timedelta
    lists: timedelta
    invited: timedelta
    ipv4_bits: int
    ipv6_bits: int
    reports: tuple[str, ...]
    carriers: tuple[str, ...]
    bounces_to: str = ""
    asks_dns: bool = False
    counts_links: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One kind of thing that is kept."""

    name: str
    what: str
    why: str
    kept: str


def facts(known: Known, *, locale: str) -> tuple[Fact, ...]:
    """In the language that is active; `locale` is that language, for its numbers."""
    return (
        _address(known, locale),
        Fact(
            _("Your choices"),
            _(
                "Languages, time zone, hour and days, topics, the authors and words that you follow or avoid, and why "
                "you left, if you say so."
            ),
            _("So that you get the papers you want, when you want them."),
            _("Authors and words go with your address. The rest stays as numbers that name nobody."),
        ),
        _consent(known, locale),
        _deliveries(known, locale),
        Fact(
            _("Letters to you"),
            _("Mails such as the one that brings a link, as they were sent."),
            _("To send them, and to see that they left."),
            _in(known.letters, ngettext("%(days)s day", "%(days)s days", known.letters.days), locale),
        ),
        Fact(
            _("A new address, while you change it"),
            _("The address that you typed, and which of the two mailboxes has agreed."),
            _("So that nobody moves your newsletters but you."),
            _in(known.moves, ngettext("At most %(days)s day", "At most %(days)s days", known.moves.days), locale),
        ),
        *([_opened()] if known.counts_links else []),
        _forms(known, locale),
        _lists(known, locale),
        Fact(
            _("Addresses that get nothing more"),
            _("A code made from the address with a secret key. Nobody can read the address from it."),
            _("So that we never write again to somebody erased or who complained, or to a mailbox that is gone."),
            _("For good"),
        ),
    )


def others(known: Known, *, locale: str) -> tuple[str, ...]:
    """Who else handles a reader's address, a sentence each."""
    sentences = []
    if known.carriers:
        names = comma(locale).join(known.carriers)
        sentences.append(_("Our mails leave through: %(names)s. It sees your address and the mail.") % {"names": names})
    else:
        sentences.append(_("Mails are written to files on the machine that this site runs on. Nobody carries them."))
    if known.bounces_to:
        words = _("Mails that cannot be delivered come back to a mailbox at %(host)s.")
        sentences.append(words % {"host": known.bounces_to})
    if known.asks_dns:
        sentences.append(
            _("When you sign up we ask the domain name system whether the part of your address after the @ takes mail.")
        )
    return tuple(sentences)


def _address(known: Known, locale: str) -> Fact:
    read = _in(
        known.left,
        ngettext(
            "As long as you read, and %(days)s day after your last newsletter has ended.",
            "As long as you read, and %(days)s days after your last newsletter has ended.",
            known.left.days,
        ),
        locale,
    )
    waiting = _in(
        known.unconfirmed,
        ngettext(
            "If nobody confirms it, %(days)s day.",
            "If nobody confirms it, %(days)s days.",
            known.unconfirmed.days,
        ),
        locale,
    )
    why = _("To send you what you asked for.")
    return Fact(_("Your e-mail address"), _("The one that you typed."), why, sentences(locale, read, waiting))


def _consent(known: Known, locale: str) -> Fact:
    bits = {"short": number(known.ipv4_bits, locale), "long": number(known.ipv6_bits, locale)}
    return Fact(
        _("What you agreed to"),
        _(
            "The words beside the button, the page, the time, and the network that you came from: the first %(short)s "
            "bits of your internet address, or %(long)s of a long one, never all of it."
        )
        % bits,
        _("To prove that it was you who asked."),
        _("For good. Once your address is gone, without the network, and it names nobody."),
    )


def _deliveries(known: Known, locale: str) -> Fact:
    reports = comma(locale).join(known.reports)
    raw = _in(
        known.payloads,
        ngettext(
            "The provider's report as it came, %(days)s day.",
            "The provider's report as it came, %(days)s days.",
            known.payloads.days,
        ),
        locale,
    )
    return Fact(
        _("What was sent to you"),
        _(
            "Which digest left when, with which papers and for which of your choices, and what the mail provider "
            "reported of it: %(reports)s."
        )
        % {"reports": reports},
        _("So that you get each digest once, and no mail goes where nobody is."),
        sentences(locale, _("For good. Once your address is gone, it names nobody."), raw),
    )


def _opened() -> Fact:
    return Fact(
        _("How often a paper is opened"),
        _("One number for each paper, digest and language. A click adds one to it, and nothing says whose it was."),
        _("So that editors see what is read."),
        _("For good: it names nobody."),
    )


def _forms(known: Known, locale: str) -> Fact:
    asks = _in(
        known.asks,
        ngettext(
            "What you typed until it is done, mostly a moment, at most %(days)s day.",
            "What you typed until it is done, mostly a moment, at most %(days)s days.",
            known.asks.days,
        ),
        locale,
    )
    knocks = _in(
        known.knocks,
        ngettext("The counts, %(days)s day.", "The counts, %(days)s days.", known.knocks.days),
        locale,
    )
    return Fact(
        _("What you type on a form"),
        _("The form, and how often your network and the address were there: a count under a code that names neither."),
        _("To do what you ask, and so that nobody floods a mailbox with our letters."),
        sentences(locale, asks, knocks),
    )


def _lists(known: Known, locale: str) -> Fact:
    kept = ngettext(
        "Until its readers are taken over, at most %(days)s day.",
        "Until its readers are taken over, at most %(days)s days.",
        known.lists.days,
    )
    invited = ngettext(
        "Your address for %(days)s day where you do not answer the letter that asks you.",
        "Your address for %(days)s days where you do not answer the letter that asks you.",
        known.invited.days,
    )
    return Fact(
        _("A list that you were on"),
        _("Where whoever writes a newsletter moves here with their readers: the list of these, as they had it."),
        _("So that you keep getting what you asked for there. Who had left there is not written to."),
        sentences(locale, _in(known.lists, kept, locale), _in(known.invited, invited, locale)),
    )


def _in(days: timedelta, sentence: str, locale: str) -> str:
    return sentence % {"days": number(days.days, locale)}
