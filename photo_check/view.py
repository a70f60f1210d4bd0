"""What the measures look at: the photo at a working size, its scene, and the face upright at a fixed eye distance."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from photo_check.face_finder import Scene
from photo_check.geometry import HeadGeometry
from photo_check.landmarks import FACE_OVAL, LEFT_EYE_RING, LIPS_OUTER, RIGHT_EYE_RING, FaceLandmarks
from photo_check.photo import Photo

FACE_IED_PX: Final = 100  # eye distance in the upright picture of the face
FACE_SIZE_PX: Final = 440
FACE_EYES_AT: Final = (220.0, 205.0)
BACKDROP_HEIGHT_PX: Final = 300
OWN_PIXELS_PX: Final = 1600
SURELY_BACKDROP: Final = 0.06  # share of "person" below which a pixel counts as background
RIGHT_BROW: Final = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46)
LEFT_BROW: Final = (300, 293, 334, 296, 336, 285, 295, 282, 283, 276)

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]
Picture = NDArray[np.uint8]
T = TypeVar("T")


@dataclass(frozen=True)
class View:
    """One face in one photo. Without slots: what several measures need is worked out once and kept.

    `photo` is at working size, `scene`, `face` and `head` in its pixels; `original` is the photo as it was read.
    """

    original: Photo
    photo: Photo
    scene: Scene
    face: FaceLandmarks
    head: HeadGeometry

    @cached_property
    def to_face(self) -> NDArray[np.float64]:
        """The affine map (2, 3) from the photo's pixels to the upright face's."""
        scale = FACE_IED_PX / max(1e-6, self.head.ied_px)
        angle = math.radians(self.head.roll_deg)
        cos, sin = scale * math.cos(angle), scale * math.sin(angle)
        turn = np.array([[cos, sin], [-sin, cos]])
        move = np.array(FACE_EYES_AT) - turn @ np.array(self.head.eye_middle)
        return np.asarray(np.c_[turn, move], np.float64)

    @cached_property
    def face_rgb(self) -> Picture:
        """The face upright, eyes `FACE_IED_PX` apart: uint8 (440, 440, 3)."""
        shrink = self.head.ied_px / FACE_IED_PX
        source = self.photo.pixels
        if shrink > 1.3:  # an affine map alone would skip pixels
            source = np.asarray(cv2.GaussianBlur(source, (0, 0), 0.42 * math.sqrt(shrink**2 - 1)), np.uint8)
        size = (FACE_SIZE_PX, FACE_SIZE_PX)
        warped = cv2.warpAffine(source, self.to_face, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(warped, np.uint8)

    @cached_property
    def face_in_photo(self) -> Mask:
        """Which pixels of `face_rgb` the photo really has."""
        white = np.full(self.photo.pixels.shape[:2], 255, np.uint8)
        return np.asarray(cv2.warpAffine(white, self.to_face, (FACE_SIZE_PX, FACE_SIZE_PX)) > 250)

    @cached_property
    def points(self) -> NDArray[np.float64]:
        """The landmarks in `face_rgb`'s pixels, float64 (478, 2)."""
        xy = self.face.points_px[:, :2]
        return np.asarray(xy @ self.to_face[:, :2].T + self.to_face[:, 2], np.float64)

    @cached_property
    def face_person(self) -> Grey:
        """How surely each pixel of `face_rgb` belongs to a person, 0–1."""
        size = (FACE_SIZE_PX, FACE_SIZE_PX)
        return np.asarray(cv2.warpAffine(self.scene.person, self.to_face, size, flags=cv2.INTER_LINEAR), np.float32)

    @cached_property
    def face_lab(self) -> Grey:
        """`face_rgb` in CIELAB: float32 (440, 440, 3), L 0–100."""
        return to_lab(self.face_rgb)

    @cached_property
    def face_grey(self) -> Grey:
        """`face_rgb` as grey levels, float32 0–255."""
        return np.asarray(cv2.cvtColor(self.face_rgb, cv2.COLOR_RGB2GRAY), np.float32)

    def area(self, ring: tuple[int, ...], grow_px: int = 0) -> Mask:
        """The inside of a ring of landmarks in `face_rgb`, made `grow_px` wider (or narrower)."""
        known = self._areas.get((ring, grow_px))
        if known is not None:
            return known
        drawn = np.zeros((FACE_SIZE_PX, FACE_SIZE_PX), np.uint8)
        outline = [np.round(self.points[list(ring)]).astype(np.int32)]
        cv2.fillPoly(drawn, outline, (1,))
        if grow_px:  # a thick line is a dilation by a disc, and quicker
            cv2.polylines(drawn, outline, True, (1 if grow_px > 0 else 0,), 2 * abs(grow_px))
        self._areas[ring, grow_px] = area = np.asarray(drawn > 0)
        return area

    @cached_property
    def _areas(self) -> dict[tuple[tuple[int, ...], int], Mask]:
        return {}

    def once(self, work_out: Callable[["View"], T]) -> T:
        """What a function makes of this view, worked out for the first measure that asks and kept for the others."""
        if work_out not in self._once:
            self._once[work_out] = work_out(self)
        return cast(T, self._once[work_out])

    @cached_property
    def _once(self) -> dict[Callable[["View"], Any], Any]:
        return {}

    @cached_property
    def channel_ends(self) -> tuple[Picture, Picture]:
        """The least and the greatest of each pixel's three channels in `face_rgb`, uint8 (440, 440)."""
        red, green, blue = cv2.split(self.face_rgb)
        least, greatest = cv2.min(cv2.min(red, green), blue), cv2.max(cv2.max(red, green), blue)
        return np.asarray(least, np.uint8), np.asarray(greatest, np.uint8)

    @cached_property
    def columns(self) -> Grey:
        """x of every column of `face_rgb`, float32 (1, 440); against `rows` it spans the picture."""
        return np.arange(FACE_SIZE_PX, dtype=np.float32)[None, :]

    @cached_property
    def rows(self) -> Grey:
        """y of every row of `face_rgb`, float32 (440, 1)."""
        return np.arange(FACE_SIZE_PX, dtype=np.float32)[:, None]

    @cached_property
    def skin(self) -> Mask:
        """The face without eyes, brows and lips, a little inside its outline."""
        brows = [self._hull(ring) for ring in (RIGHT_BROW, LEFT_BROW)]
        out = self.area(FACE_OVAL, -6) & ~self.area(LIPS_OUTER, 5)
        for ring in (RIGHT_EYE_RING, LEFT_EYE_RING):
            out &= ~self.area(ring, 7)
        for brow in brows:
            out &= ~self.area(brow, 5)
        return np.asarray(out & self.face_in_photo)

    @cached_property
    def skin_ab(self) -> tuple[float, float] | None:
        """Median a* and b* of the skin, None where none is visible."""
        if not self.skin.any():
            return None
        a, b = np.median(self.face_lab[self.skin][:, 1:], axis=0)
        return float(a), float(b)

    def _hull(self, ring: tuple[int, ...]) -> tuple[int, ...]:
        order = cv2.convexHull(self.points[list(ring)].astype(np.float32), returnPoints=False)
        return tuple(ring[int(i)] for i in np.ravel(order))

    @cached_property
    def own_pixels_grey(self) -> Picture:
        """The middle of the photo as it was read, never resampled, uint8 grey levels: for traces of coding."""
        height, width = self.original.pixels.shape[:2]
        top, left = (max(0, (side - OWN_PIXELS_PX) // 2) // 16 * 16 for side in (height, width))
        middle = self.original.pixels[top : top + OWN_PIXELS_PX, left : left + OWN_PIXELS_PX]
        return np.asarray(cv2.cvtColor(np.ascontiguousarray(middle), cv2.COLOR_RGB2GRAY), np.uint8)

    @cached_property
    def own_pixels_steps(self) -> tuple[Grey, Grey]:
        """Mean step from each row of `own_pixels_grey` to the next, and from each column; float32 grey levels."""
        grey = self.own_pixels_grey
        down, across = cv2.absdiff(grey[1:], grey[:-1]), cv2.absdiff(grey[:, 1:], grey[:, :-1])
        return np.mean(down, axis=1, dtype=np.float32), np.mean(across, axis=0, dtype=np.float32)

    @cached_property
    def backdrop_scale(self) -> float:
        """Size of `backdrop_rgb` over that of the photo."""
        return min(1.0, BACKDROP_HEIGHT_PX / self.photo.height_px)

    @cached_property
    def backdrop_rgb(self) -> Picture:
        """The whole photo small, for measures of the background."""
        size = (round(self.photo.width_px * self.backdrop_scale), round(self.photo.height_px * self.backdrop_scale))
        return np.asarray(cv2.resize(self.photo.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)

    @cached_property
    def backdrop_lab(self) -> Grey:
        """`backdrop_rgb` in CIELAB."""
        return to_lab(self.backdrop_rgb)

    @cached_property
    def backdrop_person(self) -> Grey:
        """How surely each pixel of `backdrop_rgb` belongs to a person, 0–1."""
        height, width = self.backdrop_rgb.shape[:2]
        return np.asarray(cv2.resize(self.scene.person, (width, height), interpolation=cv2.INTER_AREA), np.float32)

    @cached_property
    def backdrop(self) -> Mask:
        """Which pixels of `backdrop_rgb` are surely background: nobody's, and not beside anybody."""
        free = (self.backdrop_person < SURELY_BACKDROP).astype(np.uint8)
        return np.asarray(cv2.erode(free, np.ones((7, 7), np.uint8), borderValue=(1,)) > 0)


def to_lab(rgb: Picture) -> Grey:
    """uint8 sRGB to float32 CIELAB (D65), L 0–100."""
    return np.asarray(cv2.cvtColor(rgb.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB), np.float32)
