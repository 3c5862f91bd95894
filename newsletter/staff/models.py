"""The people at the desk: User, Role (what a user may do for which newsletter), and Act (what somebody did)."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from digests.models import Newsletter


class User(AbstractUser):
    """Somebody who logs in to the admin. Readers are not users: they have signed links."""

    second_step: bool | None = None  # whether they have one: no column, but asked once a request (staff/entrance.py)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")


class Role(models.Model):
    """What one user may do for one newsletter; `permissions.GRANTS` says what each kind means."""

    class Kind(models.TextChoices):
        VIEWER = "viewer", _("Viewer: sees figures")
        TRANSLATOR = "translator", _("Translator: edits summaries in own languages")
        EDITOR = "editor", _("Editor: curates digests")
        PUBLISHER = "publisher", _("Publisher: approves digests")
        ADMINISTRATOR = "administrator", _("Administrator: everything")

    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="roles")
    newsletter = models.ForeignKey(
        Newsletter, verbose_name=_("newsletter"), on_delete=models.CASCADE, related_name="roles"
    )
    role = models.CharField(_("role"), max_length=15, choices=Kind)
    languages = models.JSONField(
        _("languages"),
        default=list,
        blank=True,
        help_text=_('Locales a translator works in, for example ["ko", "ja"].'),
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(fields=["user", "newsletter"], name="role_one_per_user_and_newsletter"),
            models.CheckConstraint(
                condition=models.Q(role__in=["viewer", "translator", "editor", "publisher", "administrator"]),
                name="role_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}, {self.newsletter}"


class FailedLogIns(models.Model):
    """How many log-ins failed on a day (UTC), until the log of acts says it. By whom or from where is not kept."""

    day = models.DateField(unique=True)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("failed log-ins")
        verbose_name_plural = _("failed log-ins")

    def __str__(self) -> str:
        return str(self.day)


class Act(models.Model):
    """Something that somebody did at the desk. The database lets no row be changed, nor deleted before its age.

    Users, newsletters and things are named by id and words, not by foreign keys: rows outlive them. It never says
    anything of Subscriber or Letter rows.
    """

    at = models.DateTimeField(_("Time"))
    user = models.PositiveBigIntegerField(null=True, help_text=_("The user's id; empty where it happened by itself."))
    username = models.CharField(max_length=150, blank=True)
    newsletter = models.PositiveBigIntegerField(null=True, help_text=_("The newsletter's id, where there is one."))
    verb = models.CharField(max_length=30, help_text=_("Such as approve, change or overrule."))
    kind = models.CharField(max_length=60, help_text=_("What sort of thing, such as digests.digest."))
    thing = models.CharField(max_length=64, help_text=_("The thing's id."))
    name = models.CharField(max_length=200, help_text=_("The thing's name at that time."))
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["kind", "thing"], name="act_of_a_thing"),
            models.Index(fields=["newsletter", "at"], name="act_of_a_newsletter"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.name}"
