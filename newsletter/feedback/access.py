"""Who may report, and how much at once: what every address for programs asks before it reads anything."""

from base64 import b64decode
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

LARGEST_BODY = 1_000_000  # octets of a mail that came back, however it is wrapped

View = Callable[..., HttpResponse]


def with_the_secret(view: View) -> View:
    """The view, which nobody posts to who does not know WEBHOOK_SECRET (401).

    Providers look by HEAD whether it is there, before they know.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not _has_the_secret(request):
            answer = HttpResponse(status=401)
            answer["WWW-Authenticate"] = 'Basic realm="reports"'
            return answer
        return view(request, *args, **kwargs)

    return guarded


def with_a_limit(view: View) -> View:
    """The view, which gets no body of more than LARGEST_BODY (413)."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            return HttpResponse(status=413)
        return view(request, *args, **kwargs)

    return limited


def _has_the_secret(request: HttpRequest) -> bool:
    """HTTP basic authentication (RFC 7617), as Anymail asks of providers."""
    scheme, _space, said = request.headers.get("Authorization", "").partition(" ")
    try:
        told = b64decode(said, validate=True)
    except ValueError:
        return False
    return scheme.lower() == "basic" and constant_time_compare(told, settings.ANYMAIL["WEBHOOK_SECRET"].encode())
