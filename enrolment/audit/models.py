"""The journal's rows: entries that each hash the one before, and checkpoints that say how long the chain was."""

from django.db import models


class Entry(models.Model):
    """One thing that was done. Never changed, never deleted: the database refuses both (migration 0002)."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)  # an officer's user name, or the name of a program's part
    action = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)  # a case, blank or card number; never a person
    details = models.JSONField(default=dict)  # codes and counts; no name, number of a document, key or image
    previous_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("sequence",)

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.subject}"


class Checkpoint(models.Model):
    """How long the chain was at a moment, and its last hash: what makes a cut end visible."""

    sequence = models.PositiveBigIntegerField()
    entry_hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    key_id = models.CharField(max_length=64, blank=True)
    signature = models.CharField(max_length=512, blank=True)  # hexadecimal; empty where no journal key is configured

    class Meta:
        ordering = ("sequence", "id")

    def __str__(self) -> str:
        return f"checkpoint at {self.sequence}"
