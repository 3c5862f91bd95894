"""Judges from outside: the HTML checker of the W3C's members, mail filters, what mail programs know."""
