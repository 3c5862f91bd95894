"""What we say, as tables: one module per stage of the flow."""

from digests.models.digest import Digest, DigestText, Edition, Entry, Revision
from digests.models.newsletter import Newsletter, Source, Topic
from digests.models.paper import Paper, Summary
from digests.models.printed import Printed, PrintedText

__all__ = [
    "Digest",
    "DigestText",
    "Edition",
    "Entry",
    "Newsletter",
    "Paper",
    "Printed",
    "PrintedText",
    "Revision",
    "Source",
    "Summary",
    "Topic",
]
