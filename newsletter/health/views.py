"""The page that uptime monitors ask."""

from dataclasses import asdict

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from newsletter.health.checking import check

KEPT = 10  # seconds: anybody may ask, and a long ledger is not to be looked through each time


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 and `ok`, or 503 and a JSON list of problems, as they were up to ten seconds ago."""
    problems = cache.get_or_set("health", lambda: check(now=timezone.now()), KEPT) or []
    if not problems:
        return HttpResponse("ok", content_type="text/plain")
    return JsonResponse([asdict(problem) for problem in problems], safe=False, status=503)
