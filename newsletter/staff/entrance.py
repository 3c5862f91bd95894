"""Who gets in at the desk: somebody of the staff, with the second factor where there is one or has to be."""

from enum import Enum, auto

from django.conf import settings
from django.http import HttpRequest
from django_otp import devices_for_user

from newsletter.staff.models import User


class Gate(Enum):
    """How far somebody has come."""

    CLOSED = auto()  # nobody of ours, so far
    CODE = auto()  # the password was right, and the code is to come
    SET_UP = auto()  # the operator asks for a second factor, and there is none yet
    OPEN = auto()


def gate(request: HttpRequest) -> Gate:
    """How far the request's user has come in this session."""
    user = request.user
    if not isinstance(user, User) or not user.is_active or not user.is_staff:
        return Gate.CLOSED
    if getattr(user, "otp_device", None) is not None:  # said by OTPMiddleware, of this session
        return Gate.OPEN
    if has_second_step(user):
        return Gate.CODE
    return Gate.SET_UP if settings.STAFF_TWO_FACTOR == "required" else Gate.OPEN


def has_second_step(user: User) -> bool:
    """Whether the user has turned two-factor log-in on."""
    if user.second_step is None:
        user.second_step = any(True for _device in devices_for_user(user))
    return user.second_step
