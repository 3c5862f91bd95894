"""Pages of the demo's inbox. They exist with DEMO=1 alone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from newsletter.demo.inbox import Mail, all_mails, one_mail


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    return render(request, "web/demo/inbox.html", {"mails": all_mails()})


@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "web/demo/mail.html", {"mail": _mail(name)})


@require_safe
@xframe_options_sameorigin
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part for the frame; it runs no script, whatever stands in it."""
    response = HttpResponse(_mail(name).html)
    response["Content-Security-Policy"] = (
        "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
    )
    return response


def _mail(name: str) -> Mail:
    found = one_mail(name)
    if found is None:
        raise Http404
    return found
