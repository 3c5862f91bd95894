"""The normal form of addresses, fixed for ever, and their hash."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.subscribers import addresses
from newsletter.subscribers.addresses import hashed, normal
from newsletter.subscribers.forms import AddressField

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("alice@example.org", "alice@example.org"),
        ("Alice@Example.ORG", "alice@example.org"),
        ("alice+papers@example.org", "alice+papers@example.org"),
        ("a.b.c@sub.example.org", "a.b.c@sub.example.org"),
        ("alice@bücher.example", "alice@xn--bcher-kva.example"),
        ("alice@BU\u0308CHER.example", "alice@xn--bcher-kva.example"),
        ("alice@faß.example", "alice@xn--fa-hia.example"),
        ("alice@한국.한국", "alice@xn--3e0b707e.xn--3e0b707e"),
        ("alice@ｅｘａｍｐｌｅ．ｏｒｇ", "alice@example.org"),
        ("a\u1fefb@example.org", "a`b@example.org"),
        ("o'neill_{x}@example.org", "o'neill_{x}@example.org"),
    ],
)
def test_an_address_has_one_normal_form(typed: str, form: str) -> None:
    assert normal(typed) == form
    assert normal(form) == form


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "alice",
        "@example.org",
        "alice@",
        "alice@localhost",
        "alice@example.org.",
        "alice@.example.org",
        "alice@exa mple.org",
        "alice@-example.org",
        "alice@127.0.0.1",
        "alice@[127.0.0.1]",
        "a@b@example.org",
        "alice@example.org\n",
        "alice\r\nBcc: bob@example.org",
        "alice@example.org\r\nBcc: bob@example.com",
        "al\x00ice@example.org",
        "al\u202eice@example.org",
        "alice @example.org",
        ".alice@example.org",
        "al..ice@example.org",
        '"alice"@example.org',
        "앨리스@example.org",
        "<alice@example.org>",
        "alice@example.org, bob@example.org",
        "a" * 65 + "@example.org",
        "a@" + ".".join(["b" * 60] * 5) + ".org",
        "a" * 10_000 + "@example.org",
        "a@" + "ü" * 10_000,
    ],
)
def test_what_cannot_be_written_to_is_refused_in_words(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        normal(typed)


@given(local=st.text(max_size=70), domain=st.text(max_size=70))
def test_a_normal_form_is_stable_and_safe_in_a_header(local: str, domain: str) -> None:
    try:
        form = normal(f"{local}@{domain}")
    except ValueError:
        return

    assert normal(form) == form
    assert form.isascii()
    assert form.isprintable()
    assert form.count("@") == 1
    assert len(form) <= 254


def test_a_hash_needs_the_key() -> None:
    one = hashed("alice@example.org", key="one")

    assert one == hashed("alice@example.org", key="one")
    assert one != hashed("alice@example.org", key="two")
    assert one != hashed("bob@example.org", key="one")
    assert len(one) == 64


def test_the_documented_rules_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| `(.+?)` \| `(.+?)` \|", (ROOT / "docs/readers.md").read_text(), re.MULTILINE)

    assert len(rows) == 5
    for typed, kept in rows:
        assert AddressField().clean(typed) == kept


@settings(max_examples=600, deadline=None)
@given(
    st.text(alphabet="aB1-.xnXNé\u212a", max_size=12)
    | st.from_regex(r"(xn--)?[a-z0-9-]{1,64}\.[A-Z]{1,3}\.?", fullmatch=True)
)
def test_a_plain_domain_is_what_idna_makes_of_it(domain: str) -> None:
    if not addresses.PLAIN.fullmatch(domain.lower()) or not domain.isascii():
        return

    assert addresses._encoded(domain) == domain.lower()
