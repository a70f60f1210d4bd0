"""Where the head is: crown, chin, pupils and the head's axis, found in a scene or set by an officer's hand."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from photo_check.errors import LinesOutOfPlace
from photo_check.landmarks import CHIN, FOREHEAD_TOP, LEFT_IRIS, RIGHT_IRIS, FaceLandmarks, Point

# The mesh ends at the forehead: the crown has to be estimated. How these were chosen stands in docs/photo.md.
CROWN_FROM_FOREHEAD: Final = 1.348  # crown to chin over forehead top to chin, mean of 102 hand-placed heads
CROWN_PER_DEGREE: Final = 0.0015  # more of the crown is seen with each degree that the face looks down
HEAD_UNDER_HAIR: Final = 0.97  # the head's share of the height of head and hair
CROWN_TRUST: Final = (0.97, 1.01)  # hair may move the estimate by so much, no more
CHIN_BELOW_MESH: Final = 0.019  # of forehead to chin: the mesh's lowest point stands a little above the chin's edge
HAIR_BAND_IED: Final = 0.6  # the hair's top is looked for this far to both sides of the head's axis

MAX_ROLL_FOR_LINES_DEG: Final = 45.0


@dataclass(frozen=True, slots=True)
class HeadGeometry:
    """Points are x and y in pixels of the upright photo, y down; "right" is the person's own right.

    `corrected` says that an officer has moved the crown or the chin line.
    """

    pupil_right: Point
    pupil_left: Point
    chin: Point
    crown: Point
    corrected: bool = False

    @property
    def roll_deg(self) -> float:
        """Positive when the eye on the right of the picture is lower."""
        (x0, y0), (x1, y1) = self.pupil_right, self.pupil_left
        return math.degrees(math.atan2(y1 - y0, x1 - x0))

    @property
    def ied_px(self) -> float:
        """From pupil to pupil."""
        return math.dist(self.pupil_right, self.pupil_left)

    @property
    def eye_middle(self) -> Point:
        """Between the pupils."""
        return (self.pupil_right[0] + self.pupil_left[0]) / 2, (self.pupil_right[1] + self.pupil_left[1]) / 2

    @property
    def head_height_px(self) -> float:
        """Crown to chin along the head's axis, which stands upright on the line through the pupils."""
        angle = math.radians(self.roll_deg)
        dx, dy = self.chin[0] - self.crown[0], self.chin[1] - self.crown[1]
        return abs(-dx * math.sin(angle) + dy * math.cos(angle))

    def head_share(self, photo_height_px: float) -> float:
        """Head height over the photo's height, 0–1 (ICAO Doc 9303-3, 3.9.1.3: 0.70–0.80)."""
        return self.head_height_px / photo_height_px

    def scaled(self, factor: float) -> "HeadGeometry":
        """The same head in a photo `factor` times as large."""
        return self._mapped(lambda p: (p[0] * factor, p[1] * factor))

    def shifted(self, dx_px: float, dy_px: float) -> "HeadGeometry":
        """The same head in a photo whose origin lies elsewhere."""
        return self._mapped(lambda p: (p[0] + dx_px, p[1] + dy_px))

    def with_lines(self, crown_y_px: float | None = None, chin_y_px: float | None = None) -> "HeadGeometry":
        """The same head after an officer drew the crown or chin line: y where it crosses the head's axis.

        Raises: LinesOutOfPlace unless crown, eyes and chin still follow each other down the axis.
        """
        if abs(self.roll_deg) > MAX_ROLL_FOR_LINES_DEG:
            raise LinesOutOfPlace("the head lies too far on its side for lines across it: turn the photo first")
        angle = math.radians(self.roll_deg)
        middle = self.eye_middle

        def on_axis(y: float) -> Point:
            return middle[0] - (y - middle[1]) * math.tan(angle), y

        crown = self.crown if crown_y_px is None else on_axis(crown_y_px)
        chin = self.chin if chin_y_px is None else on_axis(chin_y_px)
        if not crown[1] < middle[1] < chin[1]:
            raise LinesOutOfPlace("wanted: the crown's line above the eyes and the chin's below them")
        return replace(self, crown=crown, chin=chin, corrected=True)

    def _mapped(self, change: Callable[[Point], Point]) -> "HeadGeometry":
        return replace(
            self,
            pupil_right=change(self.pupil_right),
            pupil_left=change(self.pupil_left),
            chin=change(self.chin),
            crown=change(self.crown),
        )


def measure_head(face: FaceLandmarks, person: NDArray[np.float32] | None = None) -> HeadGeometry:
    """The head of a face. With `person` (float32 (height, width), 0–1) the hair's top refines the crown.

    The crown is that of the skull, hair left out, as the 70–80 % rule means it.
    """
    right, left = np.array(face.at(RIGHT_IRIS)), np.array(face.at(LEFT_IRIS))
    along = (left - right) / max(1e-6, float(np.linalg.norm(left - right)))
    down = np.array([-along[1], along[0]])
    middle, ied = (right + left) / 2, float(np.linalg.norm(left - right))
    mesh_chin = float((np.array(face.at(CHIN)) - middle) @ down)
    forehead = float((np.array(face.at(FOREHEAD_TOP)) - middle) @ down)
    height = (
        CROWN_FROM_FOREHEAD * (1 + CROWN_PER_DEGREE * _tilt_deg(face, mesh_chin - forehead)) * (mesh_chin - forehead)
    )
    hair_top = _hair_top(person, middle, along, down, ied) if person is not None else None
    if hair_top is not None:
        seen = HEAD_UNDER_HAIR * (mesh_chin - hair_top)
        height = float(np.clip(seen, CROWN_TRUST[0] * height, CROWN_TRUST[1] * height))
    chin = mesh_chin + CHIN_BELOW_MESH * (mesh_chin - forehead)
    return HeadGeometry(
        _point(right), _point(left), _point(middle + chin * down), _point(middle + (chin - height) * down)
    )


def _tilt_deg(face: FaceLandmarks, forehead_to_chin_px: float) -> float:
    """How far the face looks down, by the depth of its forehead and chin."""
    z = face.points_px[:, 2]
    return math.degrees(math.atan2(float(z[CHIN] - z[FOREHEAD_TOP]), max(1e-6, forehead_to_chin_px)))


def _hair_top(
    person: NDArray[np.float32],
    middle: NDArray[np.float64],
    along: NDArray[np.float64],
    down: NDArray[np.float64],
    ied: float,
) -> float | None:
    """How far above the eyes the person ends, along the axis (negative), or None where nobody is there."""
    ys, xs = np.nonzero(person[:: _step(ied), :: _step(ied)] > 0.5)
    if not len(xs):
        return None
    points = np.c_[xs, ys] * float(_step(ied)) - middle
    inside = np.abs(points @ along) < HAIR_BAND_IED * ied
    heights = points[inside] @ down
    heights = heights[heights < 0]
    return float(np.percentile(heights, 0.05)) if len(heights) > 50 else None


def _step(ied: float) -> int:
    return max(1, int(ied / 60))  # every second or third pixel is enough for a line


def _point(values: NDArray[np.float64]) -> Point:
    return float(values[0]), float(values[1])
