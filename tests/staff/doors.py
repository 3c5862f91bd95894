"""Every page and action of the admin, found as the site knows them, and somebody of each role to try them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from digests.models import DayOff, Digest, DigestText, Finding, GlossaryTerm, Newsletter
from newsletter.feedback.models import DailyCount, Event, LinkCount
from newsletter.postbox.models import Letter
from newsletter.staff.models import Act, Role, User
from newsletter.subscribers.models import Consent, ReaderImport, Suppression
from tests.factories import MORNING, make_publisher, make_subscription, make_user
from tests.staff.pages import browser, draft_of, member, summary_of

KINDS = Role.Kind.values
RANKS = ["public", "staff", *KINDS, "superuser", "nobody"]
# Of these rooms are the tables that nobody without the permission changes.
ROOMS = {"digests", "staff", "postbox", "subscribers", "delivery", "feedback", "desk", "health"}


def fill(newsletter: Newsletter) -> None:
    """A row of each kind in the newsletter, besides those that `make_issue` makes."""
    digest, summary = draft_of(newsletter), summary_of(newsletter, "ko")
    sent = newsletter.digests.exclude(status="draft").get()
    reader = make_subscription(newsletter)
    target = make_user(f"target-of-{newsletter.slug}", is_staff=True)
    Role.objects.create(user=target, newsletter=newsletter, role=Role.Kind.VIEWER)
    GlossaryTerm.objects.create(newsletter=newsletter, locale="ko", term="agent", wanted="에이전트")
    DayOff.objects.create(newsletter=newsletter, day=date(2026, 5, 1))
    DigestText.objects.create(digest=digest, locale="ko")
    Finding.objects.create(summary=summary, kind="number", level="error", mark="x", detail={"number": "3"})
    DailyCount.objects.create(newsletter=newsletter, day=date(2026, 4, 1), locale="ko", kind="sent")
    LinkCount.objects.create(digest=sent, paper=summary.paper, locale="ko")
    Event.objects.create(
        kind="left", source="x", external_id=str(newsletter.pk), at=MORNING, delivery=sent.deliveries.get()
    )
    Consent.objects.create(subscription=reader, act="asked", at=MORNING)
    Suppression.objects.create(newsletter=newsletter, address_hash=f"{newsletter.pk:064}", reason="asked")
    ReaderImport.objects.create(newsletter=newsletter, file_name="list.csv", created_at=MORNING)
    Letter.objects.create(
        kind=Letter.Kind.values[0],
        sender=newsletter.sender_assignment.sender,
        to="reader@example.org",
        locale="en",
        subject="x",
        text="x",
        ready_at=MORNING,
    )
    Act.objects.create(
        at=datetime.now(UTC), verb="change", kind="digests.digest", thing="1", name="x", newsletter=newsletter.pk
    )


def rows(newsletter: Newsletter) -> dict[str, Model]:
    """The newsletter's row of each table; one of anybody where the table knows no newsletters."""
    return {label: _row_of(table, newsletter) for label, table in TABLES.items()}


def _row_of(table: type[Model], newsletter: Newsletter) -> Model:
    if table is User:
        return User.objects.get(username=f"target-of-{newsletter.slug}")
    if table is Act:
        return Act.objects.filter(newsletter=newsletter.pk)[0]
    if table is Digest:
        return draft_of(newsletter)
    from newsletter.staff.permissions import newsletters_of

    found = list(table._default_manager.all())
    for row in found:
        if newsletter.pk in newsletters_of(row) and not (isinstance(row, Role) and row.user.username == "bob"):
            return row
    assert found, f"tests/staff/doors.py: let fill() make a row of {table._meta.label}"
    return found[0]


def urls(found: Any = None) -> Iterator[URLPattern]:
    """All named pages below /admin/, without what Django's own catch-all is."""
    for one in admin.site.urls[0] if found is None else found:
        if isinstance(one, URLResolver):
            yield from urls(one.url_patterns)
        elif one.name:
            yield one


PAGES = {pattern.name or "": frozenset(pattern.pattern.regex.groupindex) for pattern in reversed(list(urls()))}
NAMES = sorted(PAGES)
TABLES = {f"{table._meta.app_label}_{table._meta.model_name}": table for table in admin.site._registry}


def addresses(newsletter: Newsletter) -> dict[str, str]:
    """The addresses of all pages for what belongs to the newsletter, by name."""
    summary, own = summary_of(newsletter, "ko"), rows(newsletter)
    values: dict[str, Any] = {
        "digest_id": draft_of(newsletter).pk,
        "paper_id": summary.paper_id,
        "newsletter_id": newsletter.pk,
        "finding_id": summary.findings.get().pk,
        "import_id": own["subscribers_readerimport"].pk,
        "slug": newsletter.slug,
        "number": DayOff.objects.get(newsletter=newsletter).pk,
        "locale": "ko",
        "app_label": "digests",
        "content_type_id": 1,
        "uidb64": "MQ",
        "token": "x",
        "id": own["staff_user"].pk,
        "url": 1,
    }
    return {name: _address(name, values, own.get(name.rpartition("_")[0])) for name in NAMES}


def _address(name: str, values: dict[str, Any], row: Model | None) -> str:
    known = values | {"object_id": row.pk if row else 1}
    missing = PAGES[name] - set(known)
    assert not missing, f"tests/staff/doors.py: addresses() has no value for {missing} of {name}"
    return reverse(f"admin:{name}", kwargs={key: known[key] for key in PAGES[name]})


def actions() -> Iterator[tuple[str, str]]:
    """Each action of each list: the table, and the action."""
    for table, page in zip(TABLES, admin.site._registry.values(), strict=True):
        owner: Any = page
        yield from ((table, name) for _function, name, _words in owner._get_base_actions())


ACTIONS = {f"{table}.{action}": (table, action) for table, action in actions()}


def somebody(kind: str, newsletter: Newsletter) -> Client:
    """A browser of Bob, who has that role in the newsletter, or of who has none or needs none."""
    if kind == "public":
        return Client()
    if kind == "staff":
        return browser(make_user("bob", is_staff=True))
    return browser(make_publisher() if kind == "superuser" else member(newsletter, kind))


def everything() -> dict[str, list[Any]]:
    """All rows of our tables, as the database has them. A log-in changes none of them."""
    tables = [table._meta.db_table for table in apps.get_models() if table._meta.app_label in ROOMS]
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
            found[table] = cursor.fetchall()
    return found
