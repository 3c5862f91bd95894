"""The app of the editors' morning, and Django's admin with the desk as its site."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class DeskConfig(AppConfig):
    name = "newsletter.desk"
    label = "desk"
    verbose_name = "Desk"


class DeskAdminConfig(admin_apps.AdminConfig):
    default = False  # of this module's apps: it is named in the settings
    default_site = "newsletter.desk.site.Desk"
