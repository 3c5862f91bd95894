"""Tables with as many rows as there are readers: their lists stay quick, and say what they leave out."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import ShowFacets
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

LISTED = 5000  # rows: nobody turns more than fifty pages
SAMPLE = 5000  # rows


class NewestRows(Paginator[Any]):
    """Pages of the first rows alone: to count a million, and to skip them, takes longer than anybody waits."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows[:LISTED].count())

    @property
    def is_cut(self) -> bool:
        """Whether there are rows that no page has."""
        return self.count == LISTED


class NewestFirst(ChangeList):
    """In this order, whatever the address asks for."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        return ["-pk"]


class NewestValues(admin.AllValuesFieldListFilter):
    """Offers the values that the newest rows have: to find those of all rows takes reading all of them."""

    lookup_choices: Any

    def __init__(self, field: Any, request: HttpRequest, *said: Any, **named: Any) -> None:
        super().__init__(field, request, *said, **named)
        *_others, owner = said
        newest = owner.get_queryset(request).order_by("-pk").values_list(named["field_path"], flat=True)
        self.lookup_choices = sorted(set(newest[:SAMPLE]))


class Large(admin.ModelAdmin[Any]):
    """The newest rows first, and in no other order; the rest is found by searching and filtering."""

    change_list_template = "admin/large_list.html"
    ordering = ("-pk",)
    paginator = NewestRows
    show_facets = ShowFacets.NEVER
    show_full_result_count = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return NewestFirst

    def get_sortable_by(self, request: HttpRequest) -> tuple[str, ...]:
        return ()
