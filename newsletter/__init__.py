"""Paperboy: the Django project, and everything about people and post."""
