"""The reader's pages. A GET changes nothing: mail scanners open every link."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from digests.models import Newsletter
from newsletter.subscribers import membership, mornings, queries
from newsletter.subscribers.audience import page_locale
from newsletter.subscribers.forms import JoinForm, LinkForm, PreferencesForm
from newsletter.subscribers.links import link_to
from newsletter.subscribers.membership import ConsentFacts, Outcome
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.networks import network_of
from newsletter.subscribers.schedule import next_morning
from newsletter.subscribers.token_pages import private_page, speaking, token_page
from newsletter.subscribers.tokens import Purpose

# For a form that was understood and not accepted: 200 would tell caches and monitors that it worked.
UNPROCESSABLE = 422


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The newsletter's sign-up page where there is one alone; else the choice of them."""
    offered = queries.newsletters()
    if len(offered) == 1:
        return _join_page(request, offered[0], JoinForm(offered[0]))
    return render(request, "web/home.html", {"newsletters": offered})


# Signing up is as open to other sites as to anybody who types an address: there is no session to protect,
# and a CSRF cookie would be the only one that these pages leave.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, newsletter: str) -> HttpResponse:
    chosen = _newsletter(newsletter)
    if request.method != "POST" or not queries.takes_readers(chosen):
        return _join_page(request, chosen, JoinForm(chosen))
    form = JoinForm(chosen, request.POST)
    if not form.is_valid():
        return _join_page(request, chosen, form, status=UNPROCESSABLE)
    if not form.is_from_a_program():
        membership.join(
            chosen,
            form.cleaned_data["address"],
            preferences=form.preferences(),
            consent=_consent(request, _join_wording(chosen), page=reverse("join", args=[newsletter])),
            now=timezone.now(),
        )
    return HttpResponseRedirect(reverse("check", args=[newsletter]) + _same_language(request))


@require_safe
def check(request: HttpRequest, newsletter: str) -> HttpResponse:
    return render(request, "web/check.html", {"newsletter": _newsletter(newsletter)})


@token_page(Purpose.CONFIRM)
def confirm(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    wording = _confirm_wording(subscription.newsletter)
    if request.method == "POST":
        consent = _consent(request, wording, page="/confirm/")
        membership.confirm(subscription.pk, consent=consent, now=timezone.now())
        subscription.refresh_from_db()
    if subscription.status == Subscription.Status.ENDED:
        return private_page(request, "web/ended.html", subscription)
    if subscription.status == Subscription.Status.PENDING:
        return private_page(request, "web/confirm.html", subscription, wording=wording)
    now = timezone.now()
    return private_page(
        request,
        "web/confirmed.html",
        subscription,
        first_digest=_in_words(mornings.first_digest, subscription, now),
        preferences_url=link_to(Purpose.PREFERENCES, subscription, now=now),
    )


@token_page(Purpose.PREFERENCES)
def preferences(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    if subscription.status == Subscription.Status.ENDED:
        return private_page(request, "web/ended.html", subscription)
    if request.method != "POST":
        return _preferences_page(request, subscription, PreferencesForm(subscription))
    form = PreferencesForm(subscription, request.POST)
    if not form.is_valid():
        return _preferences_page(request, subscription, form, status=UNPROCESSABLE)
    outcome = membership.change(subscription, form.preferences(), now=timezone.now())
    subscription.refresh_from_db()
    with speaking(subscription):
        if outcome != Outcome.DONE:
            return private_page(request, "web/ended.html", subscription)
        return _preferences_page(request, subscription, PreferencesForm(subscription), saved=True)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """The same answer for every address, known or not."""
    form = LinkForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = UNPROCESSABLE if form.is_bound else 200
        return render(request, "web/link.html", {"form": form}, status=status)
    membership.send_link(form.cleaned_data["address"], now=timezone.now())
    return render(request, "web/link_sent.html")


@token_page(Purpose.LEAVE)
def leave(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """POST leaves at once, be it from the button or by one click in a mail program (RFC 8058)."""
    if request.method == "POST":
        consent = _consent(request, _("Leave"), page="/leave/")
        membership.leave(subscription.pk, consent=consent, now=timezone.now())
        subscription.refresh_from_db()
    if subscription.status == Subscription.Status.ENDED:
        return private_page(request, "web/left.html", subscription)
    preferences_url = link_to(Purpose.PREFERENCES, subscription, now=timezone.now())
    return private_page(request, "web/leave.html", subscription, preferences_url=preferences_url)


def _newsletter(slug: str) -> Newsletter:
    newsletter = queries.newsletter_called(slug)
    if newsletter is None:
        raise Http404
    return newsletter


def _join_page(request: HttpRequest, newsletter: Newsletter, form: JoinForm, *, status: int = 200) -> HttpResponse:
    context = {
        "newsletter": newsletter,
        "form": form,
        "wording": _join_wording(newsletter),
        "takes_readers": queries.takes_readers(newsletter),
    }
    return render(request, "web/join.html", context, status=status)


def _preferences_page(
    request: HttpRequest,
    subscription: Subscription,
    form: PreferencesForm,
    *,
    status: int = 200,
    saved: bool = False,
) -> HttpResponse:
    now = timezone.now()
    return private_page(
        request,
        "web/preferences.html",
        subscription,
        status=status,
        form=form,
        saved=saved,
        next_digest=_in_words(mornings.next_digest, subscription, now),
        leave_url=link_to(Purpose.LEAVE, subscription, now=now),
    )


def _consent(request: HttpRequest, wording: str, *, page: str) -> ConsentFacts:
    network = network_of(
        request.META.get("REMOTE_ADDR", ""),
        forwarded=request.headers.get("X-Forwarded-For", ""),
        proxies=settings.TRUSTED_PROXIES,
    )
    return ConsentFacts(wording=wording, page=page, network=network, locale=translation.get_language() or "")


def _join_wording(newsletter: Newsletter) -> str:
    return _(
        "By signing up you ask for %(newsletter)s by e-mail. We use your address for this alone, "
        "and you can leave with one click in every mail."
    ) % {"newsletter": newsletter.name}


def _confirm_wording(newsletter: Newsletter) -> str:
    return _("Yes, send me %(newsletter)s") % {"newsletter": newsletter.name}


def _same_language(request: HttpRequest) -> str:
    """`?lang=ko` for the next page where this one was asked for with it."""
    language = translation.get_language() or ""
    return f"?lang={language}" if "lang" in request.GET else ""


def _in_words(sentence: mornings.Sentence, subscription: Subscription, now: datetime) -> str:
    zone = ZoneInfo(subscription.time_zone)
    morning = next_morning(hour=subscription.hour, zone=zone, weekdays=subscription.weekdays, after=now)
    return sentence(morning, zone=subscription.time_zone, locale=page_locale(subscription), now=now)
