"""Content in the admin: newsletters, papers and summaries, digests and their entries."""

from digests.admin import digest, newsletter, paper

__all__ = ["digest", "newsletter", "paper"]
