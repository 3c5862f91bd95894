"""Testing: a digest's mail to the own address of whoever asks, named as a test, with links that do no harm."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.models import Digest
from digests.selection import Wishes
from newsletter.desk import preview_queries as queries
from newsletter.desk.previews import harmless, sample
from newsletter.postbox import letters
from newsletter.postbox.models import Letter
from newsletter.postbox.queries import assigned_sender
from newsletter.staff.acting import record
from newsletter.staff.models import User
from newsletter.subscribers import addresses
from newsletter.subscribers.queries import is_suppressed

MOST = 20  # of one user in an hour
HOUR = timedelta(hours=1)
VERB = "test"


class NotSent(ValueError):
    """No test is sent; `str()` says why, for the editor."""


def send_test(
    digest: Digest,
    wishes: Wishes,
    *,
    by: User,
    now: datetime,
    is_of_a_reader: bool = False,
    is_correction: bool = False,
) -> Letter:
    """A letter with the mail of these wishes is on its way to `by`, and leaves within seconds.

    It has no headers by which a program could leave for a reader, the personal links lead to a page that says what it
    is, and no link is counted. Raises PermissionDenied, or NotSent.
    """
    if not by.has_perm("postbox.add_letter", digest):
        raise PermissionDenied("a test takes the role of a translator")
    to, sender = address_of(by), assigned_sender(digest.newsletter)
    if sender is None:
        raise NotSent(_("%(newsletter)s has no sender: add one under Postbox.") % {"newsletter": digest.newsletter})
    if is_suppressed(addresses.hashed(to, key=settings.SUPPRESSION_KEY), digest.newsletter):
        raise NotSent(_("Your address is on the suppression list, so nothing is sent to it."))
    page = settings.SITE_URL + reverse("test_mail")
    mail = harmless(sample(digest, wishes, is_of_a_reader=is_of_a_reader, is_correction=is_correction), page)
    with transaction.atomic():
        _count(by, now=now)
        record(VERB, digest, by=by, after={"locale": wishes.locale, "format": wishes.format, "detail": wishes.detail})
        return letters.post(
            sender=sender,
            kind=Letter.Kind.TEST,
            to=to,
            locale=wishes.locale,
            subject=_("[Test] %(subject)s") % {"subject": mail.subject},
            text=mail.text,
            html=mail.html,
            now=now,
        )


def address_of(user: User) -> str:
    """Where tests for this user go. Raises NotSent where no mail would arrive."""
    if not user.email:
        raise NotSent(_("Your account has no e-mail address. Whoever manages users can add one."))
    try:
        return addresses.normal(user.email)
    except ValueError as problem:
        words = _("The e-mail address of your account does not work: %(problem)s")
        raise NotSent(words % {"problem": problem}) from None


def _count(user: User, *, now: datetime) -> None:
    """Raises NotSent for one more than MOST. Two at once wait for each other here."""
    queries.lock(user)
    if queries.acts_since(now - HOUR, user=user, verb=VERB) >= MOST:
        raise NotSent(_("You have sent 20 tests within an hour. Try again later."))
