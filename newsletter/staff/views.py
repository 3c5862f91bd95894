"""The entrance of the desk: the code after the password, and turning two-factor log-in on and off."""

import math
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import django_otp
import segno
from django.contrib import admin, messages
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from newsletter.staff import acting, entering, verifying
from newsletter.staff.entrance import Gate, gate, has_second_step
from newsletter.staff.forms import CodeForm
from newsletter.staff.models import User
from newsletter.staff.recording import editor

KEY = "two_factor_key"  # in the session, until the app has shown that it knows it
Page = Callable[[HttpRequest], HttpResponse]


def at(*gates: Gate) -> Callable[[Page], Page]:
    """The page is for who has come so far; others are led on by the log-in page."""

    def wrap(page: Page) -> Page:
        @never_cache
        @csrf_protect
        @sensitive_post_parameters("code")
        @wraps(page)
        def answer(request: HttpRequest) -> HttpResponse:
            return page(request) if gate(request) in gates else redirect(f"{reverse('admin:login')}?{_next(request)}")

        return answer

    return wrap


def way_on(request: HttpRequest) -> HttpResponse | None:
    """Where somebody is led whose password was right but is not enough; None for all others."""
    ways = {Gate.CODE: "admin:second_step", Gate.SET_UP: "admin:two_factor"}
    name = ways.get(gate(request))
    return redirect(f"{reverse(name)}?{_next(request)}") if name else None


@at(Gate.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Asks for the code after the password."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if _is_let_in(request, form.cleaned_data["code"]):
            return HttpResponseRedirect(_goal(request))
        form.add_error("code", _why_not(editor(request)))
    return _page(request, "admin/second_step.html", _("One more step"), form=form, next=_goal(request))


@at(Gate.OPEN, Gate.SET_UP)
@require_http_methods(["GET", "HEAD", "POST"])
def two_factor(request: HttpRequest) -> HttpResponse:
    """Turns it on by a picture, a secret and a code; where it is on, says what can be done."""
    user = editor(request)
    if has_second_step(user):
        return _turned_on(request, CodeForm())
    form = CodeForm(request.POST if request.method == "POST" else None)
    key = request.session.setdefault(KEY, verifying.new_key())
    if form.is_valid():
        if codes := verifying.turn_on(user, key, form.cleaned_data["code"].strip().replace(" ", "")):
            del request.session[KEY]
            _remember(request, user)
            return _page(request, "admin/recovery_codes.html", _("Your recovery codes"), codes=codes)
        form.add_error(
            "code", _("This is not the code of the moment. Look at the app once more: its clock must be right.")
        )
    picture = segno.make(verifying.address_of(user, key), error="m")
    context = {
        "form": form,
        "picture": picture.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"),
        "secret": verifying.in_letters(key),
        "is_required": gate(request) is Gate.SET_UP,
    }
    return _page(request, "admin/two_factor.html", _("Two-factor log-in"), **context)


@at(Gate.OPEN)
@require_POST
def two_factor_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once, for who has a code."""
    user, form = editor(request), CodeForm(request.POST)
    if not _is_proved(user, form):
        return _turned_on(request, form)
    codes = verifying.new_codes(user)
    _remember(request, user)
    return _page(request, "admin/recovery_codes.html", _("Your recovery codes"), codes=codes)


@at(Gate.OPEN)
@require_POST
def two_factor_off(request: HttpRequest) -> HttpResponse:
    """The password is enough again, for who has a code."""
    user, form = editor(request), CodeForm(request.POST)
    if not _is_proved(user, form):
        return _turned_on(request, form)
    verifying.turn_off(user)
    messages.success(request, _("Two-factor log-in is off: your password is enough again."))
    return redirect("admin:two_factor")


def _turned_on(request: HttpRequest, form: CodeForm) -> HttpResponse:
    left = verifying.codes_left(editor(request))
    words = ngettext("%(count)d recovery code is left.", "%(count)d recovery codes are left.", left)
    return _page(request, "admin/two_factor_on.html", _("Two-factor log-in"), form=form, left=words % {"count": left})


def _is_let_in(request: HttpRequest, code: str) -> bool:
    user = editor(request)
    device = verifying.verify(user, code)
    if device is None:
        return False
    request.session.cycle_key()
    django_otp.login(request, device)
    entering.logged_in(user, by_code=True)
    return True


def _is_proved(user: User, form: CodeForm) -> bool:
    """Whether the form has a code that holds; the form says why not."""
    if not form.is_valid():
        return False
    if has_second_step(user) and verifying.verify(user, form.cleaned_data["code"]):
        return True
    form.add_error("code", _why_not(user))
    return False


def _why_not(user: User) -> str:
    seconds = math.ceil(verifying.wait_of(user, now=timezone.now()).total_seconds())
    if seconds <= 1:
        return _("This code does not hold, or was used already.")
    words = ngettext(
        "This code does not hold. The next one can be tried in %(count)d second.",
        "This code does not hold. The next one can be tried in %(count)d seconds.",
        seconds,
    )
    return words % {"count": seconds}


def _remember(request: HttpRequest, user: User) -> None:
    """This session has shown the second factor; the user's others have to."""
    device = next(django_otp.devices_for_user(user))
    request.session.cycle_key()
    django_otp.login(request, device)


def _page(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), "title": title, **context})


def _goal(request: HttpRequest) -> str:
    """The page of ours that was asked for before the log-in."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=hosts, require_https=request.is_secure())
    return asked if is_ours else reverse("admin:index")


def _next(request: HttpRequest) -> str:
    return urlencode({"next": _goal(request)})


class Welcome(PasswordResetConfirmView):
    """Somebody who was invited sets a password, by the link that an administrator gave."""

    template_name = "admin/welcome.html"
    success_url = reverse_lazy("admin:login")
    title = gettext_lazy("Welcome to the desk")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        """Also a link that holds no more has our title, not Django's."""
        return {**admin.site.each_context(self.request), **super().get_context_data(**context), "title": self.title}

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        acting.record("change", form.user, by=form.user, after={"password": ""})
        messages.success(self.request, _("Your password is set. Log in by it."))
        return answer
