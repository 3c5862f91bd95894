"""Addresses of the public pages about digests, and of our own images. They stand in mails for ever."""

from django.urls import path, re_path

from digests.views import archive, days, feeds, files, papers, searching, sitemaps, topics

MONTH = r"^n/(?P<newsletter>[-\w]+)/(?P<month>[0-9]{4}-[0-9]{2})/(?P<locale>[^/]+)/\Z"  # a day has more digits
SITEMAP = r"^n/(?P<newsletter>[-\w]+)/sitemap-(?P<month>[0-9]{4}-[0-9]{2})\.xml\Z"

urlpatterns = [
    path("n/<slug:newsletter>/", archive.archive, name="archive"),
    path("n/<slug:newsletter>/accent.css", files.accent, name="accent"),
    path("n/<slug:newsletter>/paper/<str:paper>/<str:locale>/", papers.paper, name="paper"),
    path("n/<slug:newsletter>/topic/<slug:topic>/<str:locale>/", topics.topic, name="topic"),
    re_path(SITEMAP, sitemaps.sitemap_of_month, name="sitemap_of_month"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("n/<slug:newsletter>/search/", searching.search, name="search"),
    path("n/<slug:newsletter>/feed/<str:locale>/", feeds.feed, name="feed"),
    path("n/<slug:newsletter>/feed/<str:locale>/<slug:topic>/", feeds.topic_feed, name="topic_feed"),
    re_path(MONTH, archive.month, name="month"),
    path("n/<slug:newsletter>/<str:day>/<str:locale>/", days.day, name="day"),
    re_path(r"^media/images/(?P<name>[0-9a-f]{16,64}\.jpg)\Z", files.image, name="image"),
]
