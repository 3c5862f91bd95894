"""Every address of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("digests.urls")),
    path("", include("newsletter.subscribers.urls")),
    path("", include("newsletter.delivery.urls")),
    path("", include("newsletter.feedback.urls")),
    path("", include("newsletter.privacy.urls")),
    path("", include("newsletter.desk.urls")),
    path("", include("newsletter.health.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("", include("newsletter.demo.urls")))
