"""Public addresses of the desk: what stands in a test mail."""

from django.urls import path

from newsletter.desk import preview_views

urlpatterns = [path("test/", preview_views.test_mail, name="test_mail")]
