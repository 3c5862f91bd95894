"""Addresses of the pages on privacy. They stand in mails for ever: none of them ever changes."""

from django.urls import path

from newsletter.privacy import views

urlpatterns = [
    path("privacy/", views.privacy, name="privacy"),
    path("data/", views.ask_for_data, name="ask_for_data"),
    path("data/<str:token>/", views.data, name="data"),
    path("data/<str:token>/move/", views.move, name="ask_to_move"),
    path("data/<str:token>/erase/", views.erase, name="erase"),
]
