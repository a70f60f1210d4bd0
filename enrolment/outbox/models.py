"""The outbox: one row per message, written in the transaction of the act that causes it."""

from django.db import models
from django.db.models import F, Q

from enrolment.outbox.message import MAX_LENGTHS, MEDIA, Attachment, OutgoingMessage

KEY_LENGTH = 200


class EntryState(models.TextChoices):
    """Where a message stands."""

    WAITING = "waiting", "waits for its time"
    SENDING = "sending", "in a worker's hands"
    DELIVERED = "delivered", "left the house; its content is erased here"
    DEAD = "dead", "given up: a person must look"
    DROPPED = "dropped", "taken out by an officer; its content is erased"


# Of these nothing is left but that, when, how and the digest of what was sent.
EMPTIED = (EntryState.DELIVERED, EntryState.DROPPED)


class OutboxEntry(models.Model):
    """One message. `key` names what it is about, once: the same key never gives two messages."""

    key = models.CharField(max_length=KEY_LENGTH, unique=True)
    kind = models.CharField(max_length=32)
    medium = models.CharField(max_length=8, choices=[(medium, medium) for medium in MEDIA])
    case_reference = models.CharField(max_length=MAX_LENGTHS["case_reference"], blank=True, db_index=True)
    language = models.CharField(max_length=2)
    recipient_name = models.CharField(max_length=MAX_LENGTHS["recipient_name"], blank=True)
    address_lines = models.JSONField(default=list)
    mail_address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=MAX_LENGTHS["subject"], blank=True)
    body = models.TextField(blank=True)
    digest = models.CharField(max_length=64)  # SHA-256 of the message, kept when its content is erased
    state = models.CharField(max_length=16, choices=EntryState, default=EntryState.WAITING)
    version = models.PositiveIntegerField(default=1)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    driver = models.CharField(max_length=32, blank=True)
    delivery_reference = models.CharField(max_length=200, blank=True)
    last_failure = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("due_at", "id")
        indexes = (models.Index(fields=("state", "due_at"), name="outbox_by_what_is_due"),)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=EntryState.values), name="outbox_state_is_known"),
            models.CheckConstraint(condition=Q(medium__in=MEDIA), name="outbox_medium_is_known"),
            models.CheckConstraint(condition=~Q(key=""), name="outbox_key_says_something"),
            models.CheckConstraint(condition=Q(due_at__gte=F("queued_at")), name="due_when_queued_or_later"),
            models.CheckConstraint(
                condition=Q(state=EntryState.SENDING.value, leased_until__isnull=False)
                | (~Q(state=EntryState.SENDING.value) & Q(leased_until__isnull=True)),
                name="who_sends_holds_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in EMPTIED], ended_at__isnull=False)
                | (~Q(state__in=[state.value for state in EMPTIED]) & Q(ended_at__isnull=True)),
                name="what_ended_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[state.value for state in EMPTIED])
                | Q(body="", subject="", recipient_name="", mail_address=""),
                name="what_ended_is_emptied",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    def message(self) -> OutgoingMessage:
        """The message as it was enqueued; only while it has not ended."""
        return OutgoingMessage(
            kind=self.kind,
            medium=self.medium,  # type: ignore[arg-type]  # the database holds it to the known ones
            recipient_name=self.recipient_name,
            address_lines=tuple(self.address_lines),
            mail_address=self.mail_address,
            language=self.language,
            subject=self.subject,
            body=self.body,
            attachments=tuple(
                Attachment(each.file_name, each.media_type, bytes(each.content)) for each in self.attachments.all()
            ),
            case_reference=self.case_reference,
        )


class OutboxAttachment(models.Model):
    """A file that goes with a message, until it has left."""

    entry = models.ForeignKey(OutboxEntry, on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    file_name = models.CharField(max_length=80)
    media_type = models.CharField(max_length=80)
    content = models.BinaryField()

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("entry", "position"), name="one_attachment_per_position"),)

    def __str__(self) -> str:
        return f"{self.file_name} of {self.entry_id}"
