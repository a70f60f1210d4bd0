"""A drawing as pixels: coverage is drawn larger than needed, averaged down, and painted over what is there.

Shapes: a canvas is uint8 (height_px, width_px, 3), sRGB, row 0 on top; a coverage is float32 (height_px, width_px),
0 to 1.
"""

import io
import math
from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from enrolment.production.artwork.drawing import (
    Box,
    Drawing,
    Fill,
    Line,
    Paint,
    Picture,
    Shape,
    Strokes,
    Text,
    Wash,
    ink,
)
from enrolment.production.artwork.fonts import NO_LIGATURES, font_at

Canvas = NDArray[np.uint8]
Coverage = NDArray[np.float32]

MM_PER_INCH = 25.4
LINE_SCALE = 3  # strokes and fills are drawn this many times larger, hard-edged
TEXT_SCALE = 2  # text is drawn this many times larger; FreeType smooths it besides
_SUBPIXEL_BITS = 4  # OpenCV takes coordinates as fixed-point numbers


def render(drawing: Drawing, ppi: int, ground: Canvas | None = None) -> Canvas:
    """The drawing at `ppi` pixels per inch, on white or over a copy of `ground`."""
    scale = ppi / MM_PER_INCH
    width, height = round(drawing.width_mm * scale), round(drawing.height_mm * scale)
    canvas = np.full((height, width, 3), 255, np.uint8) if ground is None else ground.copy()
    for shape in drawing.shapes:
        _paint_shape(canvas, shape, scale)
    return canvas


def _paint_shape(canvas: Canvas, shape: Shape, scale: float) -> None:
    match shape:
        case Wash(box, paint):
            _paint_wash(canvas, box, paint, scale)
        case Fill(outlines, colour, opacity):
            _paint_lines(canvas, outlines, None, ink(colour, opacity), scale)
        case Strokes(lines, width_mm, paint):
            _paint_lines(canvas, lines, width_mm, paint, scale)
        case Text():
            _paint_text(canvas, shape, scale)
        case Picture():
            _paint_picture(canvas, shape, scale)


def _paint_wash(canvas: Canvas, box: Box, paint: Paint, scale: float) -> None:
    """The box taken to the nearest whole pixel."""
    left, top = round(box.x_mm * scale), round(box.y_mm * scale)
    shape = (round(box.bottom_mm * scale) - top, round(box.right_mm * scale) - left)
    _blend(canvas, np.ones(shape, np.float32), left, top, paint, scale)


