"""Content in the admin: newsletters, papers and summaries, digests and their entries."""

from digests.admin import digest, glossary, newsletter, paper

__all__ = ["digest", "glossary", "newsletter", "paper"]
