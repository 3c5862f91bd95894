"""Every page of the admin that can be opened, found from its addresses: a page that is built later is found as well."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin import ModelAdmin, ShowFacets
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.urls import NoReverseMatch, URLPattern, URLResolver, reverse

from benchmarks.desk.filling import Filled
from digests.models import Digest, Newsletter, Paper, Revision, Summary
from newsletter.delivery.models import Delivery
from newsletter.staff.models import User

LOCALE = "ko"
SEARCHED = ("reader-4711@example.com", "kitenet")
MOST_PAGES = 2  # choices of a filter that are opened: the first and the last
LIST, OBJECT = "_changelist", ("object_id", "id")


@dataclass(frozen=True)
class Page:
    """An address with the name that it is printed under."""

    name: str
    path: str


class Rows:
    """The row that a page is opened for: of the digests those of the day with 68 entries, else a typical one."""

    def __init__(self, made: Filled) -> None:
        newsletter = made.draft.newsletter
        papers = made.draft.papers.order_by("entries__position")
        self._known: Mapping[type[Model], list[Any]] = {
            Digest: [made.going_out, made.draft],
            Newsletter: [newsletter],
            Paper: list(papers[:1]),
            Summary: list(Summary.objects.filter(paper__in=papers, locale=LOCALE).order_by("-pk")[:1]),
            Revision: list(Revision.objects.filter(digest=made.going_out)[:1]),
            Delivery: list(Delivery.objects.filter(digest=made.going_out).order_by("-pk")[:1]),
            User: [made.users["editor"]],
        }
        self._slug = newsletter.slug

    def of(self, model: type[Model]) -> list[Any]:
        return self._known.get(model) or list(model._default_manager.order_by("-pk")[:1])

    def values(self, argument: str, model: type[Model] | None) -> list[Any]:
        """What may stand for an address's argument; nothing where it is not known what it means."""
        if argument in OBJECT and model:
            return [row.pk for row in self.of(model)]
        if argument == "locale":
            return [LOCALE]
        if argument == "slug":
            return [self._slug]
        named = argument.removesuffix("_id")
        names = {str(model._meta.model_name): model for model in apps.get_models()}
        found = names.get(named) or next((names[name] for name in names if name.endswith(named)), None)
        return [row.pk for row in self.of(found)] if found else []


def pages(rows: Rows) -> tuple[list[Page], list[str]]:
    """All pages but the variants of lists, and the names of those that cannot be opened here."""
    found: list[Page] = []
    others: list[str] = []
    for name, arguments in _named(admin.site.urls[0]):
        given = list(_given(arguments, rows, _model(name)))
        found += [Page(" ".join([name, *map(str, values.values())]), _path(name, values)) for values in given]
        others += [] if given else [name]
    return [*found, *_offered()], others


def variants(listed: ChangeList, page: Page, *, now: datetime) -> Iterator[Page]:
    """A list searched, filtered in each way, sorted by each column, counted, by year and month, and its last page."""
    owner: ModelAdmin[Any] = listed.model_admin
    said = [f"?q={word}" for word in SEARCHED if listed.search_fields]
    for spec in listed.filter_specs:
        choices = [str(choice["query_string"]) for choice in spec.choices(listed) if not choice["selected"]]
        said += {*choices[:1], *choices[-1:]}
    said += [f"?o={place}" for place, column in enumerate(listed.list_display) if _sorts(listed, column)]
    if listed.has_filters and owner.show_facets == ShowFacets.ALLOW:
        said.append("?_facets=True")
    if field := listed.date_hierarchy:
        said += [f"?{field}__year={now.year}", f"?{field}__year={now.year}&{field}__month={now.month}"]
    if listed.paginator.num_pages > 1:
        said.append(f"?p={listed.paginator.num_pages}")
    if listed.can_show_all and listed.multi_page:
        said.append("?all=")
    return (Page(f"{page.name} {query}", page.path + query) for query in said)


def _named(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[tuple[str, list[str]]]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from _named(each.url_patterns)
        elif each.name:
            yield each.name, [*each.pattern.converters]


def _given(arguments: list[str], rows: Rows, model: type[Model] | None) -> Iterator[dict[str, Any]]:
    """Values for all of the arguments: as many times as the first of them has some."""
    choices = {argument: rows.values(argument, model) for argument in arguments}
    if all(choices.values()):
        for number in range(max(map(len, choices.values()), default=1)):
            yield {argument: values[number % len(values)] for argument, values in choices.items()}


def _path(name: str, values: dict[str, Any]) -> str:
    try:
        return reverse(f"admin:{name}", kwargs=values)
    except NoReverseMatch:
        return reverse(f"admin:{name}", kwargs={"app_label": "digests"})  # the rooms of one app, by a regex


def _model(name: str) -> type[Model] | None:
    """The model whose ModelAdmin has a page of this name."""
    names = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}
    return names.get(name.rpartition("_")[0]) or (User if name == "auth_user_password_change" else None)


def _offered() -> Iterator[Page]:
    """What the fields that complete a word ask for."""
    for model, owner in admin.site._registry.items():
        for each in (owner, *(inline(model, admin.site) for inline in owner.inlines)):
            for field in each.autocomplete_fields:
                label = each.opts
                query = f"?app_label={label.app_label}&model_name={label.model_name}&field_name={field}&term=kite"
                yield Page(f"autocomplete {query}", reverse("admin:autocomplete") + query)


def _sorts(listed: ChangeList, column: Any) -> bool:
    allowed = listed.sortable_by
    return bool(listed.get_ordering_field(column)) and (allowed is None or column in allowed)
