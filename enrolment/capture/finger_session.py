"""The prints at the desk, from a scanner or from files: judged, compared with each other and encoded for the chip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from enrolment.capture.pictures import CardPrint
from enrolment.errors import Refused
from enrolment.fingerprints.finger import Digit, FingerImage, FingerPosition
from enrolment.fingerprints.images import read_finger_file
from enrolment.fingerprints.matching import match
from enrolment.fingerprints.policy import FingerPolicy
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
        threshold_source="station configuration",
        exempt_under_years=fingers.exempt_below_years,
        timeout_ms=timeout_ms,
        largest_wsq_bytes=fingers.max_bytes,
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
        images = [read_finger_file(path, FingerPosition.from_label(label)) for label, path in sorted_by_hand(files)]
        for first, second in pairwise(images):
            if match(first, second, self.policy.same_finger_threshold).is_same_finger:
                raise PrintsRefused(f"{first.position.label} and {second.position.label} are prints of one finger")
        return tuple(self._encode(image) for image in images)

    def encode(self, taken: Sequence[tuple[FingerImage, int | None]]) -> tuple[CardPrint, ...]:
        """Prints that an acquisition kept, with the quality it found."""
        return tuple(
            CardPrint(image.position.label, encode_finger(image, self.policy.largest_wsq_bytes).wsq, quality or 0)
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
