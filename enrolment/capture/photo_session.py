"""The photo at the desk: one picture in, judged by the norm, cropped to 35x45 mm, judged again, made small."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from enrolment.errors import OfficeError, Refused
from photo_check.check import PhotoChecker
from photo_check.errors import FaceError, PhotoError
from photo_check.photo import Photo, read_photo
from photo_check.portrait import chip_image, crop_portrait
from photo_check.report import Finding, PhotoReport

PRINT_PPI = 600


class PhotoRefused(Refused):
    """The photo may not be used; `report` says why, requirement by requirement (None where no portrait can be cut)."""

    code = "PHOTO_REJECTED"

    def __init__(self, text: str, report: PhotoReport | None) -> None:
        super().__init__(text)
        self.report = report


class PhotoNotRead(OfficeError):
    """What was given is no photo; the text names the file and what is wrong with it."""

    code = "PHOTO_NOT_READ"


@dataclass(frozen=True, slots=True, repr=False)
class TakenPortrait:
    """A portrait ready for the card: as printed (PNG), as stored on the chip (JPEG 2000), and what was measured."""

    report: PhotoReport
    portrait_png: bytes
    chip_portrait: bytes
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class PhotoSession:
    """Takes portraits by one norm. The checker holds the models: make it once and keep it."""

    checker: PhotoChecker
    chip_image_max_bytes: int

    def take(self, source: Path | bytes, *, accept_doubt: bool = False) -> TakenPortrait:
        """The portrait in `source`, a file or its bytes.

        With `accept_doubt` an officer has looked and takes what the check could not decide; what fails stays refused.
        Raises: PhotoRefused with the report; PhotoNotRead for what is no photo at all.
        """
        try:
            photo = read_photo(source)
        except PhotoError as error:
            where = f"{source}: " if isinstance(source, Path) else ""
            raise PhotoNotRead(f"{where}{error}") from None
        cropped = self._crop(photo)
        report = self.checker.check(cropped)
        failed = report.failed()
        if failed:
            raise PhotoRefused(f"the photo was refused: {_in_words(failed)}", report)
        if report.verdict != "accepted" and not accept_doubt:
            raise PhotoRefused(f"an officer must look at the photo: {_in_words(report.doubtful())}", report)
        return TakenPortrait(
            report=report,
            portrait_png=_png(cropped),
            chip_portrait=chip_image(cropped, self.chip_image_max_bytes),
            width_px=cropped.width_px,
            height_px=cropped.height_px,
        )

    def _crop(self, photo: Photo) -> Photo:
        seen = self.checker.check(photo)
        if seen.geometry is None or any(finding.requirement == "single_face" for finding in seen.failed()):
            raise PhotoRefused(f"the photo was refused: {_in_words(seen.failed())}", seen)
        try:
            return crop_portrait(photo, seen.geometry, PRINT_PPI)
        except FaceError as error:
            raise PhotoRefused(
                f"the photo was refused: no 35x45 mm portrait can be cut from it ({error})", seen
            ) from None


def _in_words(findings: tuple[Finding, ...]) -> str:
    """Each requirement with what a person can do about it."""
    return "; ".join(f"{finding.requirement}: {finding.advice['en']}" for finding in findings)


def _png(photo: Photo) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(photo.pixels).save(stream, "PNG", dpi=(PRINT_PPI, PRINT_PPI))
    return stream.getvalue()
