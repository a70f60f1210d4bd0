"""Takes what was captured at the desk into the vault, gives it out to production, and erases it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import localdate

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.audit.chain import Details
from enrolment.audit.services import record
from enrolment.capture.models import (
    CaptureRecord,
    CaseKey,
    Erasure,
    Kind,
    LineCorrectionRecord,
    MissingFingerRecord,
    PhotoRulingRecord,
    VaultItem,
    VaultKey,
)
from enrolment.capture.pictures import CardPictures, CardPrint
from enrolment.capture.vault import Vault
from enrolment.cases.models import Case
from enrolment.cases.records import facts_of_case
from enrolment.cases.steps import Action
from enrolment.cases.walking import take_step
from enrolment.errors import Incomplete, RuleBroken, StepRefused, VaultError
from enrolment.rules.checks.persons import fingerprints_are_due
from enrolment.rules.read_book import rule_book
from photo_check.rulings import HEAD_COVERING, LineCorrection, Ruling
from photo_check.ways import Way

FINGERS_WANTED = 2
RULED = "every doubt was ruled on"
SYSTEM = "retention"


@dataclass(frozen=True, slots=True)
class MissingFinger:
    """A finger that gave no print, and why."""

    position: str
    reason: str


@dataclass(frozen=True, slots=True, repr=False)
class CapturedBiometrics:
    """What one session at the desk gave. `photo_figures` and `finger_log` hold figures and words, never pictures.

    `photo_verdict` is the check's own; where it is "operator", `photo_rulings` settle its doubts one by one, and
    `covering_allowed_by` is who may allow a head covering, where that is not the officer who captures.
    """

    portrait: bytes
    portrait_media_type: str
    chip_portrait: bytes
    chip_portrait_media_type: str
    photo_verdict: str  # accepted, rejected or operator
    photo_figures: Mapping[str, Any] = field(default_factory=dict)
    override_reason: str = ""
    photo_way: Way = Way.FILE
    photo_norm: str = ""
    photo_rulings: tuple[Ruling, ...] = ()
    line_correction: LineCorrection | None = None
    covering_allowed_by: Officer | None = None
    fingers: tuple[CardPrint, ...] = ()
    missing_fingers: tuple[MissingFinger, ...] = ()
    finger_log: Sequence[Mapping[str, Any]] = ()
    signature: bytes | None = None  # PNG


def check_vault_key(vault: Vault) -> None:
    """Remember which key this office seals with; refuse another one. Raises VaultError."""
    known = list(VaultKey.objects.values_list("key_id", flat=True))
    if not known:
        VaultKey.objects.create(key_id=vault.key_id)
    elif vault.key_id not in known:
        raise VaultError(f"this vault key is not the one that the office was opened with (key id {known[-1]})")


@transaction.atomic
def record_capture(
    case: Case, biometrics: CapturedBiometrics, officer: Officer, at: datetime, vault: Vault
) -> CaptureRecord:
    """Take photo and prints into the vault and move the case.

    Raises: RuleBroken (R48) for a photo that was not accepted and neither ruled on, doubt by doubt, nor overridden with
    a reason, and for a head covering that nobody allowed; Incomplete when a print lacks without a reason, StepRefused
    (under the age of prints, yet prints were taken; wrong state), NotAuthorised.
    """
    overridden = biometrics.photo_verdict != "accepted"
    reason = _why_not_accepted(case, biometrics)
    coverings = [ruling for ruling in biometrics.photo_rulings if ruling.is_exception]
    if coverings:
        require(biometrics.covering_allowed_by or officer, Role.SUPERVISE, site=case.site)
    _check_fingers(case, biometrics, localdate(at))
    key = CaseKey.objects.create(case=case, wrapped=vault.new_case_key(), vault_key_id=vault.key_id, created_at=at)
    _seal(key, Kind.PORTRAIT, "", biometrics.portrait_media_type, biometrics.portrait, vault)
    _seal(key, Kind.CHIP_PORTRAIT, "", biometrics.chip_portrait_media_type, biometrics.chip_portrait, vault)
    for finger in biometrics.fingers:
        _seal(key, Kind.FINGER, finger.position, "image/x-wsq", finger.wsq, vault, finger.quality)
    if biometrics.signature is not None:
        _seal(key, Kind.SIGNATURE, "", "image/png", biometrics.signature, vault)
    capture = CaptureRecord.objects.create(
        case=case,
        officer=officer,
        at=at,
        photo_verdict=biometrics.photo_verdict,
        photo_figures=dict(biometrics.photo_figures),
        photo_way=biometrics.photo_way.value,
        photo_norm=biometrics.photo_norm,
        override_reason=reason,
        finger_log=[dict(line) for line in biometrics.finger_log],
    )
    MissingFingerRecord.objects.bulk_create(
        MissingFingerRecord(capture=capture, position=missing.position, reason=missing.reason)
        for missing in biometrics.missing_fingers
    )
    changes = {"photo_verdict": biometrics.photo_verdict, "photo_overridden": overridden}
    details: Details = {"fingers": len(biometrics.fingers), "overridden": overridden}
    take_step(case, Action.ENROL, officer, at, changes=changes, details=details)
    _record_photo_rulings(capture, biometrics, officer, at)
    return capture


def _why_not_accepted(case: Case, biometrics: CapturedBiometrics) -> str:
    """The reason that stands in the record of the photo; empty where the check accepted it. Raises RuleBroken."""
    if biometrics.photo_verdict == "accepted":
        return ""
    doubts = {name for name, outcome in biometrics.photo_figures.items() if outcome == "operator"}
    ruled = {ruling.requirement for ruling in biometrics.photo_rulings}
    if not ruled <= doubts:
        raise StepRefused(f"case {case.number}: a ruling on the photo settles no doubt of the check")
    reason = biometrics.override_reason.strip()
    if HEAD_COVERING in doubts - ruled:
        raise RuleBroken(f"case {case.number}", [("R48", "PHOTO_REJECTED")])
    if not reason and biometrics.photo_verdict == "operator" and doubts and doubts == ruled:
        reason = RULED
    if not reason:
        raise RuleBroken(f"case {case.number}", [("R48", "PHOTO_REJECTED")])
    return reason


def _record_photo_rulings(
    capture: CaptureRecord, biometrics: CapturedBiometrics, officer: Officer, at: datetime
) -> None:
    """What an officer ruled and drew on the photo, in the record with the words and in the journal without them."""
    number = capture.case.number
    for ruling in biometrics.photo_rulings:
        by = (biometrics.covering_allowed_by or officer) if ruling.is_exception else officer
        PhotoRulingRecord.objects.create(
            capture=capture,
            requirement=ruling.requirement,
            ground=ruling.ground.value,
            reason=ruling.reason,
            officer=by,
            at=at,
        )
        action = "photo.covering_allowed" if ruling.is_exception else "photo.ruled"
        record(at, by.username, action, number, {"requirement": ruling.requirement, "ground": ruling.ground.value})
    drawn = biometrics.line_correction
    if drawn is not None:
        LineCorrectionRecord.objects.create(
            capture=capture,
            head_permille_before=round(1000 * drawn.head_share_before),
            head_permille_after=round(1000 * drawn.head_share_after),
            verdict_before=drawn.verdict_before,
            verdict_after=drawn.verdict_after,
            officer=officer,
        )
        verdicts: Details = {"before": drawn.verdict_before, "after": drawn.verdict_after}
        record(at, officer.username, "photo.lines_drawn", number, verdicts)


def _check_fingers(case: Case, biometrics: CapturedBiometrics, on: date) -> None:
    positions = [finger.position for finger in biometrics.fingers]
    if len(set(positions)) != len(positions):
        raise StepRefused(f"case {case.number}: a finger was taken twice")
    if len(positions) > FINGERS_WANTED:
        raise StepRefused(f"case {case.number}: a card carries two prints at most")
    if not fingerprints_are_due(facts_of_case(case), rule_book(), on):
        if positions:
            raise StepRefused(f"case {case.number}: no prints are taken at this age")
        return
    for hand in ("right", "left"):
        has_print = any(position.startswith(hand) for position in positions)
        has_reason = any(missing.position.startswith(hand) for missing in biometrics.missing_fingers)
        if len(positions) < FINGERS_WANTED and not has_print and not has_reason:
            raise Incomplete(f"case {case.number}: a print of the {hand} hand is missing and no reason is given")


def _seal(
    key: CaseKey, kind: Kind, position: str, media_type: str, content: bytes, vault: Vault, quality: int | None = None
) -> None:
    sealed = vault.seal(bytes(key.wrapped), content, _place(key.case, kind, position))
    VaultItem.objects.create(
        key=key, kind=kind, position=position, media_type=media_type, quality=quality, sealed=sealed
    )


def _place(case: Case, kind: str, position: str) -> str:
    return f"{case.number}|{kind}|{position}"


@transaction.atomic
def read_biometrics(case: Case, officer: Officer, at: datetime, vault: Vault) -> CardPictures:
    """Give the case's biometrics to who makes, checks or hands over its card; each reading is in the journal.

    Raises: VaultError when they were erased, never taken, or do not open; NotAuthorised.
    """
    require(officer, Role.ENROL, Role.DECIDE, Role.PRODUCE, Role.DELIVER, site=case.site)
    try:
        key = CaseKey.objects.get(case=case)
    except CaseKey.DoesNotExist:
        raise VaultError(f"case {case.number} has no biometrics in the vault (any more)") from None
    pictures: dict[str, bytes] = {}
    prints: list[CardPrint] = []
    for item in key.items.order_by("id"):
        content = vault.open(bytes(key.wrapped), bytes(item.sealed), _place(case, item.kind, item.position))
        if item.kind == Kind.FINGER:
            prints.append(CardPrint(item.position, content, item.quality or 0))
        else:
            pictures[item.kind] = content
    record(at, officer.username, "biometrics.read", case.number, {"items": len(pictures) + len(prints)})
    return CardPictures(
        portrait=pictures[Kind.PORTRAIT],
        chip_portrait=pictures[Kind.CHIP_PORTRAIT],
        prints=tuple(prints),
        signature=pictures.get(Kind.SIGNATURE),
    )


@transaction.atomic
def recapture(case: Case, officer: Officer, at: datetime, reason: str) -> Case:
    """Throw away what was captured and invite the person again. Raises StepRefused, NotAuthorised."""
    changes = {"photo_verdict": "", "photo_overridden": False}
    take_step(case, Action.RECAPTURE, officer, at, reason=reason, changes=changes)
    CaseKey.objects.filter(case=case).delete()
    CaptureRecord.objects.filter(case=case).update(superseded=True)
    return case


def erase_biometrics(case: Case, officer: Officer | None, at: datetime, reason: str) -> Erasure:
    """Delete the case's wrapped key and every sealed row, and empty the database's log of them.

    Done twice, it gives the first erasure. Raises: VaultError when nothing was ever captured.
    """
    with transaction.atomic():
        done = Erasure.objects.filter(case=case).first()
        if done is not None:
            return done
        key = CaseKey.objects.filter(case=case).first()
        if key is None:
            raise VaultError(f"case {case.number} has no biometrics in the vault")
        sizes = [len(bytes(item.sealed)) for item in key.items.all()]
        key.delete()
        CaptureRecord.objects.filter(case=case).update(photo_figures={})  # where eyes and chin lay is biometric too
        erasure = Erasure.objects.create(
            case=case, at=at, officer=officer, reason=reason, items=len(sizes), bytes=sum(sizes)
        )
        actor = officer.username if officer else SYSTEM
        record(at, actor, "biometrics.erased", case.number, {"items": len(sizes), "reason": reason})
    empty_write_ahead_log()
    return erasure


def empty_write_ahead_log() -> None:
    """Fold SQLite's write-ahead log into the database and cut it to nothing, so that no old page stays in it.

    Deleted rows are overwritten in the database by `secure_delete`. Inside a transaction (and on PostgreSQL, whose
    log is the operator's to expire: docs/office.md) this does nothing.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
