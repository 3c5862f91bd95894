"""What a Role allows, and the backend that answers `user.has_perm(perm, obj)` from it."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Model
from django.http import HttpRequest

from digests.models import Newsletter
from newsletter.staff.models import Role, User

CONTENT = ("digest", "digesttext", "entry", "paper", "summary", "topic")

VIEWER = frozenset(
    {f"digests.view_{name}" for name in (*CONTENT, "newsletter", "source", "revision", "edition")}
    | {"delivery.view_delivery", "feedback.view_event"}
)
TRANSLATOR = VIEWER | {"digests.add_summary", "digests.change_summary"}
EDITOR = TRANSLATOR | {f"digests.{act}_{name}" for act in ("add", "change") for name in CONTENT}
PUBLISHER = EDITOR | {"digests.approve_digest", "delivery.change_delivery"}
ADMINISTRATOR = PUBLISHER | {
    "digests.change_newsletter",
    "digests.add_source",
    "digests.change_source",
    "postbox.view_sender",
    "postbox.change_sender",
    "postbox.view_letter",
    "subscribers.view_subscription",
    "subscribers.view_consent",
    "subscribers.view_suppression",
    "subscribers.add_suppression",
}
GRANTS: dict[str, frozenset[str]] = {
    Role.Kind.VIEWER: VIEWER,
    Role.Kind.TRANSLATOR: TRANSLATOR,
    Role.Kind.EDITOR: EDITOR,
    Role.Kind.PUBLISHER: PUBLISHER,
    Role.Kind.ADMINISTRATOR: ADMINISTRATOR,
}


class RoleBackend(BaseBackend):
    """Grants what the user's Roles allow: for the newsletter of `obj`, or, without one, for any newsletter.

    The admin asks without an object to decide what to show; verbs ask with it before they act.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        return None

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return False
        newsletter = newsletter_of(obj) if obj is not None else None
        return any(
            perm in GRANTS[role.role]
            for role in user_obj.roles.all()
            if obj is None or (newsletter is not None and role.newsletter_id == newsletter.pk)
        )

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return False
        return any(perm.startswith(f"{app_label}.") for role in user_obj.roles.all() for perm in GRANTS[role.role])


def newsletter_of(obj: Model) -> Newsletter | None:
    """The newsletter that an object belongs to, by way of its digest where it has one."""
    if isinstance(obj, Newsletter):
        return obj
    for name in ("newsletter", "digest", "revision", "subscription"):
        owner = getattr(obj, name, None)
        if isinstance(owner, Model):
            return newsletter_of(owner)
    return None
