"""The pages on privacy: what is kept, and one's own data to see, take away, move and erase."""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from digests.locales import bcp47
from newsletter.privacy import queries
from newsletter.privacy.facts import facts, others
from newsletter.privacy.forgetting import forget
from newsletter.privacy.forms import MoveForm
from newsletter.privacy.portrait import portrait
from newsletter.subscribers import moving
from newsletter.subscribers.models import Ask, Subscriber
from newsletter.subscribers.moving import Asked
from newsletter.subscribers.token_pages import UNPROCESSABLE, Named, page_of, private_page
from newsletter.subscribers.tokens import Purpose
from newsletter.subscribers.views import link_by_letter


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    locale, known = translation.get_language() or settings.LANGUAGE_CODE, queries.known()
    context = {
        "facts": facts(known, locale=locale),
        "others": others(known, locale=locale),
        "contact": settings.PRIVACY_CONTACT,
        "contact_is_page": settings.PRIVACY_CONTACT.startswith(("http://", "https://")),
    }
    return render(request, "web/privacy.html", context)


# As open as asking for the link to one's preferences: there is no session to protect.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_data(request: HttpRequest) -> HttpResponse:
    return link_by_letter(request, Ask.Kind.DATA, asking_page="web/data_ask.html", answer_page="web/data_sent.html")


@page_of(Purpose.DATA, queries.reader_numbered)
def data(request: HttpRequest, named: Named[Subscriber]) -> HttpResponse:
    """What is known, in short; POST brings all of it as a file. A GET would be made by scanners of mail, too."""
    if named.subject.erased_at is not None:
        return private_page(request, "web/data_erased.html", named.voice, status=410)
    if request.method == "POST":
        return _file(named.subject)
    return private_page(request, "web/data.html", named.voice, known=queries.in_short(named.subject))


@page_of(Purpose.DATA, queries.reader_numbered)
def move(request: HttpRequest, named: Named[Subscriber]) -> HttpResponse:
    """Asks for the new address. What is said does not depend on what is known of it."""
    subscriber, voice = named.subject, named.voice
    if subscriber.erased_at is not None:
        return private_page(request, "web/data_erased.html", voice, status=410)
    form = MoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = moving.ask(subscriber, form.cleaned_data["address"], now=timezone.now())
        if asked is Asked.NOBODY:
            return HttpResponseRedirect("../")
        if asked is Asked.DONE:
            new = form.cleaned_data["address"]
            return private_page(request, "web/data_moving.html", voice, known=queries.in_short(subscriber), new=new)
        form.refuse(asked)
    status = UNPROCESSABLE if form.is_bound else 200
    known = queries.in_short(subscriber)
    return private_page(request, "web/data_move.html", voice, status=status, form=form, known=known)


@page_of(Purpose.DATA, queries.reader_numbered)
def erase(request: HttpRequest, named: Named[Subscriber]) -> HttpResponse:
    """POST erases at once; the page before it says what goes and what stays."""
    if named.subject.erased_at is not None:
        return private_page(request, "web/data_erased.html", named.voice, status=410)
    if request.method != "POST":
        return private_page(request, "web/data_erase.html", named.voice, known=queries.in_short(named.subject))
    forget(named.subject, now=timezone.now())
    return private_page(request, "web/data_erased.html", named.voice, is_done=True)


def _file(subscriber: Subscriber) -> HttpResponse:
    text = json.dumps(portrait(subscriber), ensure_ascii=False, indent=2)
    response = HttpResponse(f"{text}\n", content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="my-data-{timezone.now():%Y-%m-%d}.json"'
    response.headers["Content-Language"] = bcp47(translation.get_language() or settings.LANGUAGE_CODE)
    return response
