"""The admin with a million readers and five years of digests: every page opened, with its queries and milliseconds."""
