"""The preview's pages, below a digest's page in the admin: the mail as anybody gets it, and a test to oneself."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from digests.locales import number
from digests.models import Digest
from digests.selection import Wishes
from newsletter.delivery.queries import has_left
from newsletter.desk import preview_queries as queries
from newsletter.desk import testing
from newsletter.desk.forms import LONGEST_NUMBER, PreviewForm, WhoForm
from newsletter.desk.previews import DARK, GMAIL_CUTS_AT, LIGHT, in_scheme
from newsletter.desk.previews import preview as make_preview
from newsletter.desk.segments import Segment, segment, value_of, with_value
from newsletter.staff.models import User
from newsletter.subscribers import addresses, schedule
from newsletter.subscribers.audience import wishes as wishes_of
from newsletter.subscribers.models import Subscription

PHONE, DESKTOP = "phone", "desktop"
ON, OFF = "on", "off"
MAIL, TEXT = "mail", "text"
FIRST, CORRECTION = "digest", "correction"
CORRECTABLE = {Digest.Status.DRAFT, Digest.Status.APPROVED, Digest.Status.PAUSED}  # what can be approved again
# No script runs in the frame, whatever stands in the mail, and nothing comes from elsewhere.
FRAME = "default-src 'none'; img-src %s; style-src 'unsafe-inline'; sandbox allow-popups"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whose mail is looked at: that of a form's wishes, or that of a reader.

    `can_correct`: some readers have had the digest, so there may be a correction, and `is_correction` that it is this.
    """

    form: PreviewForm
    wishes: Wishes
    reader: Subscription | None
    can_correct: bool
    is_correction: bool

    @property
    def as_what(self) -> dict[str, bool]:
        return {"is_of_a_reader": self.reader is not None, "is_correction": self.is_correction}


@require_safe
def preview(request: HttpRequest, digest_id: int) -> HttpResponse:
    """The mail in a frame or its text part, with its subject and size, and everything that one can choose."""
    digest = _digest(request, digest_id)
    chosen = _chosen(request, digest)
    is_text = chosen.wishes.format == Subscription.Format.TEXT or request.GET.get("part") == TEXT
    made = make_preview(digest, chosen.wishes, **chosen.as_what, with_text=is_text)
    context = {
        **admin.site.each_context(request),
        "title": _("Preview"),
        "digest": digest,
        "form": chosen.form,
        "reader": chosen.reader,
        "notices": list(_notices(digest, chosen, would_leave=made.would_leave)),
        "preview": made,
        "kilobytes": number(round(made.size / 1000), get_language() or "en"),
        "too_large": made.size > GMAIL_CUTS_AT,
        "most": GMAIL_CUTS_AT,
        "is_text": is_text,
        "read_in": chosen.wishes.locale
        if chosen.wishes.locale in digest.newsletter.locales
        else digest.newsletter.default_locale,
        "width": value_of(request.GET, "width", [PHONE, DESKTOP]),
        "segments": _segments(request.GET, chosen, is_text=is_text),
        "kept": [
            (name, request.GET[name])
            for name in ("locale", "as", "width", "scheme", "images", "part")
            if name in request.GET
        ],
        "query": request.GET.urlencode(),
        "as_anybody": with_value(request.GET, "subscription", ""),
        "who": WhoForm() if request.user.has_perm("subscribers.view_subscription", digest.newsletter) else None,
        "may_test": request.user.has_perm("postbox.add_letter", digest),
        "own_address": getattr(request.user, "email", ""),
    }
    return render(request, "admin/desk/preview.html", context)


@require_safe
@xframe_options_sameorigin
def preview_mail(request: HttpRequest, digest_id: int) -> HttpResponse:
    """The mail's HTML alone, for the frame: in a program's light or dark colours, with pictures or without."""
    digest = _digest(request, digest_id)
    chosen = _chosen(request, digest)
    made = make_preview(digest, chosen.wishes, **chosen.as_what, with_text=False)
    response = HttpResponse(in_scheme(made.rendered.html, value_of(request.GET, "scheme", [LIGHT, DARK])))
    pictures = "'none'" if request.GET.get("images") == OFF else "'self'"
    response["Content-Security-Policy"] = FRAME % pictures
    return response


@require_POST
def find_reader(request: HttpRequest, digest_id: int) -> HttpResponse:
    """Leads to the preview as a subscriber. An address is posted, and never stands in one of ours."""
    digest = _digest(request, digest_id)
    if not request.user.has_perm("subscribers.view_subscription", digest.newsletter):
        raise PermissionDenied
    form, query, reader = WhoForm(request.POST), request.GET.copy(), None
    if form.is_valid():
        reader = _reader(digest, form)
    if reader is None:
        messages.error(request, _("Nobody who reads this newsletter has that number or address."))
        query.pop("subscription", None)
    else:
        query["subscription"] = str(reader.pk)
    return redirect(f"{reverse('admin:digest_preview', args=[digest.pk])}?{query.urlencode()}")


