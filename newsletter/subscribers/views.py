"""The pages that anybody may open: signing up, asking for a link. A GET changes nothing."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from digests.models import Newsletter
from newsletter.subscribers import asking, limits, queries
from newsletter.subscribers.forms import JoinForm, LinkForm
from newsletter.subscribers.models import Ask
from newsletter.subscribers.refusing import too_many
from newsletter.subscribers.token_pages import UNPROCESSABLE, callers_network, consent_of


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
    if wait := limits.wait_of(callers_network(request), now=timezone.now()):
        return too_many(request, wait, newsletter=chosen)
    form = JoinForm(chosen, request.POST)
    if not form.is_valid():
        return _join_page(request, chosen, form, status=UNPROCESSABLE)
    if not form.is_from_a_program():
        asking.ask_to_join(
            chosen,
            form.cleaned_data["address"],
            preferences=form.preferences(),
            consent=consent_of(request, _join_wording(chosen), page=reverse("join", args=[newsletter])),
            now=timezone.now(),
        )
    return HttpResponseRedirect(reverse("check", args=[newsletter]) + _same_language(request))


@require_safe
def check(request: HttpRequest, newsletter: str) -> HttpResponse:
    return render(request, "web/check.html", {"newsletter": _newsletter(newsletter)})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """The same answer for every address, known or not."""
    if request.method == "POST" and (wait := limits.wait_of(callers_network(request), now=timezone.now())):
        return too_many(request, wait)
    form = LinkForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = UNPROCESSABLE if form.is_bound else 200
        return render(request, "web/link.html", {"form": form}, status=status)
    asking.ask_for(Ask.Kind.LINK, form.cleaned_data["address"], now=timezone.now())
    return render(request, "web/link_sent.html")


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


def _join_wording(newsletter: Newsletter) -> str:
    return _(
        "By signing up you ask for %(newsletter)s by e-mail. We use your address for this alone, "
        "and you can leave with one click in every mail."
    ) % {"newsletter": newsletter.name}


def _same_language(request: HttpRequest) -> str:
    """`?lang=ko` for the next page where this one was asked for with it."""
    language = translation.get_language() or ""
    return f"?lang={language}" if "lang" in request.GET else ""
