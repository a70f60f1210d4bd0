"""A photograph as pixels: read from a file or from bytes, upright, sRGB, 8 bits, with a log of what reading changed."""

import io
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageFile, UnidentifiedImageError

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

STRIP_PX: Final = 256  # rows converted at a time
DEEP_MODES: Final = ("I", "I;16", "I;16B", "I;16L", "F")  # Pillow's words for more than 8 bits
UPRIGHT: Final[dict[int, Callable[[Pixels], Pixels]]] = {  # by the EXIF tag's value
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: np.rot90(pixels, -1),
    7: lambda pixels: pixels[::-1, ::-1].swapaxes(0, 1),
    8: lambda pixels: np.rot90(pixels),
}


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
    image.load()
    orientation = image.getexif().get(EXIF_ORIENTATION, 1)
    pixels = _rgb(image, changes)
    image.close()  # its copy of the pixels goes before another is made
    if isinstance(orientation, int) and orientation in UPRIGHT:
        pixels = np.ascontiguousarray(UPRIGHT[orientation](pixels))
        changes.insert(0, "turned upright by its EXIF tag")
    return Photo(pixels, resolution_ppi, source_mode, source_format, tuple(changes))


def _rgb(image: Image.Image, changes: list[str]) -> Pixels:
    """The picture as 8-bit sRGB, converted a strip at a time: beside the two copies no third is ever whole."""
    width, height = image.size
    pixels = np.empty((height, width, 3), np.uint8)
    top_value = _top_of_range(image)
    to_srgb = _Profile(image.info.get("icc_profile"))
    done: list[str] = []
    for top in range(0, height, STRIP_PX):
        strip = image.crop((0, top, width, min(height, top + STRIP_PX)))
        strip = _opaque(_eight_bits(strip, top_value, done), done)
        strip = to_srgb.apply(strip, done)
        if strip.mode != "RGB":
            if strip.mode not in ("L", "1"):
                done.append(f"{strip.mode} to RGB")
            strip = strip.convert("RGB")
        pixels[top : top + STRIP_PX] = np.asarray(strip, np.uint8)
    changes.extend(dict.fromkeys(done))
    return pixels


def _claimed_ppi(image: Image.Image) -> float | None:
    claimed = image.info.get("dpi")
    try:
        ppi = float(claimed[0]) if claimed else 0.0
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return ppi if 30 <= ppi <= 5000 else None  # 0 and 1 stand for "unknown" in JFIF


def _top_of_range(image: Image.Image) -> float:
    """What stands for white in a picture of more than 8 bits."""
    if image.mode not in DEEP_MODES:
        return 255.0
    extrema = np.ravel(np.asarray(image.getextrema(), np.float64))
    if not np.isfinite(extrema).all():
        raise ValueError("not finite")
    return 65535.0 if extrema.max(initial=0) > 255 else 255.0


def _eight_bits(strip: Image.Image, top_value: float, done: list[str]) -> Image.Image:
    if strip.mode not in DEEP_MODES:
        return strip
    values = np.asarray(strip, np.float64)
    if not np.isfinite(values).all():
        raise ValueError("not finite")
    done.append("16 bits a channel to 8")
    return Image.fromarray(np.clip(values * (255.0 / top_value) + 0.5, 0, 255).astype(np.uint8))


def _opaque(strip: Image.Image, done: list[str]) -> Image.Image:
    if strip.mode not in ("RGBA", "LA", "PA", "RGBa", "La") and "transparency" not in strip.info:
        return strip
    rgba = strip.convert("RGBA")
    if rgba.getchannel("A").getextrema() != (255, 255):
        done.append("transparent parts laid over white")
    over = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
    over.alpha_composite(rgba)
    return over.convert("RGB")


class _Profile:
    """An embedded colour profile, made ready once and applied to every strip."""

    def __init__(self, profile: bytes | None) -> None:
        self._profile, self._is_ready, self._word = profile, False, ""
        self._transform: ImageCms.ImageCmsTransform | None = None

    def apply(self, strip: Image.Image, done: list[str]) -> Image.Image:
        """The strip in sRGB; where the profile cannot be used, the strip as it is."""
        if not self._profile:
            return strip
        try:
            if not self._is_ready:
                self._prepare(self._profile, strip.mode)
            converted = ImageCms.applyTransform(strip, self._transform) if self._transform else strip
        except (ImageCms.PyCMSError, OSError, ValueError):
            self._transform, self._word, converted = None, "colour profile not usable, ignored", strip
        self._is_ready = True
        if self._word:
            done.append(self._word)
        return converted if converted is not None else strip

    def _prepare(self, profile: bytes, mode: str) -> None:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return
        self._transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
        self._word = "colour profile converted to sRGB"
