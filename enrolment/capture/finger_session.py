"""The prints at the desk, from a scanner or from files: judged, compared with each other and encoded for the chip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from enrolment.capture.pictures import CardPrint
from enrolment.errors import Refused
from enrolment.fingerprints.drivers.iso_finger_record import read_finger_record
from enrolment.fingerprints.finger import Digit, FingerImage, FingerPosition
from enrolment.fingerprints.images import read_finger_file
from enrolment.fingerprints.matching import match
from enrolment.fingerprints.policy import FingerPolicy, Taking, WhenTemporary, WhenTooLarge
from enrolment.fingerprints.quality import QualityJudge
from enrolment.fingerprints.wsq import encode_finger
from station_config.model import Fingers


class PrintsRefused(Refused):
    """The prints may not be used: too poor, or not of two fingers."""

    code = "PRINTS_REFUSED"


def policy_of(fingers: Fingers, timeout_ms: int) -> FingerPolicy:
    """The finger policy that the station is configured for."""
    return FingerPolicy(
        order=tuple(Digit(name) for name in fingers.fallback_order),
        captures_per_finger=fingers.max_captures,
        thresholds={Digit(name): value for name, value in fingers.min_quality.items()},
        threshold_source=fingers.min_quality_source,
        exempt_under_years=fingers.exempt_below_years,
        when_temporary=WhenTemporary(fingers.when_temporary),
        timeout_ms=timeout_ms,
        largest_wsq_bytes=fingers.max_bytes,
        when_too_large=WhenTooLarge(fingers.when_too_large),
        taking=Taking(fingers.taking),
    )


@dataclass(frozen=True, slots=True)
class FingerSession:
    """Turns prints into what a chip stores."""

    quality: QualityJudge
    policy: FingerPolicy

    def from_files(self, files: Mapping[str, Path]) -> tuple[CardPrint, ...]:
        """The prints of an application's files ("right_index" → picture), in the order of the chip: right hand first.

        Raises: PrintsRefused for a print under its threshold or one finger given twice; FingerprintError for a file
        that is no print.
        """
        return self._from_images(
            [read_finger_file(path, FingerPosition.from_label(label)) for label, path in sorted_by_hand(files)]
        )

    def from_records(self, records: Sequence[bytes]) -> tuple[CardPrint, ...]:
        """The prints that a desk's page delivers (ISO/IEC 19794-4, as the desk agent hands them out), right hand first.

        Raises: PrintsRefused as `from_files` does, and for two records of one position or one that names no finger;
        FingerprintError for a record that is none.
        """
        images = []
        for record in map(read_finger_record, records):
            if record.position is None:
                raise PrintsRefused("a print that does not say of which finger it is")
            images.append(FingerImage(record.position, record.pixels))
        if len({image.position for image in images}) != len(images):
            raise PrintsRefused("one finger was delivered twice")
        return self._from_images(sorted(images, key=lambda image: image.position))

    def _from_images(self, images: Sequence[FingerImage]) -> tuple[CardPrint, ...]:
        for first, second in combinations(images, 2):
            if match(first, second, self.policy.same_finger_threshold).is_same_finger:
                raise PrintsRefused(f"{first.position.label} and {second.position.label} are prints of one finger")
        return tuple(self._encode(image) for image in images)

    def encode(self, taken: Sequence[tuple[FingerImage, int | None]]) -> tuple[CardPrint, ...]:
        """Prints that an acquisition kept, with the quality it found, no larger than the policy has it.

        Raises: WsqError for a print that the policy has no room for.
        """
        largest, may_lower = self.policy.largest_wsq_bytes, self.policy.may_lower_rate
        return tuple(
            CardPrint(image.position.label, encode_finger(image, largest, may_lower_rate=may_lower).wsq, quality or 0)
            for image, quality in taken
        )

    def _encode(self, image: FingerImage) -> CardPrint:
        report = self.quality.judge(image)
        threshold = self.policy.threshold(image.position)
        if not report.is_usable or report.score is None or report.score < threshold:
            found = "unknown" if report.score is None else str(report.score)
            reasons = ", ".join(reason.value for reason in report.reasons)
            raise PrintsRefused(
                f"{image.position.label} cannot be used: quality {found}, {threshold} wanted"
                + (f" ({reasons})" if reasons else "")
            )
        return self.encode([(image, report.score)])[0]


def sorted_by_hand(files: Mapping[str, Path]) -> list[tuple[str, Path]]:
    """Right hand first, as the prints are stored."""
    return sorted(files.items(), key=lambda item: FingerPosition.from_label(item[0]))
