"""What was captured at the desk, and the vault's rows: sealed bytes and the wrapped keys that open them."""

from django.db import models
from django.db.models import Q

from enrolment.accounts.models import Officer
from enrolment.cases.models import Case


class Kind(models.TextChoices):
    """What a vault item is."""

    PORTRAIT = "portrait", "the portrait as it was accepted"
    CHIP_PORTRAIT = "chip_portrait", "the portrait as the chip carries it"
    FINGER = "finger", "a fingerprint (WSQ)"
    SIGNATURE = "signature", "the holder's signature"
    EXCEPTION_PHOTO = "exception_photo", "the proof of an exception"


class PhotoWay(models.TextChoices):
    """How the photo came to the desk; by that its norm was chosen."""

    LIVE = "live", "from the station's own camera"
    PRINT = "print", "a print that was scanned"
    FILE = "file", "a file"


class RulingGround(models.TextChoices):
    """Why a doubt of the photo check does not count."""

    SEEN = "seen", "an officer looked, and the requirement is met"
    RELIGION = "religion", "a head covering worn for religion"
    HEALTH = "health", "a head covering worn for health"


class CaptureRecord(models.Model):
    """One session at the desk: figures and reasons, no picture."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="captures")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    photo_verdict = models.CharField(max_length=16)
    photo_figures = models.JSONField(default=dict)
    photo_way = models.CharField(max_length=8, choices=PhotoWay, default=PhotoWay.FILE)
    photo_norm = models.CharField(max_length=128, blank=True)
    override_reason = models.CharField(max_length=256, blank=True)
    finger_log = models.JSONField(default=list)  # positions, qualities, attempts; no print
    superseded = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(photo_verdict="accepted") | ~Q(override_reason=""), name="an_override_gives_its_reason"
            ),
            models.UniqueConstraint(fields=("case",), condition=Q(superseded=False), name="one_capture_that_counts"),
            models.CheckConstraint(condition=Q(photo_way__in=PhotoWay.values), name="photo_way_is_known"),
        )

    def __str__(self) -> str:
        return f"capture for {self.case_id}"


class PhotoRulingRecord(models.Model):
    """A doubt of the photo check, settled by an officer with a reason. A covering is allowed, never overlooked."""

    capture = models.ForeignKey(CaptureRecord, on_delete=models.CASCADE, related_name="photo_rulings")
    requirement = models.CharField(max_length=32)
    ground = models.CharField(max_length=16, choices=RulingGround)
    reason = models.CharField(max_length=256)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("capture", "requirement"), name="a_doubt_is_ruled_on_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_photo_ruling_has_a_reason"),
            models.CheckConstraint(condition=Q(ground__in=RulingGround.values), name="ruling_ground_is_known"),
            models.CheckConstraint(
                condition=Q(ground="seen") | Q(requirement="no_head_covering"), name="religion_and_health_cover_heads"
            ),
        )

    def __str__(self) -> str:
        return f"{self.requirement} {self.ground}"


class LineCorrectionRecord(models.Model):
    """That an officer drew the crown or the chin, and what it changed; shares of the photo's height in thousandths."""

    capture = models.OneToOneField(CaptureRecord, on_delete=models.CASCADE, related_name="line_correction")
    head_permille_before = models.PositiveSmallIntegerField()
    head_permille_after = models.PositiveSmallIntegerField()
    verdict_before = models.CharField(max_length=16)
    verdict_after = models.CharField(max_length=16)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(verdict_after="rejected"), name="drawn_lines_lead_to_no_refused_photo"),
        )

    def __str__(self) -> str:
        return f"head {self.head_permille_before} to {self.head_permille_after}"


class MissingFingerRecord(models.Model):
    """A finger that gave no print, and why."""

    capture = models.ForeignKey(CaptureRecord, on_delete=models.CASCADE, related_name="missing_fingers")
    position = models.CharField(max_length=16)
    reason = models.CharField(max_length=32)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("capture", "position"), name="a_finger_is_missing_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_missing_finger_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.position} {self.reason}"


class VaultKey(models.Model):
    """Which vault key this office seals with: a wrong one is found when the office opens, not when a card is due."""

    key_id = models.CharField(max_length=16, unique=True)
    since = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key_id


class CaseKey(models.Model):
    """The wrapped key of one case. Deleting this row is the erasure: nothing sealed under it opens again."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="vault_key")
    wrapped = models.BinaryField(max_length=64)
    vault_key_id = models.CharField(max_length=16)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"key of {self.case_id}"


class VaultItem(models.Model):
    """One sealed picture or print."""

    key = models.ForeignKey(CaseKey, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=16, choices=Kind)
    position = models.CharField(max_length=16, blank=True)
    media_type = models.CharField(max_length=32)
    quality = models.PositiveSmallIntegerField(null=True)  # of a print: NFIQ 2, as the chip's record repeats it
    sealed = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("key", "kind", "position"), name="one_item_per_place"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="vault_kind_is_known"),
            models.CheckConstraint(condition=~Q(kind="finger") | ~Q(position=""), name="a_print_names_its_finger"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.position}".strip()


class Erasure(models.Model):
    """That, when and why the biometrics of a case were erased; what remains of them."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="erasure")
    at = models.DateTimeField()
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=32)
    items = models.PositiveSmallIntegerField()
    bytes = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"erasure for {self.case_id}"
