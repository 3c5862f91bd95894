"""Where a mail server of our own hands over mails that came back, as they are."""

from base64 import b64decode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from newsletter.feedback.taking import take

LARGEST_BODY = 1_000_000  # octets


@csrf_exempt  # the caller is a program and has the secret; there is no session
@require_POST
def bounce(request: HttpRequest) -> HttpResponse:
    """Takes a mail (RFC 5322) from `curl --fail --user SECRET --data-binary @-`; says what became of it."""
    if not _has_the_secret(request):
        answer = HttpResponse(status=401)
        answer["WWW-Authenticate"] = 'Basic realm="bounces"'
        return answer
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        return HttpResponse(status=413)
    return HttpResponse(take(request.body, now=timezone.now()), content_type="text/plain")


def _has_the_secret(request: HttpRequest) -> bool:
    """HTTP basic authentication (RFC 7617) with WEBHOOK_SECRET, as Anymail asks of providers."""
    scheme, _space, said = request.headers.get("Authorization", "").partition(" ")
    try:
        told = b64decode(said, validate=True)
    except ValueError:
        return False
    return scheme.lower() == "basic" and constant_time_compare(told, settings.ANYMAIL["WEBHOOK_SECRET"].encode())
