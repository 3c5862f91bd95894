"""The address of the watch."""

from django.urls import path

from newsletter.health import views

urlpatterns = [path("healthz", views.healthz, name="healthz")]
