"""Addresses of the web version, as sent to one reader."""

from django.urls import path

from newsletter.delivery import views

urlpatterns = [path("web/<str:token>/", views.web, name="web")]
