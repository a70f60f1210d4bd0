"""The one door of the photo check: a photo in, a report out."""

import difflib
import time
from dataclasses import dataclass
from typing import Final

from photo_check.advice import advice
from photo_check.errors import NoFace, NormError
from photo_check.face_finder import FaceFinder
from photo_check.geometry import measure_head
from photo_check.measurement import Measurement, Unit
from photo_check.measures import MEASURES
from photo_check.norm import SEVERITY, Limit, Outcome, PhotoNorm, Requirement
from photo_check.ofiq import QualityComponent, quality_components
from photo_check.photo import Photo
from photo_check.report import Finding, PhotoReport, verdict_of
from photo_check.view import View

WORKING_SIDE_PX: Final = 1400  # larger photos are looked at in this size; traces of coding in their own
NO_FACE: Final = "no face was found"


@dataclass(frozen=True, slots=True)
class PhotoChecker:
    """Judges photos by a norm. The face finder holds the models: make it once and keep it."""

    face_finder: FaceFinder
    norm: PhotoNorm

    def __post_init__(self) -> None:
        """Raises: NormError for a limit of something that nobody measures."""
        refuse_unknown_measures(self.norm)

    def check(self, photo: Photo) -> PhotoReport:
        """The report on a photo: whatever is wrong with it is a finding, never an exception."""
        return self._check(photo, None, None)

    def check_with_lines(
        self, photo: Photo, crown_y_px: float | None = None, chin_y_px: float | None = None
    ) -> PhotoReport:
        """The report after an officer set the crown or chin line (y in the photo's pixels, on the head's axis).

        Raises: NoFace where there is no head to set lines on, LinesOutOfPlace where no head can have such lines.
        """
        return self._check(photo, crown_y_px, chin_y_px)

    def _check(self, photo: Photo, crown_y_px: float | None, chin_y_px: float | None) -> PhotoReport:
        started = time.perf_counter()
        working = photo.reduced(WORKING_SIDE_PX)
        scene = self.face_finder.find(working)
        measured = measure_head(scene.faces[0], scene.person) if scene.faces else None
        head = measured
        if crown_y_px is not None or chin_y_px is not None:
            if measured is None:
                raise NoFace("no face was found on which lines could be set")
            scale = working.width_px / photo.width_px
            head = measured.with_lines(*(None if y is None else y * scale for y in (crown_y_px, chin_y_px)))
        quality: dict[str, QualityComponent] = {}
        if head is None:
            measurements = {"face_count": Measurement("face_count", len(scene.boxes), Unit.COUNT)}
        else:
            view = View(photo, working, scene, scene.faces[0], head)
            asked = {limit.measure for asked in self.norm.requirements.values() for limit in asked.limits}
            measurements = {name: measure(view) for name, measure in MEASURES.items() if name in asked}
            quality = quality_components(view)
        findings = judge(self.norm, measurements)
        if not scene.boxes:  # nobody: that is said once, and nothing else can be said
            findings = {
                name: found if name == "single_face" else _not_assessed(name) for name, found in findings.items()
            }
        return PhotoReport(
            norm=self.norm.name,
            verdict=verdict_of(findings),
            requirements=findings,
            geometry=head.scaled(photo.width_px / working.width_px) if head else None,
            measured_geometry=measured.scaled(photo.width_px / working.width_px) if measured else None,
            measurements=measurements,
            quality=quality,
            width_px=photo.width_px,
            height_px=photo.height_px,
            changes=photo.changes,
            elapsed_ms=(time.perf_counter() - started) * 1000,
        )


def refuse_unknown_measures(norm: PhotoNorm) -> None:
    """Raises: NormError, which names the requirement, for a limit of something that nobody measures."""
    for requirement in norm.requirements.values():
        for number, limit in enumerate(requirement.limits):
            if limit.measure not in MEASURES:
                place = f"requirements.{requirement.id}.limits[{number}].measure"
                close = difflib.get_close_matches(limit.measure, MEASURES, n=1)
                hint = f"; did you mean {close[0]!r}?" if close else ""
                raise NormError(norm.name, place, f"nobody measures {limit.measure!r}{hint}")


def judge(norm: PhotoNorm, measurements: dict[str, Measurement]) -> dict[str, Finding]:
    """Every requirement of the norm, judged by what was measured."""
    findings = {name: _judge_one(requirement, measurements) for name, requirement in norm.requirements.items()}
    failed = {name for name, finding in findings.items() if finding.outcome == "fail"}
    for name, requirement in norm.requirements.items():
        if failed.intersection(requirement.needs):
            finding = findings[name]
            findings[name] = Finding(
                name, "not_assessed", finding.score, finding.measurement, finding.limit, advice(name, "not_assessed")
            )
    return findings


def _not_assessed(requirement: str) -> Finding:
    missing = Measurement("", None, Unit.COUNT, NO_FACE)
    return Finding(requirement, "not_assessed", None, missing, None, advice(requirement, "not_assessed"))


def _judge_one(requirement: Requirement, measurements: dict[str, Measurement]) -> Finding:
    judged: list[tuple[Outcome, float, Measurement, Limit]] = []
    for limit in requirement.limits:
        measurement = measurements.get(limit.measure)
        if measurement is None or measurement.value is None:
            continue
        judged.append((limit.judge(measurement.value), limit.score(measurement.value), measurement, limit))
    if not judged:
        reasons = [measurements[limit.measure] for limit in requirement.limits if limit.measure in measurements]
        missing = reasons[0] if reasons else Measurement("", None, Unit.COUNT, NO_FACE if requirement.limits else "")
        return Finding(requirement.id, "not_assessed", None, missing, None, advice(requirement.id, "not_assessed"))
    worst: Outcome = max((one[0] for one in judged), key=SEVERITY.__getitem__)
    _, score, measurement, limit = min((one for one in judged if one[0] == worst), key=lambda one: one[1])
    score = min(one[1] for one in judged)
    assert measurement.value is not None
    text = advice(requirement.id, worst, limit.side(measurement.value))
    return Finding(requirement.id, worst, score, measurement, limit, text)
