"""One measured value: what it is, how much, in which unit. Never a verdict."""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a measurement counts in."""

    SHARE = "share"  # of something whole, 0–1
    RATIO = "ratio"
    DEGREES = "deg"
    PIXELS = "px"
    PER_INCH = "ppi"
    MILLIMETRES = "mm"
    COUNT = "count"
    LIGHTNESS = "L*"  # CIELAB, 0–100
    COLOUR_DIFFERENCE = "deltaE"  # CIELAB, Euclidean
    CHROMA = "C*"
    LEVELS = "levels"  # of 256
    SPREADS = "sd"  # standard deviations of the people it was calibrated on


@dataclass(frozen=True, slots=True)
class Measurement:
    """`value` is None where the photo does not show what is measured; `reason` then says what is missing."""

    name: str
    value: float | None
    unit: Unit
    reason: str = ""
