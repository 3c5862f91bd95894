"""The figures of `make bench`: how fast mails leave, and what that costs. See README.md beside it."""
