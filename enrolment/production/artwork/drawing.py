"""A drawing in millimetres: the one source from which both the picture and the PDF are made.

The origin is the upper left corner of the card, x to the right, y down. Shapes are painted in order. `raster.py` turns
a drawing into pixels, `svg.py` into vectors; neither knows what the shapes mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from enrolment.production.artwork.fonts import FontFace

Point = tuple[float, float]
Line = Sequence[Point]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: upper left corner and size."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float

    @property
    def right_mm(self) -> float:
        return self.x_mm + self.width_mm

    @property
    def bottom_mm(self) -> float:
        return self.y_mm + self.height_mm

    @property
    def centre(self) -> Point:
        return self.x_mm + self.width_mm / 2, self.y_mm + self.height_mm / 2

    def corners(self) -> tuple[Point, ...]:
        """Clockwise from the upper left."""
        return (
            (self.x_mm, self.y_mm),
            (self.right_mm, self.y_mm),
            (self.right_mm, self.bottom_mm),
            (self.x_mm, self.bottom_mm),
        )

    def inset(self, by_mm: float) -> "Box":
        """The box without a frame of `by_mm` on each side."""
        return Box(self.x_mm + by_mm, self.y_mm + by_mm, self.width_mm - 2 * by_mm, self.height_mm - 2 * by_mm)


@dataclass(frozen=True, slots=True)
class Paint:
    """One colour, or colours that run into one another from left to right.

    `stops`: (x in mm, "#rrggbb") from left to right; the outer colours go on beyond their stops.
    """

    stops: tuple[tuple[float, str], ...]
    opacity: float = 1.0

    def colour_at(self, x_mm: float) -> str:
        """The colour in the column at `x_mm`, as "#rrggbb"."""
        if x_mm <= self.stops[0][0]:
            return self.stops[0][1]
        for (left_mm, left), (right_mm, right) in pairwise(self.stops):
            if x_mm <= right_mm:
                share = (x_mm - left_mm) / (right_mm - left_mm)
                return "#" + "".join(
                    f"{round(int(left[i : i + 2], 16) * (1 - share) + int(right[i : i + 2], 16) * share):02x}"
                    for i in (1, 3, 5)
                )
        return self.stops[-1][1]


def ink(colour: str, opacity: float = 1.0) -> Paint:
    """A paint of one colour."""
    return Paint(((0.0, colour),), opacity)


@dataclass(frozen=True, slots=True)
class Wash:
    """A rectangle wholly covered by colours that run from left to right."""

    box: Box
    paint: Paint


@dataclass(frozen=True, slots=True)
class Fill:
    """Closed outlines of one colour, filled by the even-odd rule: an outline inside another is a hole."""

    outlines: tuple[Line, ...]
    colour: str
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Strokes:
    """Lines of one width, their corners rounded."""

    lines: tuple[Line, ...]
    width_mm: float
    paint: Paint


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text from the left end of its baseline; `angle_deg` turns it anticlockwise about that point."""

    text: str
    x_mm: float
    baseline_mm: float
    face: FontFace
    size_mm: float
    colour: str
    opacity: float = 1.0
    angle_deg: float = 0.0


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A picture (PNG or JPEG bytes) that fills its box."""

    data: bytes
    box: Box


Shape = Wash | Fill | Strokes | Text | Picture


@dataclass(frozen=True, slots=True)
class Drawing:
    """The shapes of one side, in the order in which they are painted."""

    width_mm: float
    height_mm: float
    shapes: tuple[Shape, ...]
