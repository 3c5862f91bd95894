"""The people at the desk: User, and Role (what a user may do for which newsletter)."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from digests.models import Newsletter


class User(AbstractUser):
    """Somebody who logs in to the admin. Readers are not users: they have signed links."""

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

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=15, choices=Kind)
    languages = models.JSONField(
        default=list, blank=True, help_text=_('Locales a translator works in, for example ["ko", "ja"].')
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
