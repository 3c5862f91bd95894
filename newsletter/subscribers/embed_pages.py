"""The sign-up form on other sites: its HTML to copy, and a JSON endpoint for the sites that the operator names."""

import json
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from digests.models import Newsletter
from newsletter.callers import callers_network
from newsletter.subscribers import asking, limits, queries
from newsletter.subscribers.forms import JoinForm
from newsletter.subscribers.refusing import TOO_MANY, again, seconds
from newsletter.subscribers.token_pages import UNPROCESSABLE, consent_of
from newsletter.subscribers.views import form_page, join_wording, newsletter_or_404

LARGEST = 10_000  # octets: an address, three choices and a honeypot
JSON = "application/json"
# A browser sends JSON to another site only after it has asked with OPTIONS, and is told so for ten minutes.
PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "600",
}


@require_safe
def embed(request: HttpRequest, newsletter: str) -> HttpResponse:
    """The form as HTML to copy into a page of another site, in the language of this page."""
    chosen = newsletter_or_404(newsletter)
    action = f"{settings.SITE_URL}{reverse('join', args=[newsletter])}"
    shown = {"newsletter": chosen, "action": action, "wording": join_wording(chosen)}
    snippet = render_to_string("web/embed_form.html", shown, request).strip() + "\n"
    context = {"newsletter": chosen, "snippet": snippet, "takes_readers": queries.takes_readers(chosen)}
    return render(request, "web/embed.html", context)


# Another site has no cookie of ours to protect. Who may send is told by Origin: CORS alone would keep its script from
# reading the answer, and not from acting.
@csrf_exempt
def join_by_json(request: HttpRequest, newsletter: str) -> HttpResponse:
    """Signs up what stands in a JSON object with the names of the form's fields; `address` alone has to be there."""
    origin = request.headers.get("Origin", "")
    answer = _answer(request, newsletter_or_404(newsletter), origin)
    if origin in settings.EMBED_ORIGINS:
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Expose-Headers"] = "Retry-After"
    patch_vary_headers(answer, ("Origin",))
    return answer


def _answer(request: HttpRequest, newsletter: Newsletter, origin: str) -> HttpResponse:
    if origin and origin not in {settings.SITE_URL, *settings.EMBED_ORIGINS}:
        return _said(_("This site may not send the form. Its address has to be named in EMBED_ORIGINS."), status=403)
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=PREFLIGHT if origin else {"Allow": "POST, OPTIONS"})
    if request.method != "POST":
        answer = _said(_("The form is sent by POST."), status=405)
        answer.headers["Allow"] = "POST, OPTIONS"
        return answer
    return _not_taken(request) or _join(request, newsletter)


def _not_taken(request: HttpRequest) -> HttpResponse | None:
    """Why nothing is done with the body, whatever it says; None where something is."""
    if request.content_type != JSON:
        return _said(_("The form is sent as JSON: Content-Type is %(type)s.") % {"type": JSON}, status=415)
    if len(request.body) > LARGEST:
        return _said(_("This is too long."), status=413)
    if wait := limits.wait_of(callers_network(request), now=timezone.now()):
        return _too_many(wait)
    return None


def _join(request: HttpRequest, newsletter: Newsletter) -> HttpResponse:
    if not queries.takes_readers(newsletter):
        return _said(_("Signing up is not open yet. Please come back later."), status=409)
    fields = _fields(request.body)
    if fields is None:
        return _said(_("This is no JSON object of texts."), status=UNPROCESSABLE)
    form = JoinForm(newsletter, fields)
    if not form.is_valid():
        errors = {name: [str(word) for word in words] for name, words in form.errors.items()}
        suggested = {"suggestion": form.suggestion} if form.suggestion else {}
        return JsonResponse({"errors": errors, **suggested}, status=UNPROCESSABLE)
    if not form.is_from_a_program():
        asking.ask_to_join(
            newsletter,
            form.cleaned_data["address"],
            preferences=form.preferences(),
            consent=consent_of(request, join_wording(newsletter), page=form_page(request)),
            now=timezone.now(),
        )
    words = _("We have sent you a letter with a link. Open it, and your newsletter is on its way.")
    return _said(words, status=202)


def _fields(body: bytes) -> dict[str, str] | None:
    """What the body says, as a form would send it: text by name. None where it says anything else."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    texts = {name: str(value) for name, value in said.items() if type(value) in {str, int}}
    return texts if len(texts) == sum(value is not None for value in said.values()) else None


def _too_many(wait: timedelta) -> HttpResponse:
    words = _("So many forms have come from your network that we take no more of them for now.")
    answer = _said(f"{words} {again(wait)}", status=TOO_MANY)
    answer.headers["Retry-After"] = seconds(wait)
    return answer


def _said(words: str, *, status: int) -> HttpResponse:
    return JsonResponse({"message": words}, status=status)
