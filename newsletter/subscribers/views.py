"""The pages that anybody may open: signing up, asking for a link. A GET changes nothing."""

from functools import partial

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from digests import freshness, paths
from digests.latest import Latest, latest
from digests.models import Newsletter
from digests.views import heads
from digests.views.answering import answer_from
from newsletter.callers import callers_network
from newsletter.subscribers import asking, limits, queries
from newsletter.subscribers.forms import JoinForm, LinkForm
from newsletter.subscribers.models import Ask
from newsletter.subscribers.origins import origin_of
from newsletter.subscribers.refusing import too_many
from newsletter.subscribers.token_pages import UNPROCESSABLE, consent_of


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The newsletter's sign-up page where there is one alone; else the choice of them."""
    offered = freshness.for_a_moment("newsletters", queries.newsletters)
    if len(offered) == 1:
        return _landing(request, offered[0].slug)
    return render(request, "web/home.html", {"newsletters": [(one, _latest(one)) for one in offered]})


# Signing up is as open to other sites as to anybody who types an address: there is no session to protect,
# and a CSRF cookie would be the only one that these pages leave.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, newsletter: str) -> HttpResponseBase:
    if request.method != "POST":
        return _landing(request, newsletter)
    chosen = newsletter_or_404(newsletter)
    if not queries.takes_readers(chosen):
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
            consent=consent_of(request, join_wording(chosen), page=form_page(request)),
            now=timezone.now(),
        )
    return HttpResponseRedirect(reverse("check", args=[newsletter]) + _same_language(request))


@require_safe
def check(request: HttpRequest, newsletter: str) -> HttpResponse:
    return render(request, "web/check.html", {"newsletter": newsletter_or_404(newsletter)})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_link(request: HttpRequest) -> HttpResponse:
    return link_by_letter(request, Ask.Kind.LINK, asking_page="web/link.html", answer_page="web/link_sent.html")


def link_by_letter(request: HttpRequest, kind: Ask.Kind, *, asking_page: str, answer_page: str) -> HttpResponse:
    """A form for an address, to which a letter brings a link. The same answer for every address, known or not."""
    if request.method == "POST" and (wait := limits.wait_of(callers_network(request), now=timezone.now())):
        return too_many(request, wait)
    form = LinkForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, asking_page, {"form": form}, status=UNPROCESSABLE if form.is_bound else 200)
    if not form.is_from_a_program():
        asking.ask_for(kind, form.cleaned_data["address"], now=timezone.now())
    return render(request, answer_page)


def newsletter_or_404(slug: str) -> Newsletter:
    newsletter = queries.newsletter_called(slug)
    if newsletter is None:
        raise Http404
    return newsletter


def _landing(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The page before anybody has typed anything: the same for all who read its language, so it is kept for them."""
    known = freshness.known(slug)
    if known is None:
        raise Http404

    def make(told: HttpRequest) -> HttpResponse:
        return _join_page(told, known.newsletter, JoinForm(known.newsletter))

    def takes_readers() -> bool:
        return queries.takes_readers(known.newsletter)

    is_open = freshness.for_a_moment(("takes readers", slug), takes_readers)
    return answer_from(known, request, make, asked=["lang"], more=is_open)


def _join_page(request: HttpRequest, newsletter: Newsletter, form: JoinForm, *, status: int = 200) -> HttpResponse:
    edition = _latest(newsletter)
    context = {
        "newsletter": newsletter,
        "form": form,
        "wording": join_wording(newsletter),
        "takes_readers": queries.takes_readers(newsletter),
        "latest": edition,
    }
    context |= heads.card(
        newsletter,
        title=newsletter.name,
        description=newsletter.tagline or _("What the new research papers say, day by day."),
        address=partial(paths.join, newsletter.slug),
        locale=translation.get_language() or newsletter.default_locale,
        told_in=newsletter.locales,
        image=heads.whole(edition.picture) if edition and edition.picture else "",
    )
    return render(request, "web/join.html", context, status=status)


def _latest(newsletter: Newsletter) -> Latest | None:
    """What the visitor would have got last."""
    return latest(newsletter, translation.get_language() or newsletter.default_locale)


def form_page(request: HttpRequest) -> str:
    """Where the form stood that was sent: the path on this site, or the other site that it came from."""
    headers = request.headers
    site = origin_of(origin=headers.get("Origin", ""), referer=headers.get("Referer", ""))
    ours = {settings.SITE_URL, f"{request.scheme}://{request.get_host()}", ""}
    return request.path if site in ours else site


def join_wording(newsletter: Newsletter) -> str:
    return _(
        "By signing up you ask for %(newsletter)s by e-mail. We use your address for this alone, "
        "and you can leave with one click in every mail."
    ) % {"newsletter": newsletter.name}


def _same_language(request: HttpRequest) -> str:
    """`?lang=ko` for the next page where this one was asked for with it."""
    language = translation.get_language() or ""
    return f"?lang={language}" if "lang" in request.GET else ""
