"""A photograph as pixels: read from a file or from bytes, upright, sRGB, 8 bits, with a log of what reading changed."""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from photo_check.errors import PhotoSizeError, PhotoUnreadable, PhotoUnsupported

MAX_PIXELS: Final = 50_000_000  # one decoded copy stays under 150 MB
MAX_FILE_BYTES: Final = 40 * 1024 * 1024
MIN_SIDE_PX: Final = 48  # below this no model sees anything
FORMATS: Final = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "JPEG2000", "GIF")
EXIF_ORIENTATION: Final = 0x0112

# What Pillow's readers raise when bytes are not what their format says
DAMAGE: Final = (
    *(OSError, SyntaxError, ValueError, EOFError, MemoryError, TypeError, AttributeError, LookupError),
    *(ArithmeticError, RuntimeError, struct.error, zlib.error),
)

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """`pixels` is uint8 (height, width, 3), sRGB in the order R, G, B, row 0 on top.

    `resolution_ppi` is what the file claims, `source_mode` the colour mode it was stored in (`L`, `RGB`, `CMYK`, …),
    `changes` what was done to the pixels since, in order: reading and cropping write it, nothing else ever alters them.
    """

    pixels: Pixels = field(repr=False)
    resolution_ppi: float | None = None
    source_mode: str = "RGB"
    source_format: str = ""
    changes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.uint8 or self.pixels.ndim != 3 or self.pixels.shape[2] != 3:
            raise PhotoUnsupported("format", f"pixels must be uint8 (height, width, 3), got {self.pixels.shape}")

    @property
    def width_px(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])

    @property
    def height_px(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])

    def reduced(self, max_side_px: int) -> "Photo":
        """The same photo with its longer side brought down to `max_side_px`; itself where it is small enough."""
        longest = max(self.width_px, self.height_px)
        if longest <= max_side_px:
            return self
        scale = max_side_px / longest
        size = (max(1, round(self.width_px * scale)), max(1, round(self.height_px * scale)))
        smaller = cv2.resize(self.pixels, size, interpolation=cv2.INTER_AREA)
        return replace(
            self, pixels=np.asarray(smaller, np.uint8), changes=(*self.changes, f"reduced to {size[0]}x{size[1]}")
        )


def read_photo(source: Path | str | bytes) -> Photo:
    """The photograph in a file or in bytes, turned upright by its EXIF tag and converted to 8-bit sRGB.

    Transparent parts are laid over white, an embedded colour profile is applied; `Photo.changes` says so.
    Raises: PhotoUnreadable, PhotoUnsupported, PhotoSizeError, each with a fixed `kind`.
    """
    data = source if isinstance(source, bytes) else _read_file(Path(source))
    if not data:
        raise PhotoUnreadable("empty", "the file is empty")
    if len(data) > MAX_FILE_BYTES:
        raise PhotoSizeError("too_large", f"the file has {len(data)} bytes, at most {MAX_FILE_BYTES} are read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)  # damaged EXIF and TIFF tags: the pixels decide
            with _cut_off_pictures_refused(), Image.open(io.BytesIO(data), formats=FORMATS) as image:
                return _decode(image)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise PhotoSizeError("too_large", f"more than {MAX_PIXELS} pixels") from None
    except UnidentifiedImageError:
        raise PhotoUnreadable("unreadable", "not a picture in a known format (JPEG, PNG, TIFF, WebP, BMP)") from None
    except DAMAGE as cause:
        kind = "truncated" if "truncated" in str(cause) or isinstance(cause, EOFError) else "unreadable"
        words = "the file ends in the middle of the picture" if kind == "truncated" else "the picture is damaged"
        raise PhotoUnreadable(kind, words) from None


@contextmanager
def _cut_off_pictures_refused() -> Iterator[None]:
    """Whatever else lives in the process: some libraries switch Pillow to taking cut-off pictures for whole ones."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _read_file(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise PhotoSizeError("too_large", f"the file has {size} bytes, at most {MAX_FILE_BYTES} are read")
        return path.read_bytes()
    except OSError as cause:
        raise PhotoUnreadable("unreadable", f"cannot open the file: {cause.strerror or 'unknown reason'}") from None


def _decode(image: Image.Image) -> Photo:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PhotoSizeError(
            "too_large", f"{width}x{height} pixels, at most {MAX_PIXELS // 1_000_000} million are read"
        )
    if min(width, height) < MIN_SIDE_PX:
        raise PhotoSizeError("too_small", f"{width}x{height} pixels, each side needs at least {MIN_SIDE_PX}")
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise PhotoUnsupported("animated", "the file holds several pictures; one still photograph is wanted")
    if image.format == "GIF":
        raise PhotoUnsupported("format", "GIF holds 256 colours at most; JPEG, PNG, TIFF or WebP is wanted")
    source_mode, source_format = image.mode, image.format or ""
    resolution_ppi = _claimed_ppi(image)
    changes: list[str] = []
    profile = image.info.get("icc_profile")
    image.load()
    if image.getexif().get(EXIF_ORIENTATION, 1) not in (0, 1):
        image = ImageOps.exif_transpose(image)
        changes.append("turned upright by its EXIF tag")
    image = _eight_bits(image, changes)
    image = _opaque(image, changes)
    if profile:
        image = _to_srgb(image, profile, changes)
    if image.mode != "RGB":
        if image.mode not in ("L", "1"):
            changes.append(f"{image.mode} to RGB")
        image = image.convert("RGB")
    pixels = np.asarray(image, np.uint8)
    return Photo(pixels, resolution_ppi, source_mode, source_format, tuple(changes))


def _claimed_ppi(image: Image.Image) -> float | None:
    claimed = image.info.get("dpi")
    try:
        ppi = float(claimed[0]) if claimed else 0.0
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return ppi if 30 <= ppi <= 5000 else None  # 0 and 1 stand for "unknown" in JFIF


def _eight_bits(image: Image.Image, changes: list[str]) -> Image.Image:
    if image.mode not in ("I", "I;16", "I;16B", "I;16L", "F"):
        return image
    values = np.asarray(image, np.float64)
    if not np.isfinite(values).all():
        raise ValueError("not finite")
    top = 65535.0 if values.max(initial=0) > 255 else 255.0
    changes.append("16 bits a channel to 8")
    return Image.fromarray(np.clip(values * (255.0 / top) + 0.5, 0, 255).astype(np.uint8))


def _opaque(image: Image.Image, changes: list[str]) -> Image.Image:
    if image.mode not in ("RGBA", "LA", "PA", "RGBa", "La") and "transparency" not in image.info:
        return image
    rgba = image.convert("RGBA")
    if rgba.getchannel("A").getextrema() != (255, 255):
        changes.append("transparent parts laid over white")
    over = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
    over.alpha_composite(rgba)
    return over.convert("RGB")


def _to_srgb(image: Image.Image, profile: bytes, changes: list[str]) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return image
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        changes.append("colour profile not usable, ignored")
        return image
    changes.append("colour profile converted to sRGB")
    return converted if converted is not None else image
