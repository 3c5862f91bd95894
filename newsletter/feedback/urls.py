"""Where counted links lead through, and where providers and mail servers report.

There is no address for reports until WEBHOOK_SECRET protects it.
"""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from newsletter.feedback import opening, views
from newsletter.feedback.webhooks import patterns

urlpatterns: list[URLPattern | URLResolver] = [
    path("open/<slug:newsletter>/<str:day>/<str:locale>/<int:paper>/", opening.open_paper, name="open_paper"),
]
if settings.ANYMAIL.get("WEBHOOK_SECRET"):
    urlpatterns += [
        path("hooks/bounce/", views.bounce, name="bounce"),
        path("hooks/", include((patterns(), "anymail"))),
    ]