def _paint_lines(canvas: Canvas, lines: Iterable[Line], width_mm: float | None, paint: Paint, scale: float) -> None:
    """Strokes of `width_mm`, or one even-odd fill where it is None."""
    points = [np.asarray(line, np.float64) * scale for line in lines]
    margin = 1.0 + (width_mm or 0.0) * scale
    low = np.floor(np.min([line.min(axis=0) for line in points], axis=0) - margin)
    high = np.ceil(np.max([line.max(axis=0) for line in points], axis=0) + margin)
    left, top = (max(0, int(value)) for value in low)
    right, bottom = min(canvas.shape[1], int(high[0])), min(canvas.shape[0], int(high[1]))
    if left >= right or top >= bottom:
        return
    mask = np.zeros(((bottom - top) * LINE_SCALE, (right - left) * LINE_SCALE), np.uint8)
    fixed = [
        np.round((((line - (left, top)) * LINE_SCALE) - 0.5) * 2**_SUBPIXEL_BITS).astype(np.int32) for line in points
    ]
    strength = 1.0
    if width_mm is None:
        cv2.fillPoly(mask, fixed, (255,), cv2.LINE_8, _SUBPIXEL_BITS)
    else:
        strength = _draw_strokes(mask, fixed, width_mm * scale * LINE_SCALE)
    small = cv2.resize(mask, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    _blend(canvas, np.asarray(small, np.float32) * np.float32(strength / 255), left, top, paint, scale)


def _draw_strokes(mask: NDArray[np.uint8], points: Sequence[NDArray[np.int32]], width_px: float) -> float:
    """Draw the strokes at the next odd width and return the strength that makes up for what is too wide.

    OpenCV draws odd widths only, and calls a width of 3, 5, 7 … pixels a thickness of 2, 4, 6 ….
    """
    drawn_px = max(1, 2 * math.ceil((width_px - 1) / 2) + 1)
    cv2.polylines(mask, points, False, (255,), max(1, drawn_px - 1), cv2.LINE_8, _SUBPIXEL_BITS)
    return min(1.0, width_px / drawn_px)


def _paint_text(canvas: Canvas, text: Text, scale: float) -> None:
    """Draw the line on a tile of its own, turn it if need be, lay its origin where it belongs."""
    font = font_at(text.face, text.size_mm * scale * TEXT_SCALE)
    x, y = text.x_mm * scale * TEXT_SCALE, text.baseline_mm * scale * TEXT_SCALE
    ink_box = font.getbbox(text.text, anchor="ls", features=NO_LIGATURES)
    left, top = math.floor(ink_box[0]) - 2, math.floor(ink_box[1]) - 2
    size = (math.ceil(ink_box[2]) - left + 3, math.ceil(ink_box[3]) - top + 3)
    tile = Image.new("L", size)
    fraction = (x % 1, y % 1) if not text.angle_deg else (0.0, 0.0)
    ImageDraw.Draw(tile).text(
        (fraction[0] - left, fraction[1] - top), text.text, 255, font, anchor="ls", features=NO_LIGATURES
    )
    corner_x, corner_y = x - fraction[0] + left, y - fraction[1] + top
    if text.angle_deg:
        tile, corner_x, corner_y = _turned(tile, text.angle_deg, (x, y), (corner_x, corner_y))
    _blend_tile(canvas, tile, round(corner_x), round(corner_y), ink(text.colour, text.opacity), scale)


def _turned(
    tile: Image.Image, angle_deg: float, about: tuple[float, float], corner: tuple[float, float]
) -> tuple[Image.Image, float, float]:
    """The tile turned anticlockwise about a point of the page, and where its new upper left corner lies."""
    turned = tile.rotate(angle_deg, resample=Image.Resampling.BICUBIC, expand=True)
    angle = math.radians(angle_deg)
    dx, dy = corner[0] + tile.width / 2 - about[0], corner[1] + tile.height / 2 - about[1]
    centre_x = about[0] + dx * math.cos(angle) + dy * math.sin(angle)
    centre_y = about[1] - dx * math.sin(angle) + dy * math.cos(angle)
    return turned, centre_x - turned.width / 2, centre_y - turned.height / 2


def _blend_tile(canvas: Canvas, tile: Image.Image, x: int, y: int, paint: Paint, scale: float) -> None:
    """Average a tile at `TEXT_SCALE` down onto the pixel grid and paint through it what lies on the canvas."""
    left, top = math.floor(x / TEXT_SCALE), math.floor(y / TEXT_SCALE)
    right, bottom = math.ceil((x + tile.width) / TEXT_SCALE), math.ceil((y + tile.height) / TEXT_SCALE)
    mask = np.zeros(((bottom - top) * TEXT_SCALE, (right - left) * TEXT_SCALE), np.float32)
    row, column = y - top * TEXT_SCALE, x - left * TEXT_SCALE
    mask[row : row + tile.height, column : column + tile.width] = np.asarray(tile, np.float32) / 255
    coverage = mask.reshape(bottom - top, TEXT_SCALE, right - left, TEXT_SCALE).mean(axis=(1, 3))
    rows = slice(max(0, -top), max(0, canvas.shape[0] - top))
    columns = slice(max(0, -left), max(0, canvas.shape[1] - left))
    _blend(canvas, coverage[rows, columns].astype(np.float32), max(0, left), max(0, top), paint, scale)


def _paint_picture(canvas: Canvas, picture: Picture, scale: float) -> None:
    """The picture, averaged or interpolated to its box, which is taken to the nearest whole pixel."""
    box = picture.box
    left, top = round(box.x_mm * scale), round(box.y_mm * scale)
    width, height = round(box.right_mm * scale) - left, round(box.bottom_mm * scale) - top
    with Image.open(io.BytesIO(picture.data)) as source:
        scaled = source.convert("RGBA").resize((width, height), Image.Resampling.LANCZOS)
    pixels = np.asarray(scaled, np.float32)
    region = canvas[top : top + height, left : left + width]
    alpha = pixels[..., 3:] / 255
    region[:] = np.round(region * (1 - alpha) + pixels[..., :3] * alpha)


def _blend(canvas: Canvas, coverage: Coverage, left: int, top: int, paint: Paint, scale: float) -> None:
    """Paint over the canvas where the coverage says, `left` and `top` being the coverage's place on it."""
    height, width = coverage.shape
    if not height or not width:
        return
    region = canvas[top : top + height, left : left + width]
    colours = _colours(paint, left, width, scale)
    alpha = (coverage * paint.opacity)[..., None]
    region[:] = np.round(region * (1 - alpha) + colours[None] * alpha)


def _colours(paint: Paint, left: int, width: int, scale: float) -> NDArray[np.float32]:
    """The paint's colour in each column: float32 (width, 3)."""
    columns_mm = (np.arange(left, left + width) + 0.5) / scale
    stops_mm = [x_mm for x_mm, _ in paint.stops]
    rgb = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for _, colour in paint.stops], np.float64)
    return np.stack([np.interp(columns_mm, stops_mm, rgb[:, channel]) for channel in range(3)], axis=1).astype(
        np.float32
    )
