"""The pages behind the leave link of every mail, which works for years, and behind the undo that lasts a day."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from digests.models import Newsletter
from newsletter.refusals import drain, is_too_large
from newsletter.subscribers import leaving, membership, mornings, queries, tokens
from newsletter.subscribers.links import link_to
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.token_pages import (
    Named,
    consent_of,
    in_words,
    page_of,
    private_page,
    subscription_of,
    token_page,
)
from newsletter.subscribers.tokens import Purpose

# A body that is cut off, has too many fields, or is in no encoding: it takes nobody's right to leave.
UNREADABLE = (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError)
ONE_CLICK = "List-Unsubscribe"
GONE = 410


@dataclass(frozen=True, slots=True)
class Said:
    """What a POST to the leave link asks for: to leave one newsletter or all, or to answer why it was left."""

    wording: str
    answer: str | None = None
    all: bool = False


@page_of(Purpose.LEAVE, subscription_of)
def leave(request: HttpRequest, named: Named[Subscription]) -> HttpResponse:
    """POST leaves at once, be it from a button or by one click in a mail program (RFC 8058)."""
    subscription = named.subject
    said = _said(request, subscription.newsletter) if request.method == "POST" else None
    if said is not None:
        _act(request, said, subscription)
        subscription.refresh_from_db()
    if subscription.status == Subscription.Status.ENDED:
        return _left_page(request, subscription, left_all=said is not None and said.all)
    return private_page(
        request,
        "web/leave.html",
        subscription,
        leave_all=_all_wording() if queries.has_several_newsletters() else "",
        # As old as the leave link, which works for years and from a mailbox that the reader has left behind. So it
        # opens no more than the link to the preferences in the same mail.
        preferences_url=link_to(Purpose.PREFERENCES, subscription, now=named.made_at),
    )


@token_page(Purpose.UNDO)
def undo(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """POST brings back what was left within a day. An active subscription is as it was."""
    now, wording = timezone.now(), _undo_wording(subscription.newsletter)
    if request.method == "POST":
        leaving.come_back(subscription.pk, consent=consent_of(request, wording, page="/undo/"), now=now)
        subscription.refresh_from_db()
    if subscription.status == Subscription.Status.ACTIVE:
        return private_page(
            request,
            "web/undone.html",
            subscription,
            # A mailbox that the reader has left behind may still undo, and is not told where the reader lives now.
            next_digest="" if subscription.subscriber.moved_at else in_words(mornings.next_digest, subscription, now),
            several=queries.has_several_newsletters(),
        )
    if request.method != "POST" and leaving.may_come_back(subscription, now=now):
        return private_page(request, "web/undo.html", subscription, wording=wording)
    return private_page(request, "web/undo_expired.html", subscription, status=GONE)


def _said(request: HttpRequest, newsletter: Newsletter) -> Said:
    """What cannot be read, and what a mail program sends, means this newsletter alone."""
    if is_too_large(request):  # of multipart any amount would go to the disk
        drain(request)
        return Said("")
    try:
        posted = request.POST
    except UNREADABLE:
        return Said("")
    if "answer" in posted:
        return Said("", answer=posted["answer"])
    if posted.get("leave") == "all":
        return Said(_all_wording(), all=True)
    if posted.get("leave") == "one":
        return Said(_("Leave %(newsletter)s") % {"newsletter": newsletter.name})
    return Said(f"{ONE_CLICK}=One-Click" if ONE_CLICK in posted else "")


def _act(request: HttpRequest, said: Said, subscription: Subscription) -> None:
    if said.answer is not None:
        if said.answer in Subscription.LeaveAnswer.values:
            leaving.answer(subscription.pk, said.answer)
        return
    consent = consent_of(request, said.wording, page="/leave/")
    verb = leaving.leave_all if said.all else membership.leave
    verb(subscription.pk, consent=consent, now=timezone.now())


def _left_page(request: HttpRequest, subscription: Subscription, *, left_all: bool) -> HttpResponse:
    """That the reader has left, or what else has ended it.

    The same whatever else the reader reads: a mail that was passed on must not tell.
    """
    now = timezone.now()
    is_back_possible = leaving.may_come_back(subscription, now=now)
    token = tokens.make(Purpose.UNDO, subscription.pk, keys=settings.LINK_KEYS, now=now)
    is_erased = subscription.subscriber.erased_at is not None
    is_left = subscription.end_reason == Subscription.EndReason.LEFT and not is_erased
    # What is erased names no reader whom anything else could be ended for.
    offers_all = not is_erased and not left_all and queries.has_several_newsletters()
    return private_page(
        request,
        "web/left.html" if is_left or (left_all and not is_erased) else "web/ended.html",
        subscription,
        left_all=left_all,
        site=settings.SITE_HOST,
        undo_path=reverse("undo", args=[token]) if is_back_possible else "",
        undo_wording=_undo_wording(subscription.newsletter),
        answers=Subscription.LeaveAnswer.choices if is_left and not subscription.leave_answer else [],
        leave_all=_all_wording() if offers_all else "",
        may_sign_up=is_left and not is_back_possible,
    )


def _all_wording() -> str:
    return _("Leave all newsletters of %(site)s") % {"site": settings.SITE_HOST}


def _undo_wording(newsletter: Newsletter) -> str:
    return _("Undo: send me %(newsletter)s again") % {"newsletter": newsletter.name}
