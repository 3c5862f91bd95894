"""Addresses of the reader's pages. They stand in mails for ever: none of them ever changes."""

from django.urls import path

from newsletter.subscribers import confirm_pages, embed_pages, leave_pages, preference_pages, views

urlpatterns = [
    path("", views.home, name="home"),
    path("join/<slug:newsletter>/", views.join, name="join"),
    path("join/<slug:newsletter>/check/", views.check, name="check"),
    path("join/<slug:newsletter>/embed/", embed_pages.embed, name="embed"),
    path("join/<slug:newsletter>/json/", embed_pages.join_by_json, name="join_by_json"),
    path("confirm/<str:token>/", confirm_pages.confirm, name="confirm"),
    path("preferences/", views.ask_for_link, name="ask_for_link"),
    path("preferences/<str:token>/", preference_pages.preferences, name="preferences"),
    path("leave/<str:token>/", leave_pages.leave, name="leave"),
    path("undo/<str:token>/", leave_pages.undo, name="undo"),
]