@require_POST
def send_test(request: HttpRequest, digest_id: int) -> HttpResponse:
    """Sends what the preview shows to the own address."""
    digest = _digest(request, digest_id)
    if not isinstance(request.user, User):
        raise PermissionDenied
    chosen, now = _chosen(request, digest), timezone.now()
    try:
        letter = testing.send_test(digest, chosen.wishes, by=request.user, now=now, **chosen.as_what)
    except testing.NotSent as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("A test is on its way to %(address)s.") % {"address": letter.to})
    return redirect(f"{reverse('admin:digest_preview', args=[digest.pk])}?{request.GET.urlencode()}")


@require_safe
def test_mail(request: HttpRequest) -> HttpResponse:
    """Where the personal links of a test lead: a page that says so, and does nothing."""
    return render(request, "web/test_mail.html")


def _chosen(request: HttpRequest, digest: Digest) -> Chosen:
    """What the address says; as a subscriber where it names one, for whoever may look at subscriptions."""
    form = PreviewForm(request.GET, digest=digest)
    said = request.GET.get("subscription", "")
    can_correct = digest.status in CORRECTABLE and has_left(digest)
    is_correction = can_correct and request.GET.get("as") == CORRECTION
    if not said:
        return Chosen(form, form.wishes(), None, can_correct, is_correction)
    is_number = said.isascii() and said.isdigit() and len(said) <= LONGEST_NUMBER
    reader = queries.subscription_numbered(digest, int(said)) if is_number else None
    if not request.user.has_perm("subscribers.view_subscription", reader or digest.newsletter):
        raise PermissionDenied
    return Chosen(form, form.wishes() if reader is None else wishes_of(reader), reader, can_correct, is_correction)


def _reader(digest: Digest, form: WhoForm) -> Subscription | None:
    if (pk := form.number()) is not None:
        return queries.subscription_numbered(digest, pk)
    try:
        address = addresses.normal(form.cleaned_data["who"].strip())
    except ValueError:
        return None
    return queries.subscription_of(digest, addresses.hashed(address, key=settings.SUPPRESSION_KEY))


def _notices(digest: Digest, chosen: Chosen, *, would_leave: bool) -> Iterator[str]:
    """Why such a reader would get no mail of it."""
    reader = chosen.reader
    if reader is not None and reader.status != Subscription.Status.ACTIVE:
        yield _("This subscription is not active, so nothing is sent to it.")
    elif reader is not None and chosen.is_correction:
        if not queries.has_had(digest, reader):
            yield _("This reader has not had it, so there is nothing to correct.")
    elif reader is not None and not _reads(digest, reader):
        yield _("This reader gets no mail on that day.")
    elif not would_leave:
        yield _("Nothing fits, and such a reader wants no mail then.")


def _reads(digest: Digest, reader: Subscription) -> bool:
    day = schedule.reading_day(
        digest.day,
        kind=digest.kind,
        rhythm=reader.rhythm,
        weekdays=reader.weekdays,
        paused_until=reader.paused_until,
    )
    return day is not None


def _segments(query: QueryDict, chosen: Chosen, *, is_text: bool) -> list[Segment]:
    """The choices that are links. Width, colours and pictures are a matter of the HTML alone."""
    found = []
    if chosen.reader is None:
        languages = sorted(chosen.form.languages, key=lambda one: one[0] != chosen.form.default_locale)
        found.append(segment(query, "locale", _("Language"), languages))
    if chosen.can_correct:
        found.append(segment(query, "as", _("Mails"), [(FIRST, _("digest")), (CORRECTION, _("correction"))]))
    if chosen.wishes.format == Subscription.Format.HTML:
        found.append(segment(query, "part", _("Part"), [(MAIL, _("mail")), (TEXT, _("text part"))]))
    if not is_text:
        found += [
            segment(query, "width", _("Width"), [(PHONE, _("phone")), (DESKTOP, _("desktop"))]),
            segment(query, "scheme", _("Colours"), [(LIGHT, _("light")), (DARK, _("dark"))]),
            segment(query, "images", _("Pictures"), [(ON, _("shown")), (OFF, _("not shown"))]),
        ]
    return found


def _digest(request: HttpRequest, digest_id: int) -> Digest:
    digest = get_object_or_404(Digest.objects.select_related("newsletter"), pk=digest_id)
    if not request.user.has_perm("digests.view_digest", digest):
        raise PermissionDenied
    return digest
