"""The document portrait: the 35x45 mm crop of a photo, and the JPEG 2000 image that the chip carries.

Pixels are cropped and brought down in size; never scaled up, turned or retouched. `Photo.changes` says what was done.
"""

import io
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from photo_check.errors import ChipImageError, FaceOutOfFrame, NoFace
from photo_check.face_finder import FaceFinder
from photo_check.geometry import HeadGeometry, measure_head
from photo_check.landmarks import FaceLandmarks
from photo_check.photo import Photo

WIDTH_MM: Final = 35.0
HEIGHT_MM: Final = 45.0
MM_PER_INCH: Final = 25.4
HEAD_SHARES: Final = (0.75, 0.76, 0.74, 0.77, 0.73, 0.78, 0.72)  # the middle of 70–80 % first
MARGINS_ABOVE: Final = (0.09, 0.10, 0.08, 0.11, 0.07, 0.12, 0.06, 0.05)  # crown to the upper edge, of the height
ALREADY_RIGHT: Final = (0.70, 0.80)
ASPECT_TOLERANCE: Final = 0.004

CHIP_MAX_BYTES: Final = 17 * 1024  # BSI TR-03121-3, COM-FI-CHIP: 17 kB with headers, not more than 5 % smaller
CHIP_SIZE_PX: Final = (622, 800)
CHIP_FILL: Final = 0.95
CHIP_MIN_BYTES: Final = 1024
ENCODINGS_TRIED: Final = 8
JPEG2000_BOXES: Final = 200  # bytes of a JP2 file that are not code-stream, about


@dataclass(frozen=True, slots=True)
class CropBox:
    """A rectangle of a photo in pixels, not necessarily whole ones."""

    left: float
    top: float
    width: float
    height: float

    def missing_edges(self, photo: Photo) -> tuple[str, ...]:
        """The edges of the photo beyond which the rectangle reaches (half a pixel is rounding)."""
        beyond = {
            "above": self.top < -0.5,
            "below": self.top + self.height > photo.height_px + 0.5,
            "on the left": self.left < -0.5,
            "on the right": self.left + self.width > photo.width_px + 0.5,
        }
        return tuple(edge for edge, is_beyond in beyond.items() if is_beyond)


def portrait_box(photo: Photo, head: HeadGeometry) -> CropBox:
    """Where the 35x45 portrait lies in a photo: the head 75 % of its height, in the middle, 9 % above the crown.

    A photo that has the form and a head of 70–80 % already is taken whole; where the ideal does not fit, head shares of
    72–78 % and margins of 5–12 % are tried. Raises: FaceOutOfFrame when none fits.
    Source: docs/photo.md#the-portrait
    """
    aspect = WIDTH_MM / HEIGHT_MM
    share = head.head_share(photo.height_px)
    whole = CropBox(0, 0, photo.width_px, photo.height_px)
    off_middle = abs(head.eye_middle[0] / photo.width_px - 0.5)
    is_form_right = abs(photo.width_px / photo.height_px - aspect) < ASPECT_TOLERANCE
    if is_form_right and ALREADY_RIGHT[0] <= share <= ALREADY_RIGHT[1] and off_middle < 0.05:
        return whole
    centre_x = (head.eye_middle[0] + (head.chin[0] + head.crown[0]) / 2) / 2
    crown_y = min(head.crown[1], head.chin[1])
    ideal = None
    for head_share in HEAD_SHARES:
        height = head.head_height_px / head_share
        for margin in MARGINS_ABOVE:
            box = CropBox(centre_x - height * aspect / 2, crown_y - margin * height, height * aspect, height)
            ideal = ideal or box
            if not box.missing_edges(photo):
                return box
    assert ideal is not None
    raise FaceOutOfFrame(ideal.missing_edges(photo))


def crop_portrait(photo: Photo, face: FaceLandmarks | HeadGeometry, ppi: int = 600) -> Photo:
    """The document portrait: 35x45 mm, at most `ppi` (827x1063 pixels at 600), smaller where the photo is smaller.

    Landmarks alone leave the hair out of the crown's estimate; a HeadGeometry from the check is better.
    Raises: FaceOutOfFrame when the portrait would need pixels that the photo does not have.
    """
    head = face if isinstance(face, HeadGeometry) else measure_head(face)
    box = portrait_box(photo, head)
    full = (round(WIDTH_MM / MM_PER_INCH * ppi), round(HEIGHT_MM / MM_PER_INCH * ppi))
    scale = min(1.0, box.height / full[1])
    size = (max(1, round(full[0] * scale)), max(1, round(full[1] * scale)))
    left, top = max(0.0, box.left), max(0.0, box.top)
    right, low = min(float(photo.width_px), box.left + box.width), min(float(photo.height_px), box.top + box.height)
    if scale == 1.0:
        pixels = Image.fromarray(photo.pixels).resize(size, Image.Resampling.LANCZOS, box=(left, top, right, low))
    else:  # not enough pixels to scale down: cut along whole pixels and leave them as they are
        left, top = min(round(left), photo.width_px - size[0]), min(round(top), photo.height_px - size[1])
        pixels = Image.fromarray(photo.pixels[int(top) : int(top) + size[1], int(left) : int(left) + size[0]])
    change = (
        f"cropped at x {left:.0f} y {top:.0f} width {box.width:.0f} height {box.height:.0f}, now {size[0]}x{size[1]}"
    )
    return Photo(
        np.asarray(pixels, np.uint8), ppi * scale, photo.source_mode, photo.source_format, (*photo.changes, change)
    )


