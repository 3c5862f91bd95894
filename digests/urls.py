"""Addresses of the public pages about digests, and of our own images. They stand in mails for ever."""

from django.urls import path, re_path

from digests import views

urlpatterns = [
    path("n/<slug:newsletter>/", views.archive, name="archive"),
    path("n/<slug:newsletter>/accent.css", views.accent, name="accent"),
    path("n/<slug:newsletter>/<str:day>/<str:locale>/", views.day, name="day"),
    re_path(r"^media/images/(?P<name>[0-9a-f]{16,64}\.jpg)\Z", views.image, name="image"),
]
