"""The live preview: one hint at a time for a person before the camera, calm over time, and the best frame kept."""

import tomllib
from collections import deque
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any, Final

from photo_check.advice import Advice
from photo_check.check import judge
from photo_check.face_finder import FaceFinder
from photo_check.geometry import measure_head
from photo_check.measurement import Measurement, Unit
from photo_check.measures import MEASURES
from photo_check.norm import PhotoNorm
from photo_check.photo import Photo
from photo_check.report import Finding
from photo_check.view import View

LIVE_NORM: Final = "live-preview"
FRAME_SIDE_PX: Final = 640  # a preview is looked at in this size
NEW_SHARE: Final = 0.45  # of a new frame in a smoothed value: half a dozen frames are remembered
CALM_FRAMES: Final = 3  # as often in a row a hint must be due before it is shown
KEPT_MS: Final = 1500  # how long a good frame stays a candidate
READY: Final = "ready"


@dataclass(frozen=True, slots=True)
class Hint:
    """What to say now: `code` is "ready", or the requirement that is not met; `is_ready` allows the shutter."""

    code: str
    advice: Advice
    is_ready: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A frame in full size, when it was seen, and the score of its weakest requirement (0–1)."""

    photo: Photo
    at_ms: int
    score: float


@cache
def _hints() -> dict[str, Any]:
    return tomllib.loads(resources.files("photo_check").joinpath("live_hints.toml").read_text("utf-8"))


def hint_text(code: str, side: str = "") -> Advice:
    """What is said for a code, by language; `side` is "low" or "high"."""
    found = _hints()[code]
    return dict(found.get(side, found.get("low", found)))


@dataclass(slots=True)
class LiveGuide:
    """Watches the frames of one camera and one person; `norm` is `load_norm(LIVE_NORM)` or a site's own.

    Values are smoothed, so that a hint does not flicker; whether a frame is good is judged by its own values. Time
    comes in as an argument, in milliseconds of any clock that only goes forward.
    """

    face_finder: FaceFinder
    norm: PhotoNorm
    _smooth: dict[str, float] = field(default_factory=dict)
    _due: deque[str] = field(default_factory=lambda: deque(maxlen=CALM_FRAMES))
    _shown: Hint = field(default_factory=lambda: Hint("single_face", hint_text("single_face"), is_ready=False))
    _best: deque[Candidate] = field(default_factory=deque)

    def see(self, frame: Photo, at_ms: int) -> Hint:
        """Takes one frame and says what to tell the person now."""
        measurements = self._measure(frame.reduced(FRAME_SIDE_PX))
        own = judge(self.norm, measurements)
        self._keep(frame, own, at_ms)
        calm = judge(self.norm, {name: self._smoothed(one) for name, one in measurements.items()})
        open_ones = [finding for finding in calm.values() if finding.outcome != "pass"]
        code = open_ones[0].requirement if open_ones else READY
        self._due.append(code)
        if len(self._due) == CALM_FRAMES and len(set(self._due)) == 1:
            side = _side(open_ones[0]) if open_ones else ""
            self._shown = Hint(code, hint_text(code, side), is_ready=code == READY)
        return self._shown

    def best(self, at_ms: int) -> Candidate | None:
        """The best of the good frames seen in the last moments, None where there was none."""
        fresh = [candidate for candidate in self._best if at_ms - candidate.at_ms <= KEPT_MS]
        return max(fresh, key=lambda candidate: candidate.score, default=None)

    def _measure(self, frame: Photo) -> dict[str, Measurement]:
        scene = self.face_finder.find(frame)
        if not scene.faces:
            self._smooth.clear()
            return {"face_count": Measurement("face_count", len(scene.boxes), Unit.COUNT)}
        view = View(frame, frame, scene, scene.faces[0], measure_head(scene.faces[0], scene.person))
        asked = {limit.measure for requirement in self.norm.requirements.values() for limit in requirement.limits}
        return {name: measure(view) for name, measure in MEASURES.items() if name in asked}

    def _smoothed(self, new: Measurement) -> Measurement:
        if new.value is None or new.unit is Unit.COUNT:
            return new
        old = self._smooth.get(new.name, new.value)
        self._smooth[new.name] = old + NEW_SHARE * (new.value - old)
        return replace(new, value=self._smooth[new.name])

    def _keep(self, frame: Photo, findings: dict[str, Finding], at_ms: int) -> None:
        """Remembers a frame that is good as it is, if it is better than those still remembered."""
        while self._best and at_ms - self._best[0].at_ms > KEPT_MS:
            self._best.popleft()
        if any(finding.outcome != "pass" for finding in findings.values()):
            return
        score = min(finding.score for finding in findings.values() if finding.score is not None)
        while self._best and self._best[-1].score <= score:
            self._best.pop()
        self._best.append(Candidate(frame, at_ms, score))


def _side(finding: Finding) -> str:
    if finding.limit is None or finding.measurement is None or finding.measurement.value is None:
        return ""
    return finding.limit.side(finding.measurement.value)
