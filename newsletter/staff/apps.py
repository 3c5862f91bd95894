"""The app of users and their roles."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "newsletter.staff"
    label = "staff"
    verbose_name = "Staff"
