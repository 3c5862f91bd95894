"""Senders and letters in the admin: to pause and resume, and to watch."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from digests.admin.large import Large
from digests.admin.scope import ByRole, OwnNewsletters, ReadOnly
from newsletter.postbox import quota, senders
from newsletter.postbox.doors import open_postbox
from newsletter.postbox.models import Letter, Sender, SenderAssignment
from newsletter.staff.recording import editor


class SenderForm(forms.ModelForm[Sender]):
    """The postbox's URL holds a password: it is written here and never shown."""

    user: Any  # set by the page, which makes a class for each request
    postbox_url = forms.CharField(
        label=_("Postbox URL"),
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Another mail provider than POSTBOX_URL. It is not shown; left empty, it stays as it is."),
    )
    use_common_postbox = forms.BooleanField(label=_("Use POSTBOX_URL again"), required=False)

    def clean_postbox_url(self) -> str:
        url: str = self.cleaned_data["postbox_url"]
        if not url:
            return self.instance.postbox_url
        try:
            with open_postbox(url):
                pass
        except ImproperlyConfigured as problem:
            raise ValidationError(str(problem)) from problem
        if urlsplit(url).scheme == "file" and not self.user.is_superuser:  # a folder of the machine, not of the desk
            raise ValidationError(gettext("Only who runs the site has mails written into a folder."))
        return url

    def clean_leave_address(self) -> str:
        """A way to leave that nobody reads is worse than none: readers would believe that they had left."""
        address: str = self.cleaned_data["leave_address"]
        if address and not senders.takes_mail():
            raise ValidationError(gettext("Nobody reads it: set BOUNCE_MAILBOX_URL or WEBHOOK_SECRET first."))
        return address

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        if cleaned.get("use_common_postbox"):
            cleaned["postbox_url"] = ""
        return cleaned


class AssignmentInline(ByRole, admin.StackedInline[SenderAssignment, Sender]):
    model = SenderAssignment
    extra = 0


@admin.register(Sender)
class SenderAdmin(OwnNewsletters):
    """Who administers all newsletters of a Sender changes it; an administrator of one of them sees it."""

    path = "assignments__newsletter"
    form = SenderForm
    list_display = ["name", "address", "per_second", "per_day", "paused_at", "pause_reason"]
    readonly_fields = ["mails_counted", "paused_at", "pause_reason"]
    fieldsets = [
        (None, {"fields": ["slug", "name", "address", "reply_to", "bounce_address", "leave_address", "dkim_selector"]}),
        (_("Postbox"), {"fields": ["postbox_url", "use_common_postbox"]}),
        (_("Limits"), {"fields": [("per_second", "per_day"), "mails_counted"]}),
        (_("Warm-up"), {"fields": [("warm_up_from", "warm_up_first", "warm_up_more")]}),
        (_("Pause"), {"fields": ["paused_at", "pause_reason"]}),
    ]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [AssignmentInline]
    actions = ["pause", "resume"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    @admin.display(description=_("mails in the last 24 hours"))
    def mails_counted(self, sender: Sender) -> str:
        """What the limits count by; nothing is counted without one."""
        return str(quota.counted(sender, now=timezone.now())) if quota.is_limited(sender) else "-"

    @admin.action(description=_("Pause: nothing leaves"), permissions=["change"])
    def pause(self, request: HttpRequest, rows: QuerySet[Sender]) -> None:
        by, now = editor(request), timezone.now()
        reason = gettext("paused by %(user)s") % {"user": by}
        count = sum(senders.pause(sender, reason=reason, now=now, by=by) for sender in self.changeable(request, rows))
        text = ngettext("%(count)d sender is paused.", "%(count)d senders are paused.", count)
        messages.success(request, text % {"count": count})

    @admin.action(description=_("Resume"), permissions=["change"])
    def resume(self, request: HttpRequest, rows: QuerySet[Sender]) -> None:
        by = editor(request)
        count = sum(senders.resume(sender, by=by) for sender in self.changeable(request, rows))
        text = ngettext("%(count)d sender sends again.", "%(count)d senders send again.", count)
        messages.success(request, text % {"count": count})


@admin.register(Letter)
class LetterAdmin(Large, ReadOnly, OwnNewsletters):
    """Letters by id: neither whom they go to nor what they say, for both are the reader's."""

    path = "sender__assignments__newsletter"
    list_display = ["id", "kind", "sender", "locale", "status", "reason", "attempts", "ready_at", "sent_at"]
    list_filter = ["status", "kind", ("sender", admin.RelatedOnlyFieldListFilter)]
    fields = ["kind", "sender", "locale", "status", "reason", "attempts", "ready_at", "sent_at"]
    list_select_related = ["sender"]
