"""Users and their roles in the admin."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group

from newsletter.staff.act_admin import ActAdmin
from newsletter.staff.models import Role, User

__all__ = ["ActAdmin", "StaffAdmin"]

admin.site.unregister(Group)  # what somebody may do is a Role, per newsletter


class RoleInline(admin.TabularInline[Role, User]):
    model = Role
    extra = 0


@admin.register(User)
class StaffAdmin(UserAdmin[User]):
    """Django's own page of a user, with the roles below it."""

    inlines = [RoleInline]
