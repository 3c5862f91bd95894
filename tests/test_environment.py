"""Values of the environment that are read by rules of ours."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsletter.environment import embed_origins


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("", []),
        ("https://example.org", ["https://example.org"]),
        (" https://a.example.org , http://b.example.org:8080,", ["https://a.example.org", "http://b.example.org:8080"]),
        ("https://Example.org/", ["https://example.org"]),
        ("https://example.org:443", ["https://example.org"]),
        ("http://[2001:db8::1]", ["http://[2001:db8::1]"]),
    ],
)
def test_sites_that_may_embed_the_form_are_written_as_browsers_write_them(text: str, origins: list[str]) -> None:
    assert embed_origins(text) == origins


@pytest.mark.parametrize(
    "text",
    [
        *("*", "https://*", "https://*.example.org", "example.org", "//example.org", "ftp://example.org", "null"),
        *("https://example.org/papers", "https://example.org?x=1", "https://example.org#top", "https://"),
        *("https://user@example.org", "https://example.org:port", "https://b\u00fccher.example", "https://[::1"),
    ],
)
def test_what_is_no_site_is_refused_in_words(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMBED_ORIGINS must list sites"):
        embed_origins(text)
