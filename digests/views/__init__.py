"""The public pages of digests, one module for each kind of page."""
