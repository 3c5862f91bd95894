"""The return path names its delivery, whatever a mail server does to it, and nobody can make one up."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from newsletter.postbox.returns import (
    LARGEST_ID,
    LONGEST_NAME,
    check_leave_address,
    delivery_of,
    leave_path,
    read_signed_id,
    return_path,
    signed_id,
    subscription_of,
)

KEYS = {2: b"the newest key, 32 characters long", 1: b"an older key, 32 characters long ..."}
ADDRESS = "bounces@papers.example.org"
PATH = return_path(ADDRESS, 123, keys=KEYS)
SIGNED = signed_id("d123", keys=KEYS)
ids = st.integers(1, LARGEST_ID)


@given(delivery=ids, key_id=st.integers(1, 255))
def test_a_return_path_names_its_delivery(delivery: int, key_id: int) -> None:
    keys = {key_id: b"some key, 32 characters long or more"}

    assert delivery_of(return_path(ADDRESS, delivery, keys=keys), keys=keys) == delivery


@given(delivery=ids)
def test_a_return_path_is_an_address_that_every_mail_server_takes(delivery: int) -> None:
    local, _at, domain = return_path("b" * LONGEST_NAME + "@papers.example.org", delivery, keys=KEYS).partition("@")

    assert len(local) <= 64
    assert domain == "papers.example.org"
    assert local.partition("+")[2].replace("-", "").isalnum()
    assert local == local.lower()


def test_a_bounce_address_that_is_too_long_is_named_at_once() -> None:
    with pytest.raises(ValueError, match="24 characters"):
        return_path("b" * (LONGEST_NAME + 1) + "@papers.example.org", LARGEST_ID, keys=KEYS)


@pytest.mark.parametrize(
    "written",
    [
        PATH.upper(),
        PATH.title(),
        f"<{PATH}>",
        f"Daily Papers <{PATH}>",
        f"somebody@example.org, {PATH}",
        f"  {PATH}\r\n",
        f"rfc822; {PATH}",
    ],
)
def test_it_is_found_however_it_is_written(written: str) -> None:
    assert delivery_of(written, keys=KEYS) == 123


@pytest.mark.parametrize(
    "forged",
    [
        "",
        ADDRESS,
        PATH.replace("d123", "d124"),
        PATH.replace("-02", "-01"),
        PATH.replace("-02", "-07"),
        PATH.replace("+d", "+e"),
        PATH.replace("+d", "+s"),
        PATH.replace("+d123", "+d0123"),
        PATH.replace("+d123", "+d١٢٣"),
        PATH.replace("@", ""),
        "bounces+d123-020000000000000000@papers.example.org",
        "bounces+d9999999999999999999-020000000000000000@papers.example.org",
    ],
)
def test_nobody_can_make_one_up(forged: str) -> None:
    assert delivery_of(forged, keys=KEYS) is None


@given(place=st.integers(0, 17), digit=st.sampled_from("0123456789abcdef"))
def test_a_signature_with_one_other_digit_is_forged(place: int, digit: str) -> None:
    start = PATH.index("-") + 1
    changed = PATH[: start + place] + digit + PATH[start + place + 1 :]

    assert delivery_of(changed, keys=KEYS) == (123 if changed == PATH else None)


def test_a_mail_that_left_before_the_key_was_changed_is_still_known() -> None:
    before = return_path(ADDRESS, 123, keys={1: KEYS[1]})

    assert delivery_of(before, keys=KEYS) == 123
    assert delivery_of(before, keys={2: KEYS[2]}) is None


def test_the_newest_key_signs() -> None:
    assert delivery_of(PATH, keys={2: KEYS[2]}) == 123


@given(text=st.text())
def test_nonsense_names_nothing_and_raises_nothing(text: str) -> None:
    assert delivery_of(text, keys=KEYS) is None


def test_a_number_that_no_row_can_have_is_none() -> None:
    far = return_path(ADDRESS, LARGEST_ID + 1, keys=KEYS)

    assert delivery_of(far, keys=KEYS) is None


@given(row=ids, kind=st.sampled_from(["delivery", "letter", "subscription"]))
def test_what_a_provider_repeats_names_its_row_and_its_table(row: int, kind: str) -> None:
    assert read_signed_id(signed_id(f"{kind[0]}{row}", keys=KEYS), keys=KEYS) == (kind, row)


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "123",
        "d123",
        SIGNED.replace("d123", "l123"),
        SIGNED.replace("d123", "d124"),
        SIGNED.replace("-02", "-01"),
        SIGNED.replace("-02", "-07"),
        SIGNED[:-1],
        f"{SIGNED}0",
        f"{SIGNED}\n",
        f"+{SIGNED}@",
        signed_id(f"d{LARGEST_ID + 1}", keys=KEYS),
        signed_id("d123", keys={2: b"the key of another installation"}),
    ],
)
def test_what_this_installation_did_not_sign_names_no_row(forged: str) -> None:
    assert read_signed_id(forged, keys=KEYS) is None


@given(text=st.text())
def test_nonsense_that_a_provider_repeats_raises_nothing(text: str) -> None:
    assert read_signed_id(text, keys=KEYS) is None


def test_a_letter_s_number_in_a_return_path_is_no_delivery() -> None:
    assert delivery_of(f"bounces+{signed_id('l123', keys=KEYS)}@papers.example.org", keys=KEYS) is None


@given(subscription=ids, key_id=st.integers(1, 255))
def test_an_address_to_leave_by_names_its_subscription_and_no_delivery(subscription: int, key_id: int) -> None:
    keys = {key_id: b"some key, 32 characters long or more"}
    path = leave_path(ADDRESS, subscription, keys=keys)

    assert subscription_of(path.upper(), keys=keys) == subscription
    assert delivery_of(path, keys=keys) is None


def test_a_return_path_leaves_nobody() -> None:
    assert subscription_of(PATH, keys=KEYS) is None


@given(text=st.text())
def test_nonsense_leaves_nobody_and_raises_nothing(text: str) -> None:
    assert subscription_of(text, keys=KEYS) is None


@pytest.mark.parametrize(
    "address",
    [
        "b" * (LONGEST_NAME + 1) + "@papers.example.org",
        "leave?subject=x@papers.example.org",
        "le%61ve@papers.example.org",
        "leave&cc@papers.example.org",
        "leave@bücher.example",
        "leave@[192.0.2.1]",
        "leave",
    ],
)
def test_an_address_to_leave_by_stands_in_a_link_as_it_is(address: str) -> None:
    with pytest.raises(ValidationError):
        check_leave_address(address)

    check_leave_address(ADDRESS)
