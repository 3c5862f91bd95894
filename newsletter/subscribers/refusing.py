"""The answer to a network that comes too often: in words, with a way on, and without a word about any address."""

from datetime import timedelta
from math import ceil

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from digests.models import Newsletter

TOO_MANY = 429


def too_many(request: HttpRequest, wait: timedelta, *, newsletter: Newsletter | None = None) -> HttpResponse:
    """The page that asks to come back when `wait` is over."""
    page = render(request, "web/too_many.html", {"newsletter": newsletter, "again": again(wait)}, status=TOO_MANY)
    page.headers["Retry-After"] = seconds(wait)
    return page


def again(wait: timedelta) -> str:
    """When the same network may try again, as a sentence; rounded up."""
    minutes = ceil(wait / timedelta(minutes=1))
    if minutes <= 60:
        return ngettext("Please try again in %d minute.", "Please try again in %d minutes.", minutes) % minutes
    hours = ceil(wait / timedelta(hours=1))
    return ngettext("Please try again in %d hour.", "Please try again in %d hours.", hours) % hours


def seconds(wait: timedelta) -> str:
    """As the header Retry-After says it."""
    return str(ceil(wait.total_seconds()))
