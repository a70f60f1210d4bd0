"""The photo at the desk: one picture, judged by its way's norm, cropped to 35x45 mm, judged again, made small."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PIL import Image

from enrolment.errors import OfficeError, Refused
from photo_check.check import PhotoChecker
from photo_check.errors import FaceError, LinesOutOfPlace, PhotoError, RulingRefused
from photo_check.photo import Photo, read_photo
from photo_check.portrait import chip_image, crop_portrait, in_portrait
from photo_check.report import Finding, PhotoReport, Verdict
from photo_check.rulings import LineCorrection, Ruling, settle
from photo_check.ways import Way, norm_for

PRINT_PPI: Final = 600


class PhotoRefused(Refused):
    """The photo may not be used; `report` says why, requirement by requirement (None where no portrait can be cut)."""

    code = "PHOTO_REJECTED"

    def __init__(self, text: str, report: PhotoReport | None) -> None:
        super().__init__(text)
        self.report = report


class PhotoNotRead(OfficeError):
    """What was given is no photo; the text names the file and what is wrong with it."""

    code = "PHOTO_NOT_READ"


class PhotoNotRuled(OfficeError):
    """What an officer drew or ruled on a photo cannot be: the text says what was wanted."""

    code = "PHOTO_NOT_RULED"


@dataclass(frozen=True, slots=True)
class Lines:
    """Where an officer drew crown and chin: y in the given photo's pixels; None where the check's own line stays."""

    crown_y_px: float | None = None
    chin_y_px: float | None = None

    @property
    def are_drawn(self) -> bool:
        """Is there one?"""
        return self.crown_y_px is not None or self.chin_y_px is not None


@dataclass(frozen=True, slots=True, repr=False)
class TakenPortrait:
    """A portrait ready for the card: as printed (PNG), as stored on the chip (JPEG 2000), and what was measured.

    `rulings` are those by which an officer settled what the check left in doubt, `correction` is there where lines were
    drawn.
    """

    report: PhotoReport
    portrait_png: bytes
    chip_portrait: bytes
    width_px: int
    height_px: int
    way: Way = Way.FILE
    rulings: tuple[Ruling, ...] = ()
    correction: LineCorrection | None = None


@dataclass(frozen=True, slots=True)
class PhotoSession:
    """Takes portraits by one norm and its companions. The checker holds the models: make it once and keep it."""

    checker: PhotoChecker
    chip_image_max_bytes: int

    def take(
        self,
        source: Path | bytes,
        *,
        way: Way = Way.FILE,
        age_years: int | None = None,
        lines: Lines | None = None,
        rulings: Sequence[Ruling] = (),
    ) -> TakenPortrait:
        """The portrait in `source`, a file or its bytes, judged by the limits of its way and of the person's age.

        Lines that an officer drew take the place of the check's own. Each doubt needs its ruling; what fails stays
        refused.
        Raises: PhotoRefused with the report; PhotoNotRead for what is no photo at all; PhotoNotRuled for lines or
        rulings that cannot be.
        """
        try:
            photo = read_photo(source)
        except PhotoError as error:
            where = f"{source}: " if isinstance(source, Path) else ""
            raise PhotoNotRead(f"{where}{error}") from None
        checker = replace(self.checker, norm=norm_for(self.checker.norm, way, age_years))
        drawn = lines if lines is not None and lines.are_drawn else None
        cropped, report, seen = self._judged(checker, photo, drawn)
        failed = report.failed()
        if failed:
            raise PhotoRefused(f"the photo was refused: {_in_words(failed)}", report)
        try:
            settled = settle(report, rulings)
        except RulingRefused as error:
            raise PhotoNotRuled(str(error)) from None
        if settled.verdict != "accepted":
            raise PhotoRefused(f"an officer must look at the photo: {_in_words(settled.open)}", report)
        return TakenPortrait(
            report=report,
            portrait_png=_png(cropped),
            chip_portrait=chip_image(cropped, self.chip_image_max_bytes),
            width_px=cropped.width_px,
            height_px=cropped.height_px,
            way=way,
            rulings=settled.rulings,
            correction=self._correction(checker, photo, seen, report.verdict) if drawn else None,
        )

    def _judged(
        self, checker: PhotoChecker, photo: Photo, lines: Lines | None
    ) -> tuple[Photo, PhotoReport, PhotoReport]:
        """The portrait, its report, and that of the photo it was cut from. Raises PhotoRefused, PhotoNotRuled."""
        seen = _looked_at(checker, photo, lines)
        head = seen.geometry
        if head is None or any(finding.requirement == "single_face" for finding in seen.failed()):
            raise PhotoRefused(f"the photo was refused: {_in_words(seen.failed())}", seen)
        try:
            cropped = crop_portrait(photo, head, PRINT_PPI)
        except FaceError as error:
            raise PhotoRefused(
                f"the photo was refused: no 35x45 mm portrait can be cut from it ({error})", seen
            ) from None
        if lines is None:
            return cropped, checker.check(cropped), seen
        drawn = (lines.crown_y_px, lines.chin_y_px)
        there = Lines(*(None if y is None else in_portrait(photo, head, cropped, y) for y in drawn))
        return cropped, _looked_at(checker, cropped, there), seen

    def _correction(
        self, checker: PhotoChecker, photo: Photo, seen: PhotoReport, verdict: Verdict
    ) -> LineCorrection | None:
        """What the check would have said by its own lines, beside what it says by the officer's."""
        if seen.geometry is None or seen.measured_geometry is None:
            return None
        try:
            before = self._judged(checker, photo, None)[1].verdict
        except PhotoRefused as refused:
            before = refused.report.verdict if refused.report is not None else "rejected"
        return LineCorrection(
            head_share_before=seen.measured_geometry.head_share(photo.height_px),
            head_share_after=seen.geometry.head_share(photo.height_px),
            verdict_before=before,
            verdict_after=verdict,
        )


def _looked_at(checker: PhotoChecker, photo: Photo, lines: Lines | None) -> PhotoReport:
    if lines is None:
        return checker.check(photo)
    try:
        return checker.check_with_lines(photo, lines.crown_y_px, lines.chin_y_px)
    except LinesOutOfPlace as error:
        raise PhotoNotRuled(f"the lines cannot stand there: {error}") from None
    except FaceError as error:
        raise PhotoRefused(f"the photo was refused: {error}", None) from None


def _in_words(findings: tuple[Finding, ...]) -> str:
    """Each requirement with what a person can do about it."""
    return "; ".join(f"{finding.requirement}: {finding.advice['en']}" for finding in findings)


def _png(photo: Photo) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(photo.pixels).save(stream, "PNG", dpi=(PRINT_PPI, PRINT_PPI))
    return stream.getvalue()
