"""The readers of a newsletter on one page of the admin: how many of which sort, add one, take them out as a file."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from digests.locales import city, clock, language_name
from digests.models import Newsletter
from newsletter.subscribers import counting, entering, exporting
from newsletter.subscribers.admin.forms import EnterForm
from newsletter.subscribers.admin.imports import own, user_of
from newsletter.subscribers.entering import Entered
from newsletter.subscribers.models import Readership, Subscription
from newsletter.subscribers.queries import topics_of

SAID: Mapping[Entered, object] = {
    Entered.ASKED: gettext_lazy("A letter is on its way that asks to confirm."),
    Entered.READS: gettext_lazy("This reader gets the next digest."),
    Entered.KNOWN: gettext_lazy("This address reads already. Nothing was changed."),
    Entered.SUPPRESSED: gettext_lazy("This address is on the suppression list, and stays there. Nothing was sent."),
    Entered.LEFT: gettext_lazy("This reader had left. Only their own answer to a letter brings them back."),
    Entered.WAITS: gettext_lazy("A letter went to this address a moment ago. Nothing more was sent."),
}
KINDS = {"csv": "text/csv", "json": "application/json"}
DETAILS = dict(Subscription.Detail.choices)
RHYTHMS = dict(Subscription.Rhythm.choices)


@require_safe
def readers(request: HttpRequest, newsletter_id: int) -> HttpResponse:
    """Active readers by language, zone, hour, rhythm, topic and detail, as they were counted last."""
    newsletter = own(request, newsletter_id, "digests.view_newsletter")
    readership = counting.of(newsletter, now=timezone.now())
    context = {
        **admin.site.each_context(request),
        "title": _("Readers of %(newsletter)s") % {"newsletter": newsletter},
        "newsletter": newsletter,
        "as_of": _as_of(readership, newsletter) if readership else "",
        "tables": tables(readership, newsletter) if readership else [],
        "total": sum(readership.counts["locale"].values()) if readership else None,
        "may": {act: request.user.has_perm(f"subscribers.{act}", newsletter) for act in ACTS},
    }
    return render(request, "admin/subscribers/readers.html", context)


ACTS = ("add_subscription", "add_readerimport", "export_subscription", "view_subscription")


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, newsletter_id: int) -> HttpResponse:
    """One reader by hand."""
    newsletter = own(request, newsletter_id, "subscribers.add_subscription")
    form = EnterForm(newsletter, request.POST if request.method == "POST" else None)
    if form.is_valid():
        found = entering.enter(
            newsletter,
            form.cleaned_data["address"],
            preferences=form.preferences(),
            ground=form.ground_given(),
            by=user_of(request),
            now=timezone.now(),
        )
        is_done = found in (Entered.ASKED, Entered.READS)
        messages.add_message(request, messages.SUCCESS if is_done else messages.WARNING, str(SAID[found]))
        return redirect("admin:newsletter_enter", newsletter.pk)
    context = {
        **admin.site.each_context(request),
        "title": _("Add a reader by hand"),
        "newsletter": newsletter,
        "form": form,
    }
    return render(request, "admin/subscribers/enter.html", context)


@require_POST
def export(request: HttpRequest, newsletter_id: int) -> HttpResponseBase:
    newsletter = own(request, newsletter_id, "subscribers.export_subscription")
    form, everybody = _form(request), request.POST.get("who") == "everybody"
    stream = exporting.export_readers(newsletter, form=form, everybody=everybody, by=user_of(request))
    return _file(stream, f"readers-of-{newsletter.slug}", form)


@require_POST
def export_suppressions(request: HttpRequest, newsletter_id: int) -> HttpResponseBase:
    newsletter = own(request, newsletter_id, "subscribers.export_subscription")
    form = _form(request)
    stream = exporting.export_suppressions(newsletter, form=form, by=user_of(request))
    return _file(stream, f"suppressions-of-{newsletter.slug}", form)


def tables(readership: Readership, newsletter: Newsletter) -> list[tuple[str, list[tuple[str, int]]]]:
    """A heading and its rows: what, and how many readers. The largest first, hours in their order."""
    page = get_language() or "en"
    topics = {str(topic.pk): topic.name_in(page) for topic in topics_of(newsletter)} | {"": _("all topics")}
    named: list[tuple[str, str, Callable[[str], str]]] = [
        ("locale", _("Language"), lambda value: language_name(value, page)),
        ("time_zone", _("Time zone"), lambda value: city(value, page)),
        ("hour", _("Hour"), lambda value: f"{int(value):02}:00"),
        ("rhythm", _("How often"), lambda value: str(RHYTHMS.get(value, value))),
        (counting.TOPIC, _("Topic"), lambda value: topics.get(value, value)),
        ("detail", _("Detail"), lambda value: str(DETAILS.get(value, value))),
    ]
    return [(heading, _rows(readership.counts.get(name, {}), name, say)) for name, heading, say in named]


def _rows(counted: Mapping[str, int], name: str, say: Callable[[str], str]) -> list[tuple[str, int]]:
    values = [value for value, count in counted.items() if count]
    values.sort(key=int if name == "hour" else lambda value: -counted[value])
    return [(say(value), counted[value]) for value in values]


def _as_of(readership: Readership, newsletter: Newsletter) -> str:
    page = get_language() or "en"
    at: datetime = readership.at
    return f"{clock(at, ZoneInfo(newsletter.time_zone), page)} ({city(newsletter.time_zone, page)})"


def _form(request: HttpRequest) -> str:
    return "json" if request.POST.get("form") == "json" else "csv"


def _file(stream: Iterator[str], name: str, form: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(stream, content_type=f"{KINDS[form]}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response
