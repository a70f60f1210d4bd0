"""Lines over a photo as SVG: crown, chin and eyes on the head's own axis, and where the crown may lie."""

import html
from typing import Final

from photo_check.geometry import HeadGeometry
from photo_check.landmarks import Point

HEAD_BAND: Final = (0.70, 0.80)
BLUE, GREEN, WHITE = "#0b6bcb", "#37c871", "#ffffff"


def head_overlay(head: HeadGeometry, width_px: int, height_px: int, crown_word: str, chin_word: str) -> str:
    """SVG elements in the photo's pixels; the words name the two lines."""
    stroke = width_px / 260
    middle = (
        f'<path d="M{width_px / 2} 0V{height_px}" stroke="{WHITE}" stroke-opacity=".7" stroke-width="{stroke:.2f}" '
        f'stroke-dasharray="{3 * stroke:.1f}"/>'
    )
    eyes = "".join(_eye(point, stroke) for point in (head.pupil_right, head.pupil_left))
    return "".join(
        [
            middle,
            _band(head, width_px, height_px),
            _line(head, "crown", crown_word, stroke),
            _line(head, "chin", chin_word, stroke),
            eyes,
        ]
    )


def _turned(head: HeadGeometry, point: Point) -> str:
    return f'transform="rotate({head.roll_deg:.2f} {point[0]:.1f} {point[1]:.1f})"'


def _band(head: HeadGeometry, width_px: int, height_px: int) -> str:
    """Where the crown stands when the head fills 70–80 % of the height above this chin."""
    top = head.chin[1] - HEAD_BAND[1] * height_px
    tall = (HEAD_BAND[1] - HEAD_BAND[0]) * height_px
    return (
        f'<g data-line="chin"><rect x="0" y="{top:.1f}" width="{width_px}" height="{tall:.1f}" '
        f'fill="{GREEN}" fill-opacity=".22" '
        f"{_turned(head, head.chin)}/></g>"
    )


def _line(head: HeadGeometry, name: str, word: str, stroke: float) -> str:
    """A line with its word, and a broad unseen handle over it by which it can be dragged (`drag_lines.js`)."""
    point = head.crown if name == "crown" else head.chin
    half = 0.41 * head.head_height_px
    left, right = point[0] - half, point[0] + half
    across = f"M{left:.1f} {point[1]:.1f}H{right:.1f}"
    return (
        f'<g data-line="{name}"><g {_turned(head, point)}><path d="{across}" stroke="{BLUE}" '
        f'stroke-width="{stroke:.2f}"/><text x="{left:.1f}" y="{point[1] - 2 * stroke:.1f}" '
        f'font-size="{9.3 * stroke:.1f}" fill="{BLUE}" stroke="{WHITE}" stroke-width="{stroke:.2f}" '
        f'paint-order="stroke" font-family="sans-serif">{html.escape(word)}</text>'
        f'<path d="{across}" stroke="transparent" stroke-width="{9 * stroke:.1f}" data-handle="{name}" tabindex="0" '
        f'role="slider" aria-orientation="vertical" aria-label="{html.escape(word)}"/></g></g>'
    )


def _eye(point: Point, stroke: float) -> str:
    return (
        f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="{2.2 * stroke:.1f}" fill="none" stroke="{BLUE}" '
        f'stroke-width="{stroke:.2f}"/>'
    )
