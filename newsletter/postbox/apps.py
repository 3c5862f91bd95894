"""The app of the door to the mail provider."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PostboxConfig(AppConfig):
    name = "newsletter.postbox"
    label = "postbox"
    verbose_name = _("Postbox")
