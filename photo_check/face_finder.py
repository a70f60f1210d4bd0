"""What the check asks of whoever finds faces: a Protocol, and the value that it answers with."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from photo_check.landmarks import FaceLandmarks
from photo_check.photo import Photo


@dataclass(frozen=True, slots=True)
class FaceBox:
    """A face as a detector saw it: top left corner and size in pixels, `score` 0–1, and which detector it was."""

    x_px: float
    y_px: float
    width_px: float
    height_px: float
    score: float
    detector: str

    def overlap(self, other: "FaceBox") -> float:
        """Intersection over the smaller box's area, 0–1."""
        width = min(self.x_px + self.width_px, other.x_px + other.width_px) - max(self.x_px, other.x_px)
        height = min(self.y_px + self.height_px, other.y_px + other.height_px) - max(self.y_px, other.y_px)
        smaller = min(self.width_px * self.height_px, other.width_px * other.height_px)
        return max(0.0, width) * max(0.0, height) / smaller if smaller > 0 else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What is in a photo: faces by box and by landmarks, largest first, and where a person is.

    `person` is float32 (height, width) of the photo, 0–1: how surely a pixel belongs to a person.
    """

    boxes: tuple[FaceBox, ...]
    faces: tuple[FaceLandmarks, ...]
    person: NDArray[np.float32] = field(repr=False)


class FaceFinder(Protocol):
    """Finds faces and the person in a photo. Pixel coordinates are those of the photo given."""

    def find(self, photo: Photo) -> Scene:
        """Everything found; an empty scene where there is nobody, never an error for that."""
        ...
