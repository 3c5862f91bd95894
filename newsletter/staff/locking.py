"""Log-ins that fail too often have to wait: the hooks of django-axes, so that it keeps nothing that names anybody.

A user name is kept as an HMAC, an address as its network, a browser not at all. After a week a row is gone.
"""

from datetime import datetime, timedelta
from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from newsletter.callers import callers_network

KEPT = timedelta(days=7)


class LockBackend(AxesStandaloneBackend):  # type: ignore[misc]  # django-axes has no types
    """Refuses who has to wait. It authenticates nobody."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        if request is not None:  # without one nobody stands at a door: a command, or a test
            super().authenticate(request, **credentials)


class LockHandler(AxesDatabaseHandler):  # type: ignore[misc]
    """django-axes with its table, but for what would tell one browser from another."""

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any
    ) -> None:
        if request is None:
            return
        asked: Any = request
        asked.axes_user_agent = asked.axes_http_accept = ""
        super().user_login_failed(sender, credentials, request, **more)


def network(request: HttpRequest) -> str | None:
    """The first address of the caller's network, which stands for all of it; none where that cannot be said."""
    return callers_network(request).partition("/")[0] or None


def hashed_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """What the table knows instead of a user name: people type passwords and addresses into that field, too."""
    name = credentials.get("username") if credentials else request.POST.get("username")
    return salted_hmac("newsletter.staff.locking", str(name or ""), algorithm="sha256").hexdigest()


def page(request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None) -> HttpResponse:
    """What somebody reads who has to wait."""
    wait: timedelta = settings.AXES_COOLOFF_TIME
    context = {
        **admin.site.each_context(request),
        "title": _("Too many tries"),
        "minutes": wait // timedelta(minutes=1),
    }
    locked = render(request, "admin/locked.html", context, status=429)
    locked.headers["Retry-After"] = str(int(wait.total_seconds()))
    return locked


def forget(*, now: datetime) -> int:
    """Rows that nobody waits because of any more are gone; how many."""
    rows: int = AccessAttempt.objects.filter(attempt_time__lt=now - KEPT).delete()[0]
    return rows
