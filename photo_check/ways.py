"""Which norm a photo is judged by: how it came to the desk, and how old the person is."""

from dataclasses import replace
from enum import StrEnum
from typing import Final

from photo_check.norm import PhotoNorm, Requirement, load_norm, norm_names


class Way(StrEnum):
    """How a photo came."""

    LIVE = "live"  # from the station's own camera, a moment ago
    PRINT = "print"  # a print that was brought to the counter and scanned
    FILE = "file"  # a file that was sent or brought


SUFFIX_BY_WAY: Final = {Way.LIVE: "live-capture", Way.PRINT: "scanned-print"}
SUFFIX_BELOW_AGE: Final = ((6, "under-6"), (10, "under-10"))  # BSI TR-03121-3 Volume 2, 5.4.4


def norm_for(base: PhotoNorm, way: Way, age_years: int | None = None) -> PhotoNorm:
    """The norm `base` with what its companions ask of photos that came this way, and of persons so young.

    Companions are norms of the package that bear the base's name and a word more; where there are none, as for a site's
    own norm, the base holds. Where way and age both say something, the age counts: a child's face is the same on paper.
    """
    suffixes = [SUFFIX_BY_WAY[way]] if way in SUFFIX_BY_WAY else []
    if age_years is not None:
        suffixes += [suffix for below, suffix in SUFFIX_BELOW_AGE if age_years < below][:1]
    norm = base
    for suffix in suffixes:
        if f"{base.name}-{suffix}" in norm_names():
            companion = load_norm(f"{base.name}-{suffix}")
            norm = replace(
                norm,
                name=f"{norm.name}-{suffix}",
                title=companion.title if norm is base else f"{norm.title}; {companion.title}",
                requirements={**norm.requirements, **_own(companion, base)},
            )
    return norm


def _own(companion: PhotoNorm, base: PhotoNorm) -> dict[str, Requirement]:
    """What a companion asks otherwise than its base."""
    return {
        name: requirement
        for name, requirement in companion.requirements.items()
        if requirement != base.requirements.get(name)
    }
