"""Values of the environment that are read by rules of ours."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsletter.environment import embed_origins, privacy_contact, trusted_proxies


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


@pytest.mark.parametrize("text", ["", "privacy@example.org", "https://example.org/imprint?lang=en#data"])
def test_readers_may_ask_at_an_address_or_on_a_page(text: str) -> None:
    assert privacy_contact(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("the office", "privacy", "privacy@localhost", "@example.org", "a@b@example.org", "javascript:alert(1)"),
        *("ftp://example.org", "https://", "mailto:a@example.org", "a@example.org\nb", "https://[::1"),
    ],
)
def test_what_nobody_could_ask_at_is_refused_in_words(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PRIVACY_CONTACT must look like"):
        privacy_contact(text)


def test_proxies_may_be_listed_with_spaces() -> None:
    assert trusted_proxies(" 10.0.0.0/8, 172.16.0.1 ,::1,") == ["10.0.0.0/8", "172.16.0.1", "::1"]
    assert trusted_proxies("127.0.0.1,unix") == ["127.0.0.1", "unix"]
    assert trusted_proxies("") == []


@pytest.mark.parametrize("text", ["nginx", "10.0.0.0/99", "10.0.0.1:80", "unix:/run/web.sock"])
def test_what_is_no_proxy_is_refused_in_words_and_not_at_the_first_form(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES must list addresses"):
        trusted_proxies(text)
