"""Addresses of the demo's inbox."""

from django.urls import path

from newsletter.demo import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<slug:name>/", views.mail, name="inbox_mail"),
    path("inbox/<slug:name>/html/", views.mail_html, name="inbox_mail_html"),
]
