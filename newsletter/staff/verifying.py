"""Two-factor log-in: turning it on and off, codes of an app, and recovery codes for who has lost it.

Recovery codes are kept as HMACs: whoever reads the table gets in with none of them.
"""

import secrets
import time
from base64 import b32encode
from binascii import unhexlify
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_otp import devices_for_user
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from newsletter.staff import acting
from newsletter.staff.models import Role, User

CODES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without what looks alike
NAME = "recovery"


def new_key() -> str:
    """The secret of an app to be, in hexadecimal digits: 160 bits, as RFC 4226 recommends."""
    return secrets.token_hex(20)


def address_of(user: User, key: str) -> str:
    """What the app reads from the picture."""
    address: str = TOTPDevice(user=user, key=key).config_url
    return address


def in_letters(key: str) -> str:
    """The secret to type in, in groups of four."""
    letters = b32encode(unhexlify(key)).decode()
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


@transaction.atomic
def turn_on(user: User, key: str, code: str) -> list[str] | None:
    """The app with that secret is needed from now on; the recovery codes, or None where its code is a wrong one."""
    User.objects.select_for_update().get(pk=user.pk)  # two tabs make one app
    totp = TOTP(unhexlify(key))
    totp.time = time.time()
    if not code.isdecimal() or not totp.verify(int(code), tolerance=1):
        return None
    if TOTPDevice.objects.filter(user=user).exists():  # since the page was opened: it is not replaced without its code
        return None
    _remove(user)
    TOTPDevice.objects.create(user=user, name="app", key=key, confirmed=True, last_t=totp.t(), drift=totp.drift)
    user.second_step = True
    acting.record("two-factor on", user, by=user)
    return _make_codes(user)


@transaction.atomic
def turn_off(user: User) -> None:
    """The password is enough again."""
    _remove(user)
    acting.record("two-factor off", user, by=user)


@transaction.atomic
def new_codes(user: User) -> list[str]:
    """New recovery codes; those of before are worth nothing."""
    acting.record("new recovery codes", user, by=user)
    return _make_codes(user)


def codes_left(user: User) -> int:
    """How many recovery codes were not used."""
    count: int = StaticToken.objects.filter(device__user=user).count()
    return count


@transaction.atomic
def verify(user: User, code: str) -> Device | None:
    """The device that the code is of; a recovery code is used up by it. None where it is wrong, or came too soon."""
    said = code.strip().replace(" ", "").replace("-", "").lower()
    is_of_app = said.isdecimal() and len(said) == 6
    for device in devices_for_user(user, for_verify=True):
        if isinstance(device, TOTPDevice) == is_of_app and device.verify_token(said if is_of_app else _kept(said)):
            return device
    return None


def wait_of(user: User, *, now: datetime) -> timedelta:
    """How long the next code has to wait after wrong ones; nothing where it need not."""
    ends = [
        data["locked_until"]
        for allowed, data in (device.verify_is_allowed() for device in devices_for_user(user))
        if not allowed and "locked_until" in data
    ]
    return max([end - now for end in ends], default=timedelta(0))


@transaction.atomic
def reset(user: User, *, by: User | None) -> bool:
    """The user logs in by the password alone, and may turn the second factor on anew; False if there was none.

    `by` is None for an operator at the machine. An administrator does it for users whose roles are all in newsletters
    that the administrator administers, but neither for one who runs the site nor for oneself.
    """
    if by is not None and not by.is_superuser:
        roles = list(Role.objects.filter(user=user))
        is_theirs = roles and all(by.has_perm("staff.change_role", role) for role in roles)
        if user.is_superuser or user.pk == by.pk or not is_theirs:
            raise PermissionDenied(_("Only who administers all newsletters of a user may reset the second factor."))
    if not _remove(user):
        return False
    acting.record("two-factor reset", user, by=by)
    return True


def _remove(user: User) -> int:
    user.second_step = None
    tables = (TOTPDevice, StaticDevice)
    return sum(int(table.objects.filter(user=user).delete()[0]) for table in tables)


def _make_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name=NAME, confirmed=True)
    codes = ["".join(secrets.choice(ALPHABET) for _letter in range(10)) for _code in range(CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_kept(code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _kept(code: str) -> str:
    """A recovery code as the table has it: 64 bits of an HMAC, for its column takes 16 characters."""
    return salted_hmac("newsletter.staff.verifying", code, algorithm="sha256").hexdigest()[:16]
