"""What we say, as tables: one module per stage of the flow."""

from digests.models.digest import Digest, DigestText, Edition, Entry, Revision
from digests.models.glossary import GlossaryTerm
from digests.models.newsletter import DayOff, Newsletter, Source, Topic
from digests.models.paper import Finding, Paper, Summary
from digests.models.printed import Printed, PrintedText

__all__ = [
    "DayOff",
    "Digest",
    "DigestText",
    "Edition",
    "Entry",
    "Finding",
    "GlossaryTerm",
    "Newsletter",
    "Paper",
    "Printed",
    "PrintedText",
    "Revision",
    "Source",
    "Summary",
    "Topic",
]
