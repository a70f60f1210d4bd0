"""How values, limits and requirements are written for people; the words of four languages stand in wording.toml."""

import math
import tomllib
from functools import cache
from importlib import resources
from typing import Any, Final

from photo_check.measurement import Unit
from photo_check.norm import Limit

SHOWN_UNITS: Final = {
    Unit.SHARE: (100.0, " %"),
    Unit.DEGREES: (1.0, "°"),
    Unit.PIXELS: (1.0, " px"),
    Unit.PER_INCH: (1.0, " ppi"),
    Unit.MILLIMETRES: (1.0, " mm"),
    Unit.LIGHTNESS: (1.0, " L*"),
    Unit.COLOUR_DIFFERENCE: (1.0, " ΔE"),
    Unit.CHROMA: (1.0, " C*"),
}


@cache
def words() -> dict[str, Any]:
    """The tables of wording.toml: requirements, verdicts, outcomes, headings."""
    return tomllib.loads(resources.files("photo_check").joinpath("wording.toml").read_text("utf-8"))


def requirement_title(requirement: str, language: str) -> str:
    """A requirement's name for people; its id where a site's own norm has no name for it."""
    titles = words()["requirements"].get(requirement)
    return str(titles[language]) if titles else requirement


def number_text(value: float, unit: Unit) -> str:
    """A value as people read it."""
    scale, text = SHOWN_UNITS.get(unit, (1.0, ""))
    return f"{value * scale:.3g}{text}" if abs(value * scale) < 1000 else f"{value * scale:.0f}{text}"


def limit_text(limit: Limit, unit: Unit) -> str:
    """What a limit allows, as people read it."""
    low, high = limit.passes.low, limit.passes.high
    if math.isinf(low):
        return f"≤ {number_text(high, unit)}"
    if math.isinf(high):
        return f"≥ {number_text(low, unit)}"
    return number_text(low, unit) if low == high else f"{number_text(low, unit)} – {number_text(high, unit)}"
