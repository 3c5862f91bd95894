"""Whether the Sender can send: assigned, not paused, with a quota for the day. Pure."""

from collections.abc import Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from digests.locales import number
from newsletter.desk.preflight.audience import total
from newsletter.desk.preflight.case import Case, readers_question
from newsletter.desk.preflight.report import Line, blocks, is_fine, warns


def lines(case: Case) -> Iterator[Line]:
    sender = case.sender
    if sender is None:
        yield blocks("sender.none", _("No sender is assigned to it: add one under Postbox."), case.pages.newsletter)
        return
    if sender.paused:
        words = _("Its sender is paused: %(reason)s")
        yield blocks("sender.paused", words % {"reason": sender.paused}, sender.page, (sender.paused,))
    else:
        yield is_fine("sender.ready", _("It leaves as %(address)s.") % {"address": sender.address}, mend=sender.page)
    counted = case.answer(readers_question(case))
    if sender.limit is not None and counted:
        yield _quota(total(counted), sender.limit, sender.page)


def _quota(readers: int, limit: int, page: str) -> Line:
    speech = get_language() or "en"
    said = {"readers": number(readers, speech), "limit": number(limit, speech)}
    if readers > limit:
        words = _("Its sender may send %(limit)s mails on that day, and %(readers)s readers are due.")
        return warns("sender.quota", words % said, page, (said["limit"],))
    words = _("Its sender may send %(limit)s mails on that day: enough for %(readers)s readers.")
    return is_fine("sender.quota_fits", words % said, mend=page)
