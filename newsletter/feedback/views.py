"""Where a mail server of our own hands over mails that came back, as they are."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from newsletter.feedback.access import with_a_limit, with_the_secret
from newsletter.feedback.taking import take


@csrf_exempt  # the caller is a program and has the secret; there is no session
@require_POST
@with_the_secret
@with_a_limit
def bounce(request: HttpRequest) -> HttpResponse:
    """Takes a mail (RFC 5322) from `curl --fail --user SECRET --data-binary @-`; says what became of it."""
    return HttpResponse(take(request.body, now=timezone.now()), content_type="text/plain")
