"""Where a request came from, behind the proxies that are ours."""

from django.conf import settings
from django.http import HttpRequest

from newsletter.networks import network_of


def callers_network(request: HttpRequest) -> str:
    """Which network the request came from; empty where that cannot be said."""
    return network_of(
        request.META.get("REMOTE_ADDR", ""),
        forwarded=request.headers.get("X-Forwarded-For", ""),
        proxies=settings.TRUSTED_PROXIES,
    )
