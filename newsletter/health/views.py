"""The page that uptime monitors ask."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from newsletter.health.checking import check


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 and `ok`, or 503 and a JSON list of problems."""
    problems = check(now=timezone.now())
    if not problems:
        return HttpResponse("ok", content_type="text/plain")
    return JsonResponse([asdict(problem) for problem in problems], safe=False, status=503)
