"""Users in the admin, for who runs the site; what they may do is a Role, per newsletter."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from digests.admin.scope import ReadOnly
from newsletter.staff.act_admin import ActAdmin
from newsletter.staff.models import Role, User
from newsletter.staff.role_admin import RoleAdmin

__all__ = ["ActAdmin", "RoleAdmin", "StaffAdmin"]

admin.site.unregister(Group)  # what somebody may do is a Role, per newsletter


class RoleInline(ReadOnly, admin.StackedInline[Role, User]):
    """The user's roles, each with the way to its page."""

    model = Role
    extra = 0
    fields = ["newsletter", "role", "languages"]
    show_change_link = True


@admin.register(User)
class StaffAdmin(UserAdmin[User]):
    """Django's own page of a user, without its groups and permissions, and with the roles below it."""

    inlines = [RoleInline]
    readonly_fields = ("last_login", "date_joined")
    list_filter = ("is_staff", "is_superuser", "is_active")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A link that invited somebody ends when they become more than they were invited as."""
        if not obj.has_usable_password() and {"is_staff", "is_superuser"} & set(form.changed_data):
            obj.set_unusable_password()  # written anew
        super().save_model(request, obj, form, change)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The users with their roles; Django would list each line of its own log, of which years make thousands."""
        users = list(objs)
        roles = list(Role.objects.filter(user__in=users).select_related("user", "newsletter"))
        lines = LogEntry.objects.filter(user__in=users).count()
        counts = {User._meta.verbose_name_plural: len(users), Role._meta.verbose_name_plural: len(roles)}
        return [*map(str, users), *map(str, roles)], counts | {LogEntry._meta.verbose_name_plural: lines}, set(), []

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        hidden = {"groups", "user_permissions"}
        sets = super().get_fieldsets(request, obj)
        return [
            (name, {**rest, "fields": [field for field in rest["fields"] if field not in hidden]})
            for name, rest in sets
        ]
