"""What a Role allows, and the backend that answers `user.has_perm(perm, obj)` from it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Model, Prefetch, prefetch_related_objects
from django.http import HttpRequest

from digests.models import Newsletter
from newsletter.staff.models import Act, Role, User
from newsletter.staff.queries import newsletters_of_reader, newsletters_under, newsletters_with

# What several newsletters may have, and which of them do.
SHARED: Mapping[str, Callable[[Any], frozenset[int]]] = {
    "digests.paper": newsletters_with,
    "postbox.sender": newsletters_under,
    "subscribers.subscriber": newsletters_of_reader,
}
CONTENT = ("digest", "digesttext", "entry", "paper", "summary", "topic", "glossaryterm", "finding")
# What a translator works on has a language. Papers, digests and their order have none, and are the editors'.
IN_ONE_LANGUAGE = ("summary", "digesttext", "glossaryterm")

VIEWER = frozenset(
    {f"digests.view_{name}" for name in (*CONTENT, "newsletter", "source", "revision", "edition", "dayoff")}
    | {"delivery.view_delivery", "feedback.view_event", "feedback.view_dailycount", "feedback.view_linkcount"}
)
TRANSLATOR = (
    VIEWER
    | {f"digests.{act}_{name}" for act in ("add", "change") for name in IN_ONE_LANGUAGE}
    | {"digests.change_finding", "postbox.add_letter"}  # the letter is a test of a digest, to oneself
)
EDITOR = (
    TRANSLATOR
    | {f"digests.{act}_{name}" for act in ("add", "change") for name in CONTENT}
    | {f"digests.{act}_dayoff" for act in ("add", "change", "delete")}
    | {"digests.delete_glossaryterm"}
)
PUBLISHER = EDITOR | {"digests.approve_digest", "delivery.change_delivery"}
ADMINISTRATOR = PUBLISHER | {
    "digests.change_newsletter",
    "digests.add_source",
    "digests.change_source",
    "postbox.view_sender",
    "postbox.change_sender",
    "postbox.view_letter",
    "staff.view_act",
    "staff.view_role",
    "staff.add_role",
    "staff.change_role",
    "staff.delete_role",
    "subscribers.view_subscription",
    "subscribers.view_consent",
    "subscribers.view_suppression",
    "subscribers.add_suppression",
    "subscribers.delete_subscriber",  # erase: see newsletter/privacy/forgetting.py
    "subscribers.add_subscription",
    "subscribers.export_subscription",
    "subscribers.view_readerimport",
    "subscribers.add_readerimport",
    "subscribers.change_readerimport",
}
GRANTS: dict[str, frozenset[str]] = {
    Role.Kind.VIEWER: VIEWER,
    Role.Kind.TRANSLATOR: TRANSLATOR,
    Role.Kind.EDITOR: EDITOR,
    Role.Kind.PUBLISHER: PUBLISHER,
    Role.Kind.ADMINISTRATOR: ADMINISTRATOR,
}


class RoleBackend(BaseBackend):
    """Grants what the user's Roles allow: for the newsletters of `obj`, or, without one, for any newsletter.

    The admin asks without an object to decide what to show, and with it before anything is touched. Several
    newsletters may share a paper, its summaries, a Sender, or a reader. Seeing them, and working on a summary, takes a
    role in one of these newsletters, for a summary is written once for all; changing the paper or the Sender itself,
    and erasing the reader, takes one in each of them. What belongs to no newsletter is the superuser's.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        return None

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        granting = [role for role in roles_of(user_obj) if perm in GRANTS[role.role]]
        if obj is None:
            return bool(granting)
        owners = newsletters_of(obj)
        granted = {role.newsletter_id for role in granting if _covers(role, perm, obj)}
        if _label(obj) in SHARED and "view" not in perm:
            return bool(owners) and owners <= granted
        return bool(owners & granted)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(perm.startswith(f"{app_label}.") for role in roles_of(user_obj) for perm in GRANTS[role.role])


def roles_of(user: Any) -> list[Role]:
    """The roles of a user who may log in, with their newsletters, read once per request."""
    if not isinstance(user, User) or not user.is_active:
        return []
    prefetch_related_objects([user], Prefetch("roles", Role.objects.select_related("newsletter")))
    return list(user.roles.all())


def newsletters_of(obj: Model) -> frozenset[int]:
    """The ids of the newsletters that an object belongs to, by way of its digest, paper or sender where it has one."""
    if isinstance(obj, Newsletter):
        return frozenset({obj.pk})
    if find := SHARED.get(_label(obj)):
        # A page asks for one paper dozens of times: the answer stays with the object, which lives for a request.
        if "_newsletters" not in obj.__dict__:
            obj.__dict__["_newsletters"] = find(obj)
        known: frozenset[int] = obj.__dict__["_newsletters"]
        return known
    # An act names its newsletter by the id alone.
    if number := obj.newsletter if isinstance(obj, Act) else getattr(obj, "newsletter_id", None):
        return frozenset({number})
    for name in ("digest", "revision", "subscription", "paper", "summary", "delivery", "sender"):
        owner = getattr(obj, name, None)
        if isinstance(owner, Model):
            return newsletters_of(owner)
    return frozenset()


def _covers(role: Role, perm: str, obj: Model) -> bool:
    """Whether a translator's languages allow it: none named means all. Other roles know no languages."""
    if role.role != Role.Kind.TRANSLATOR or not role.languages or ".view_" in perm:
        return True
    locale = getattr(getattr(obj, "summary", obj), "locale", None)  # a finding is of its summary's language
    return locale is None or locale in role.languages


def _label(obj: Model) -> str:
    return obj._meta.label_lower
