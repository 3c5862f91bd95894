"""The entrance of the desk, looked at: logging in with and without a phone, roles, and the log of acts."""

import os
from base64 import b32decode
from pathlib import Path

import pytest
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from digests.models import Newsletter
from newsletter.staff import giving
from newsletter.staff.models import Act, Role
from tests.browser.conftest import Visit
from tests.browser.matrix import DESK, NARROWEST, PHONE
from tests.browser.visitors import Visitor
from tests.factories import make_publisher
from tests.reading import Site

LOOKS = [("light", "en"), ("dark", "ko"), ("light", "ar")]
# What stands in Django's own pages around ours.
DJANGOS = ("region", "heading-order", "landmark-unique", "landmark-one-main", "page-has-heading-one")


def looked_at(visitor: Visitor, name: str) -> None:
    """Nothing sticks out, and axe finds nothing. SHOTS names a folder for pictures."""
    if folder := os.environ.get("SHOTS"):
        for width in (PHONE, DESK):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            visitor.page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"))
    assert visitor.faults(without=DJANGOS) == [], name
    for width in (NARROWEST, PHONE, DESK):
        visitor.page.set_viewport_size({"width": width, "height": 800})
        assert visitor.overhang() <= 0, f"{name} at {width}"


def type_in(visitor: Visitor, **values: str) -> None:
    for name, value in values.items():
        visitor.page.fill(f"[name={name}]", value)
    with visitor.page.expect_navigation(wait_until="load"):
        visitor.page.locator("input.main").click()


@pytest.mark.parametrize(("scheme", "language"), LOOKS)
def test_the_entrance_from_the_password_to_the_recovery_codes(
    scheme: str, language: str, site: Site, visit: Visit
) -> None:
    make_publisher()
    visitor, look = visit(scheme=scheme, language=language), f"{scheme}-{language}"

    visitor.open("/admin/")
    looked_at(visitor, f"login-{look}")
    type_in(visitor, username="alice", password="breakfast-time")
    visitor.open("/admin/two-factor/")
    looked_at(visitor, f"set-up-{look}")
    secret = visitor.page.locator(".secret").inner_text().replace(" ", "")
    type_in(visitor, code=f"{totp(b32decode(secret)):06}")
    looked_at(visitor, f"codes-{look}")
    codes = visitor.page.locator(".codes code").all_inner_texts()
    visitor.open("/admin/two-factor/")
    looked_at(visitor, f"on-{look}")
    visitor.page.context.clear_cookies()
    visitor.open("/admin/")
    type_in(visitor, username="alice", password="breakfast-time")
    type_in(visitor, code="abc")
    looked_at(visitor, f"second-{look}")
    TOTPDevice.objects.update(throttling_failure_count=0)
    visitor.page.wait_for_timeout(1100)
    type_in(visitor, code=codes[0])

    assert visitor.page.url == f"{site.url}/admin/"


@pytest.mark.parametrize(("scheme", "language"), LOOKS)
def test_roles_the_log_and_the_door_that_is_locked(scheme: str, language: str, site: Site, visit: Visit) -> None:
    alice, look = make_publisher(), f"{scheme}-{language}"
    newsletter = Newsletter.objects.all()[0]
    role = giving.give("bob", newsletter, Role.Kind.TRANSLATOR, languages=["ko"], by=alice)
    giving.change(role, Role.Kind.EDITOR, languages=["ko", "en"], by=alice)
    visitor = visit(scheme=scheme, language=language)
    visitor.open("/admin/")
    type_in(visitor, username="alice", password="breakfast-time")

    for name, path in {
        "roles": "/admin/staff/role/",
        "give": "/admin/staff/role/add/",
        "role": f"/admin/staff/role/{role.pk}/change/",
        "acts": "/admin/staff/act/",
        "act": f"/admin/staff/act/{Act.objects.get(verb='change a role').pk}/change/",
        "history": f"/admin/staff/role/{role.pk}/history/",
    }.items():
        visitor.open(path)
        looked_at(visitor, f"{name}-{look}")
    visitor.page.context.clear_cookies()
    for _try in range(5):
        visitor.open("/admin/login/")
        type_in(visitor, username="bob", password="wrong")
    looked_at(visitor, f"locked-{look}")
