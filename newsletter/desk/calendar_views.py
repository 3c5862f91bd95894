"""The calendar's page, its days off, and the beginning of a special issue."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from digests import days
from digests.locales import long_date
from digests.locales import month as month_name
from digests.models import DayOff, Newsletter
from newsletter.desk import calendar, scheduling
from newsletter.desk.approving import NotPossible
from newsletter.desk.forms import DayOffForm, SpecialForm
from newsletter.desk.today import newsletters_seen_by
from newsletter.staff.models import User

MONTH = "%Y-%m"


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """A month of one newsletter; the first one of those that the user sees where none is named."""
    own = newsletters_seen_by(request.user)
    if not own:
        raise PermissionDenied
    slug = request.GET.get("newsletter", own[0].slug)
    newsletter = next((one for one in own if one.slug == slug), None)
    if newsletter is None:
        raise Http404
    today = calendar.today(newsletter, now=timezone.now())
    first = _month(request.GET.get("month", "")) or today.replace(day=1)
    context = _page(request, newsletter, first, today) | {
        "newsletters": own,
        "day_off_form": DayOffForm(initial={"day": today}),
        "special_form": SpecialForm(initial={"day": today}),
    }
    return render(request, "admin/desk/calendar.html", context)


@require_POST
def take_off(request: HttpRequest, slug: str) -> HttpResponse:
    newsletter = _newsletter(request, slug, "digests.add_dayoff")
    form = DayOffForm(request.POST)
    if not form.is_valid():
        return _refused(request, newsletter, form)
    day, reason = form.cleaned_data["day"], form.cleaned_data["reason"]
    try:
        scheduling.take_off(newsletter, day, by=_user(request), reason=reason)
    except NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("%(day)s has no digest.") % {"day": _said(day)})
    return redirect(address(newsletter, day))


@require_POST
def put_back(request: HttpRequest, number: int) -> HttpResponse:
    off = get_object_or_404(DayOff.objects.select_related("newsletter"), pk=number)
    day = off.day
    scheduling.put_back(off, by=_user(request))
    messages.success(request, _("%(day)s has a digest again.") % {"day": _said(day)})
    return redirect(address(off.newsletter, day))


@require_POST
def begin_special(request: HttpRequest, slug: str) -> HttpResponse:
    newsletter = _newsletter(request, slug, "digests.add_digest")
    form = SpecialForm(request.POST)
    if not form.is_valid():
        return _refused(request, newsletter, form)
    try:
        digest = scheduling.begin_special(newsletter, by=_user(request), **form.cleaned_data)
    except NotPossible as problem:
        messages.error(request, str(problem))
        return redirect(address(newsletter, form.cleaned_data["day"]))
    messages.success(request, _("The special issue is begun: add its papers here."))
    return redirect("admin:digests_digest_change", digest.pk)


def address(newsletter: Newsletter, day: date) -> str:
    """The calendar's page that shows the day."""
    query = {"newsletter": newsletter.slug, "month": day.strftime(MONTH)}
    return f"{reverse('admin:desk_calendar')}?{urlencode(query)}"


def _page(request: HttpRequest, newsletter: Newsletter, first: date, today: date) -> dict[str, object]:
    shown = calendar.month(newsletter, first, today=today)
    before, after = calendar.neighbours(first)
    locale = get_language() or "en"
    return {
        **admin.site.each_context(request),
        "title": _("Calendar"),
        "newsletter": newsletter,
        "month": month_name(first, locale),
        "days": shown,
        "weekdays": [day.day for day in shown[: calendar.WEEK]],
        "before": before and {"name": month_name(before, locale), "url": address(newsletter, before)},
        "after": after and {"name": month_name(after, locale), "url": address(newsletter, after)},
        "may_take_off": request.user.has_perm("digests.add_dayoff", newsletter),
        "may_begin": request.user.has_perm("digests.add_digest", newsletter),
    }


def _refused(request: HttpRequest, newsletter: Newsletter, form: DayOffForm | SpecialForm) -> HttpResponse:
    """The page with what was typed, and what is wrong with it."""
    today = calendar.today(newsletter, now=timezone.now())
    is_special = isinstance(form, SpecialForm)
    context = _page(request, newsletter, today.replace(day=1), today) | {
        "newsletters": [newsletter],
        "day_off_form": DayOffForm(initial={"day": today}) if is_special else form,
        "special_form": form if is_special else SpecialForm(initial={"day": today}),
    }
    return render(request, "admin/desk/calendar.html", context)


def _newsletter(request: HttpRequest, slug: str, permission: str) -> Newsletter:
    newsletter = get_object_or_404(Newsletter, slug=slug)
    if not request.user.has_perm(permission, newsletter):
        raise PermissionDenied
    return newsletter


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _month(text: str) -> date | None:
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return first if days.FIRST <= first <= days.LAST else None


def _said(day: date) -> str:
    return long_date(day, get_language() or "en")
