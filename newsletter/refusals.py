"""Requests that no page gets: bodies that are too big, methods that a page does not know, NULs; each with a way on."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeGuard

from django.db import DataError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.defaults import bad_request

LARGEST = 65_536  # octets; the largest form of a reader has less than a tenth
# The admin has forms as large as a digest, and providers report many mails at once.
MACHINES_AND_STAFF = ("/admin/", "/hooks/")
# Leaving takes effect whatever the body is, and throws away one that is too large.
UNBOUNDED = (*MACHINES_AND_STAFF, "/leave/")
DRAINED = 16_000_000  # octets: of a body that goes on a browser would show a broken connection, and not our words
PIECE = 65_536
NOT_ALLOWED, TOO_LARGE = 405, 413


class RefusalMiddleware:
    """Says in words, before anything is parsed, that a body is too big; and what Django refuses without a word."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_too_large(request) and not request.path_info.startswith(UNBOUNDED):
            drain(request)
            return _page(request, TOO_LARGE)
        response = self.get_response(request)
        if _is_wordless(response) and not request.path_info.startswith(MACHINES_AND_STAFF):
            _put_into_words(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """PostgreSQL takes no NUL, and what it is asked by the filters of Django's lists is what the address says."""
        if isinstance(exception, DataError) and "NUL (0x00)" in str(exception):
            return bad_request(request, exception)
        return None


def is_too_large(request: HttpRequest) -> bool:
    """Whether the body says of itself that it is longer than any form of a reader's."""
    return _length(request) > LARGEST


def drain(request: HttpRequest) -> None:
    """Most of the body is read and thrown away, as far as it comes."""
    left = DRAINED
    with suppress(UnreadablePostError):
        while left > 0 and (piece := request.read(PIECE)):
            left -= len(piece)


def _is_wordless(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    return response.status_code == NOT_ALLOWED and isinstance(response, HttpResponse) and not response.content


def _put_into_words(request: HttpRequest, response: HttpResponse) -> None:
    """The same response, for it names the methods that are allowed and stands in the log already."""
    response.content = _page(request, NOT_ALLOWED).content
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    response.headers["Content-Length"] = str(len(response.content))


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, "web/refused.html", {"status": status}, status=status)


def _length(request: HttpRequest) -> int:
    """How long the body says it is. What is no number is no length that anybody should read."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return LARGEST + 1
