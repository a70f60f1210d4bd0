"""Officers and what each may do, by place."""

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Role(models.TextChoices):
    """What an officer may do. The four eyes are not a role: they are constraints of the case."""

    FILE = "file", "takes applications"
    ENROL = "enrol", "captures photo and fingerprints"
    DECIDE = "decide", "decides"
    PRODUCE = "produce", "makes cards"
    DELIVER = "deliver", "hands cards over"
    SUPERVISE = "supervise", "approves exceptions"
    AUDIT = "audit", "reads the journal"


class OfficerManager(BaseUserManager["Officer"]):
    """Finds officers by their user name."""


class Officer(AbstractBaseUser):
    """A person who works here. Nobody is deleted: who left is inactive."""

    username = models.CharField(max_length=64, unique=True)
    display_name = models.CharField(max_length=128)
    is_active = models.BooleanField(default=True)
    registered_at = models.DateTimeField()

    USERNAME_FIELD = "username"

    objects = OfficerManager()

    def __str__(self) -> str:
        return self.username

    def may(self, roles: Iterable[str], site: str = "") -> bool:
        """Whether the officer holds one of `roles`, everywhere or at `site`."""
        places = {"", site}
        return self.is_active and self.grants.filter(role__in=list(roles), site__in=places).exists()


class Grant(models.Model):
    """One role of one officer; an empty `site` means everywhere."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=16, choices=Role)
    site = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("officer", "role", "site"), name="one_grant_per_role_and_site"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="grant_role_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.officer} {self.role} {self.site}".strip()
