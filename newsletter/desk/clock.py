"""The desk tells times by the editors' clock."""

from collections.abc import Callable
from contextlib import nullcontext
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from digests.locales import is_zone
from newsletter.desk import queries
from newsletter.staff.models import User


class EditorsClock:
    """Below /admin/ times are those of the zone that all of the user's newsletters have, else of TIME_ZONE."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if request.path.startswith(reverse("admin:index")) else None
        zones = queries.zones_of(user) if isinstance(user, User) and user.is_staff else set()
        zone = zones.pop() if len(zones) == 1 else ""
        with timezone.override(ZoneInfo(zone)) if is_zone(zone) else nullcontext():
            return self.get_response(request)
