"""The points of a face in a photo: 478 of the MediaPipe face mesh topology, by the names this package uses."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

POINTS: Final = 478  # 468 of the mesh, then five for each iris
RIGHT_IRIS, LEFT_IRIS = 468, 473
CHIN, FOREHEAD_TOP, NOSE_TIP, NOSE_BRIDGE, NOSE_BASE = 152, 10, 1, 168, 2
RIGHT_EYE_OUTER, RIGHT_EYE_INNER, LEFT_EYE_INNER, LEFT_EYE_OUTER = 33, 133, 362, 263
RIGHT_LIDS: Final = ((160, 144), (159, 145), (158, 153))  # upper, lower; outer to inner
LEFT_LIDS: Final = ((387, 373), (386, 374), (385, 380))
UPPER_LIP_INNER, LOWER_LIP_INNER = 13, 14
MOUTH_RIGHT, MOUTH_LEFT = 61, 291
MOUTH_INNER_RIGHT, MOUTH_INNER_LEFT = 78, 308
LIPS_INNER_UPPER: Final = (81, 311)
LIPS_INNER_LOWER: Final = (178, 402)
RIGHT_FOLD, LEFT_FOLD = 205, 425  # on the cheek, where the fold beside the nose ends
RIGHT_BROW_TOP, LEFT_BROW_TOP = 105, 334
FACE_RIGHT, FACE_LEFT = 234, 454
RIGHT_EYE_RING: Final = (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7)
LEFT_EYE_RING: Final = (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249)
LIPS_OUTER: Final = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
FACE_OVAL: Final = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class FaceLandmarks:
    """`points_px` is float64 (478, 3): x and y in pixels of the photo (y down), z in the same unit, nearer is smaller.

    "Right" is the person's own right: the left side of the picture.
    """

    points_px: NDArray[np.float64] = field(repr=False)

    def at(self, index: int) -> Point:
        """One point, x and y in pixels."""
        return float(self.points_px[index, 0]), float(self.points_px[index, 1])

    def ring(self, indices: tuple[int, ...]) -> NDArray[np.float64]:
        """Several points, float64 (n, 2)."""
        return np.asarray(self.points_px[list(indices), :2], np.float64)

    def scaled(self, factor: float) -> "FaceLandmarks":
        """The same face in a photo `factor` times as large."""
        return FaceLandmarks(self.points_px * factor)

    def shifted(self, dx_px: float, dy_px: float) -> "FaceLandmarks":
        """The same face in a photo whose origin lies elsewhere."""
        return FaceLandmarks(self.points_px + np.array([dx_px, dy_px, 0.0]))
