"""Where providers and mail servers report: there is no such address until WEBHOOK_SECRET protects it."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from newsletter.feedback import views
from newsletter.feedback.webhooks import patterns

urlpatterns: list[URLPattern | URLResolver] = []
if settings.ANYMAIL.get("WEBHOOK_SECRET"):
    urlpatterns += [
        path("hooks/bounce/", views.bounce, name="bounce"),
        path("hooks/", include((patterns(), "anymail"))),
    ]
