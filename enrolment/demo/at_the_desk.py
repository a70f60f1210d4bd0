"""The first half of the walk: application, receipt, appointment, photo, fingerprints, decision."""

from dataclasses import dataclass
from datetime import timedelta

from enrolment.applications import Application
from enrolment.appointments.models import Purpose
from enrolment.appointments.services import book, first_free_slot, keep
from enrolment.capture.finger_session import FingerSession
from enrolment.capture.photo_session import PhotoSession, TakenPortrait
from enrolment.capture.pictures import CardPrint
from enrolment.capture.services import CapturedBiometrics, MissingFinger, record_capture
from enrolment.cases.models import Case
from enrolment.cases.payments import Booked, check_payment
from enrolment.cases.services import decide, file_application, issue_receipt, release, submit
from enrolment.demo.desk import Watched, take_prints
from enrolment.demo.stage import Stage
from enrolment.errors import Incomplete
from enrolment.fingerprints.acquisition import FingerAcquisition
from enrolment.fingerprints.scanner import FingerScanner
from enrolment.papers.services import print_receipt


@dataclass(frozen=True, slots=True, repr=False)
class Captured:
    """What the desk took: the portrait, and the acquisition of the prints with their encoded form."""

    portrait: TakenPortrait
    acquisition: FingerAcquisition
    prints: tuple[CardPrint, ...]
    signature: bytes | None


@dataclass(frozen=True, slots=True)
class Devices:
    """What stands at the desk."""

    photo: PhotoSession
    fingers: FingerSession
    scanner: FingerScanner


def apply(stage: Stage, application: Application) -> tuple[Case, bytes]:
    """Application → case and receipt (PDF)."""
    clerk, clock = stage.cast.clerk, stage.clock
    with stage.narrator.step("Application") as step:
        case = file_application(application, clerk, stage.cast.site.code, clock.minutes(5))
        step.say(f"case {case.number}, {case.product}: {case.legal_basis}")
    with stage.narrator.step("Receipt") as step:
        receipt = issue_receipt(case, clerk, clock.minutes(5))
        pdf = print_receipt(receipt, stage.letterhead(), clerk, clock.now, sealer=stage.sealer())
        until = f"holds until {receipt.valid_until}" if receipt.valid_until else "without an end of its own"
        step.say(f"{receipt.number} ({receipt.kind}), {until}")
    return case, pdf


def appear(stage: Stage, case: Case) -> None:
    """Case → appointment, at which the person appears."""
    with stage.narrator.step("Appointment") as step:
        clerk, clock = stage.cast.clerk, stage.clock
        slot = first_free_slot(stage.cast.site, clock.now + timedelta(days=1), Purpose.CAPTURE)
        booking = book(case, stage.cast.site, Purpose.CAPTURE, slot.starts_at, clerk, clock.now)
        clock.move_to(booking.starts_at)
        keep(booking, clerk, clock.now)
        step.say(f"{clock.now:%A %Y-%m-%d %H:%M}, counter {booking.counter}: the person came")


def take_photo(stage: Stage, application: Application, devices: Devices) -> TakenPortrait:
    """Pixels → portrait. Raises PhotoRefused, PhotoError, Incomplete."""
    if application.files.portrait is None:
        raise Incomplete("files.portrait: a portrait is wanted")
    with stage.narrator.step("Photo check") as step:
        age_years = application.person.birth_date.age_bounds_on(stage.clock.today)[1]
        portrait = devices.photo.take(application.files.portrait, age_years=age_years)
        report = portrait.report
        judged = sum(finding.outcome != "not_assessed" for finding in report.requirements.values())
        step.say(f"{report.verdict}: {judged} requirements judged by the norm {report.norm}")
        if report.geometry is not None:
            share = report.geometry.head_share(portrait.height_px)
            step.say(f"head {share:.1%} of the height (70-80 % wanted), chip image {len(portrait.chip_portrait)} bytes")
    return portrait


def take_fingers(stage: Stage, case: Case, application: Application, devices: Devices, portrait: TakenPortrait) -> None:
    """Fingers on the scanner → prints; with the portrait they go into the vault. Raises ScannerError."""
    with stage.narrator.step("Fingerprints") as step:
        age_years = application.person.birth_date.age_bounds_on(stage.clock.today)[1]
        watched = Watched()
        acquisition = take_prints(devices.scanner, devices.fingers, application, age_years, watched)
        prints = devices.fingers.encode([(each.image, each.quality) for each in acquisition.fingers])
        step.say(f"{acquisition.outcome.value}: {watched.events} events, {watched.previews} previews from the scanner")
        for taken, encoded in zip(acquisition.fingers, prints, strict=True):
            step.say(
                f"{encoded.position}: quality {taken.quality} by {taken.algorithm}, {len(encoded.wsq)} bytes of WSQ"
            )
        captured = Captured(portrait, acquisition, prints, _signature(application))
        record_capture(case, _for_the_vault(captured), stage.cast.clerk, stage.clock.minutes(10), stage.vault)


def _signature(application: Application) -> bytes | None:
    return application.files.signature.read_bytes() if application.files.signature is not None else None


def _for_the_vault(captured: Captured) -> CapturedBiometrics:
    report = captured.portrait.report
    return CapturedBiometrics(
        portrait=captured.portrait.portrait_png,
        portrait_media_type="image/png",
        chip_portrait=captured.portrait.chip_portrait,
        chip_portrait_media_type="image/jp2",
        photo_verdict=report.verdict,
        photo_figures={name: finding.outcome for name, finding in report.requirements.items()},
        photo_way=captured.portrait.way,
        photo_norm=report.norm,
        photo_rulings=captured.portrait.rulings,
        line_correction=captured.portrait.correction,
        fingers=captured.prints,
        signature=captured.signature,
        missing_fingers=tuple(
            MissingFinger(each.position.label, each.reason.value) for each in captured.acquisition.missing
        ),
        finger_log=[entry.to_json() for entry in captured.acquisition.log],
    )


def settle(stage: Stage, case: Case) -> None:
    """Complete case → decision by a second officer, released for production by a third."""
    cast, clock = stage.cast, stage.clock
    with stage.narrator.step("Decision by a second officer") as step:
        submit(case, cast.clerk, clock.minutes(10))
        clock.move_to(clock.now + timedelta(days=2))
        for payment in case.payments.order_by("id"):
            check_payment(payment, Booked(payment.amount_cents), cast.decider, clock.minutes(5))
            step.say(f"the fee of {payment.amount_cents / 100:.2f} € stands in the Treasury's books")
        case.refresh_from_db()
        decision = decide(case, cast.decider, clock.now, granted=True)
        release(case, cast.maker, clock.minutes(30))
        step.say(f"{decision.number}: granted by {cast.decider.username}; the case was filed by {cast.clerk.username}")
