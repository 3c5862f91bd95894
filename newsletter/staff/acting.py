"""The log of acts: who did what to which thing, what it was before, and what after."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from newsletter.staff import said
from newsletter.staff.models import Act, User
from newsletter.staff.permissions import newsletters_of

KEPT = timedelta(days=731)  # the database keeps rows for two years, whatever is asked of it
# Of readers.
UNSAID = {
    *("subscribers.subscriber", "subscribers.subscription", "subscribers.consent", "subscribers.suppression"),
    "postbox.letter",
}
# The verbs in words; one that is missing here is shown as it is.
VERBS = {
    "add": pgettext_lazy("act", "add"),
    "change": pgettext_lazy("act", "change"),
    "delete": pgettext_lazy("act", "delete"),
    "approve": pgettext_lazy("act", "approve"),
    "unapprove": pgettext_lazy("act", "take approval back"),
    "pause": pgettext_lazy("act", "pause"),
    "resume": pgettext_lazy("act", "resume"),
    "cancel": pgettext_lazy("act", "cancel"),
    "it arrived": pgettext_lazy("act", "say that it arrived"),
    "send again": pgettext_lazy("act", "send again"),
    "overrule": pgettext_lazy("act", "overrule"),
    "test": pgettext_lazy("act", "send a test to oneself"),
    "cut off": pgettext_lazy("act", "cut-off"),
    "curate": pgettext_lazy("act", "curate"),
    "begin": pgettext_lazy("act", "begin"),
    "take off": pgettext_lazy("act", "take a day off"),
    "put back": pgettext_lazy("act", "take no day off"),
    "write": pgettext_lazy("act", "write"),
    "check": pgettext_lazy("act", "check"),
    "accept": pgettext_lazy("act", "accept"),
    "open again": pgettext_lazy("act", "open again"),
    "bring a list": pgettext_lazy("act", "bring a list"),
    "import readers": pgettext_lazy("act", "import readers"),
    "imported readers": pgettext_lazy("act", "imported readers"),
    "cancel import": pgettext_lazy("act", "cancel an import"),
    "add reader": pgettext_lazy("act", "add a reader"),
    "erase a reader": pgettext_lazy("act", "erase a reader"),
    "suppress": pgettext_lazy("act", "put an address on the suppression list"),
    "lift suppression": pgettext_lazy("act", "take an address off the suppression list"),
    "export readers": pgettext_lazy("act", "export readers"),
    "export suppressions": pgettext_lazy("act", "export the suppression list"),
    "invite": pgettext_lazy("act", "invite"),
    "give a role": pgettext_lazy("act", "give a role"),
    "change a role": pgettext_lazy("act", "change a role"),
    "take a role": pgettext_lazy("act", "take a role away"),
    "log in": pgettext_lazy("act", "log in"),
    "failed log-ins": _("failed log-ins of a day"),
    "two-factor on": _("turn two-factor log-in on"),
    "two-factor off": _("turn two-factor log-in off"),
    "two-factor reset": _("reset somebody's two-factor log-in"),
    "new recovery codes": _("make new recovery codes"),
}


def record(
    verb: str,
    thing: Model,
    *,
    by: User | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """The log says so, in the transaction of the act itself. `by` is None where it happened by itself.

    `before` and `after` hold the fields that changed. They are written as JSON knows them, secrets as "…", and long
    texts by their beginning and their hash. Raises ValueError for rows of readers, which have no place here.
    """
    if thing._meta.label_lower in UNSAID:
        raise ValueError(f"{thing._meta.label_lower} has no place in the log of acts")
    owners = sorted(newsletters_of(thing))
    Act.objects.create(
        at=timezone.now(),
        user=by.pk if by else None,
        username=by.get_username() if by else "",
        newsletter=owners[0] if len(owners) == 1 else None,
        verb=verb,
        kind=thing._meta.label_lower,
        thing=str(thing.pk),
        name=str(thing)[:200],
        before=said.fields(before or {}),
        after=said.fields(after or {}),
    )


def forget(*, now: datetime) -> int:
    """Acts that are older than two years are gone."""
    return Act.objects.filter(at__lt=now - KEPT).delete()[0]
