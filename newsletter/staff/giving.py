"""Giving roles and taking them away: by an administrator for the own newsletters, and by who runs the site for all.

An administrator touches neither who runs the site nor the own role.
"""

from collections.abc import Sequence

from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from digests.models import Newsletter
from newsletter.staff import acting
from newsletter.staff.models import Role, User


class NotPossible(ValueError):
    """The role cannot be given like this; `str()` says why, for the administrator."""


def may_change(role: Role, *, by: User) -> bool:
    """Whether `by` may change the role, or take it away."""
    if by.is_superuser:
        return True
    is_above = role.user.is_superuser or role.user_id == by.pk
    return not is_above and by.has_perm("staff.change_role", role)


def check(name: str, newsletter: Newsletter, *, by: User) -> User | None:
    """The user of that name, who can be given a role; None where there is no such user so far.

    Raises PermissionDenied for a newsletter of others, NotPossible where something else is in the way.
    """
    if not by.has_perm("staff.add_role", Role(newsletter=newsletter)):
        raise PermissionDenied(_("Only an administrator of the newsletter gives roles for it."))
    user = User.objects.filter(username=User.normalize_username(name)).first()
    if user is None:
        return None
    if user.pk == by.pk and not by.is_superuser:
        raise NotPossible(_("Nobody gives a role to oneself."))
    if user.is_superuser and not by.is_superuser:
        raise NotPossible(_("%(user)s runs the site and needs no role.") % {"user": user})
    if not (user.is_active and user.is_staff):
        raise NotPossible(_("%(user)s has no place at the desk. Who runs the site can change that.") % {"user": user})
    if user.roles.filter(newsletter=newsletter).exists():
        words = _("%(user)s has a role for %(newsletter)s already: change that one.")
        raise NotPossible(words % {"user": user, "newsletter": newsletter})
    return user


@transaction.atomic
def give(
    name: str, newsletter: Newsletter, kind: str, *, languages: Sequence[str] = (), email: str = "", by: User
) -> Role:
    """The user has the role; one who did not exist does now, and sets a password by the link of `invitation`."""
    user, name = check(name, newsletter, by=by), User.normalize_username(name)
    if user is None:
        user = User.objects.create_user(username=name, email=email, is_staff=True)  # without a password that works
        acting.record("invite", Role(newsletter=newsletter, user=user, role=kind), by=by, after={"user": name})
    elif not user.has_usable_password():
        user.set_unusable_password()  # written anew: who has the link of before must not come in as this user
        user.save(update_fields=["password"])
    role = Role.objects.create(user=user, newsletter=newsletter, role=kind, languages=list(languages))
    acting.record("give a role", role, by=by, after={"role": kind, "languages": list(languages)})
    return role


@transaction.atomic
def change(role: Role, kind: str, *, languages: Sequence[str], by: User) -> None:
    """The role is of that kind now, from the user's next page on."""
    _require(role, by=by)
    before = Role.objects.select_for_update().get(pk=role.pk)
    role.role, role.languages = kind, list(languages)
    role.save(update_fields=["role", "languages"])
    was = {"role": before.role, "languages": before.languages}
    acting.record("change a role", role, by=by, before=was, after={"role": kind, "languages": list(languages)})


@transaction.atomic
def take(role: Role, *, by: User) -> None:
    """The user has no role for the newsletter any more, from the next page on."""
    _require(role, by=by)
    acting.record("take a role", role, by=by, before={"role": role.role, "languages": role.languages})
    role.delete()


def invitation(user: User, *, by: User) -> tuple[str, str] | None:
    """What the link is made of by which a new user sets a password; None for who has one, or is not theirs to invite.

    It holds for three days (PASSWORD_RESET_TIMEOUT), and once. Somebody who was here already and has no password any
    more was locked out by who runs the site, who alone opens the door again.
    """
    if user.has_usable_password() or not user.is_active:
        return None
    roles = list(user.roles.select_related("user"))
    is_theirs = bool(roles) and user.last_login is None and all(may_change(role, by=by) for role in roles)
    if not (is_theirs or by.is_superuser):
        return None
    return urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)


def _require(role: Role, *, by: User) -> None:
    if not may_change(role, by=by):
        raise PermissionDenied(_("This role is not yours to change: it is your own, or of who runs the site."))
