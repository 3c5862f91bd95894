"""The app of users and their roles."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "newsletter.staff"
    label = "staff"
    verbose_name = _("Staff")
