"""Counted links of mails: they lead to the paper, and add one to a number that names nobody."""

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from digests import days
from digests.locales import offered
from digests.markup import safe_url
from newsletter.feedback import queries
from newsletter.feedback.counting import count_link


@require_safe
@never_cache
def open_paper(request: HttpRequest, newsletter: str, day: str, locale: str, paper: int) -> HttpResponseRedirect:
    """To the address that the paper has with us, and to no other. What only looks at the address (HEAD) is not counted.

    It is counted as long as the newsletter counts; the link goes on leading to the paper.
    """
    named = days.named(day)
    entry = queries.approved_entry(newsletter, named, paper=paper) if named else None
    address = safe_url(entry.paper.url) if entry else ""
    if entry is None or not address:
        raise Http404
    letter = entry.digest.newsletter
    spoken = offered(locale, letter.locales)
    if request.method == "GET" and letter.counts_links and spoken:
        count_link(entry.digest, entry.paper, locale=spoken)
    response = HttpResponseRedirect(address)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
