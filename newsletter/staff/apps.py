"""The app of users and their roles."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_login_failed
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "newsletter.staff"
    label = "staff"
    verbose_name = _("Staff")

    def ready(self) -> None:
        from newsletter.staff.entering import count_failure  # its models are ready by now

        user_login_failed.connect(count_failure, dispatch_uid="newsletter.staff")
