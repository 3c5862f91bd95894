"""Readers in the admin: seen, counted, brought along and taken out."""

from newsletter.subscribers.admin import imports, readers

__all__ = ["imports", "readers"]