def in_portrait(photo: Photo, head: HeadGeometry, portrait: Photo, y_px: float) -> float:
    """Where a row of `photo` lies in the portrait that `crop_portrait` cut out of it by `head`."""
    box = portrait_box(photo, head)
    return (y_px - box.top) * portrait.height_px / box.height


def find_portrait(
    photo: Photo,
    face_finder: FaceFinder,
    ppi: int = 600,
    crown_y_px: float | None = None,
    chin_y_px: float | None = None,
) -> Photo:
    """Finds the one face in a photo and crops its portrait, by the lines that an officer set where there are some.

    Raises: NoFace when there is none or more than one, FaceOutOfFrame as `crop_portrait` does, LinesOutOfPlace where no
    head can have such lines.
    """
    scene = face_finder.find(photo)
    if len(scene.faces) != 1:
        raise NoFace(f"the photo shows {len(scene.faces)} faces, one is wanted")
    head = measure_head(scene.faces[0], scene.person)
    if crown_y_px is not None or chin_y_px is not None:
        head = head.with_lines(crown_y_px, chin_y_px)
    return crop_portrait(photo, head, ppi)


def chip_image(photo: Photo, max_bytes: int = CHIP_MAX_BYTES) -> bytes:
    """The portrait as a JP2 file (JPEG 2000, by Pillow's OpenJPEG) of at most `max_bytes`, and at least 95 % of that.

    622x800 pixels, or fewer where the portrait has fewer. Every attempt encodes the portrait's own pixels, so that
    nothing is compressed twice. A picture with too little in it to fill the bytes comes out smaller.
    Raises: ChipImageError when `max_bytes` is too few for a picture.
    Source: BSI TR-03121-3, function module COM-FI-CHIP.
    """
    if max_bytes < CHIP_MIN_BYTES:
        raise ChipImageError(f"a chip image needs at least {CHIP_MIN_BYTES} bytes, {max_bytes} were offered")
    image = Image.fromarray(photo.pixels)
    if photo.width_px > CHIP_SIZE_PX[0] and photo.height_px > CHIP_SIZE_PX[1]:
        scale = max(CHIP_SIZE_PX[0] / photo.width_px, CHIP_SIZE_PX[1] / photo.height_px)
        size = (round(photo.width_px * scale), round(photo.height_px * scale))
        image = image.resize(size, Image.Resampling.LANCZOS)
    raw_bytes = image.width * image.height * 3
    goal, best = float(max_bytes - JPEG2000_BOXES), b""
    for _ in range(ENCODINGS_TRIED):
        encoded = _encode(image, raw_bytes / goal)
        if len(best) < len(encoded) <= max_bytes:
            best = encoded
        if CHIP_FILL * max_bytes <= len(best):
            return best
        goal *= (max_bytes - JPEG2000_BOXES / 2) / len(encoded)
        if goal >= raw_bytes:
            break
    if not best:
        raise ChipImageError(f"the portrait cannot be brought under {max_bytes} bytes")
    return best


def is_chip_image(photo: Photo, size_bytes: int, max_bytes: int = CHIP_MAX_BYTES) -> bool:
    """Whether the file a photo was read from can go onto a chip as it is: encoding it again would lose for nothing."""
    fits = photo.width_px <= CHIP_SIZE_PX[0] and photo.height_px <= CHIP_SIZE_PX[1] and size_bytes <= max_bytes
    return fits and photo.source_format == "JPEG2000" and photo.source_mode == "RGB" and not photo.changes


def _encode(image: Image.Image, ratio: float) -> bytes:
    out = io.BytesIO()
    image.save(
        out, "JPEG2000", quality_mode="rates", quality_layers=[max(1.0, ratio)], irreversible=True, mct=1,
        progression="LRCP", num_resolutions=6,
    )  # fmt: skip
    return out.getvalue()
