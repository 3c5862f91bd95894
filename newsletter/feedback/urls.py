"""Where providers report: there is no such address until WEBHOOK_SECRET protects it."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from newsletter.feedback.webhooks import tracking_patterns

urlpatterns: list[URLPattern | URLResolver] = []
if settings.ANYMAIL.get("WEBHOOK_SECRET"):
    urlpatterns.append(path("hooks/", include((tracking_patterns(), "anymail"))))
