"""The pages behind the two letters of a change of address: the old mailbox agrees on one, the new one on the other."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.subscribers import moving, queries, waiting
from newsletter.subscribers.models import Move
from newsletter.subscribers.moving import Agreed, End
from newsletter.subscribers.token_pages import Named, consent_of, page_of, private_page
from newsletter.subscribers.tokens import Purpose


def _move(number: int) -> Named[Move] | None:
    move = waiting.move_numbered(number)
    voice = queries.voice_of(move.subscriber_id) if move else None
    return Named(move, voice) if move and voice else None


@page_of(Purpose.MOVE, _move)
def move(request: HttpRequest, named: Named[Move]) -> HttpResponse:
    """The old mailbox says yes. It sees the new address: whoever typed that had a link to this mailbox."""
    return _page(request, named, End.OLD, wording=_("Yes, change my address"), page="/move/")


@page_of(Purpose.ARRIVE, _move)
def arrive(request: HttpRequest, named: Named[Move]) -> HttpResponse:
    """The new mailbox says yes. It sees neither the old address nor what else is read there."""
    return _page(request, named, End.NEW, wording=_("Yes, send it to this address"), page="/arrive/")


def _page(request: HttpRequest, named: Named[Move], end: End, *, wording: str, page: str) -> HttpResponse:
    move = named.subject
    agreed, has_agreed = Agreed.DONE if move.done_at else Agreed.WAITS, getattr(move, end) is not None
    if request.method == "POST":
        consent = consent_of(request, wording, page=page)
        agreed, has_agreed = moving.agree(move.pk, end, consent=consent, now=timezone.now()), True
    return private_page(
        request,
        "web/move.html",
        named.voice,
        address=move.address,
        agreed=agreed,
        has_agreed=has_agreed,
        is_old=end is End.OLD,
        wording=wording,
    )
