"""What a score overlooks: noise scores 38 and a tiny contact 35 in NFIQ 2, both above the threshold of a document.

Every limit is a measured gap: on one side made-up prints of damage 0.3 and less and the SFinGe prints of NIST, on the
other damage of 0.8 and more, noise, stripes and photographs (docs/fingerprints.md#guards).
"""

from dataclasses import dataclass

from enrolment.fingerprints.quality.measures import PrintMeasures
from enrolment.fingerprints.quality.report import Reason


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """Where use ends. Areas in px at 500 ppi, shares 0-1."""

    tiny_area_px: int = 28_000
    least_area_px: int = 50_000  # NFIQ 2, actionable measure SufficientFingerprintForeground
    greatest_lean_deg: float = 30.0
    least_ridge_band: float = 0.25
    noise_certainty: float = 0.12
    least_certainty: float = 0.70
    greatest_unity: float = 0.92
    least_grey_range: float = 60.0
    dry_ink_share: float = 0.42
    dry_grey_range: float = 165.0  # dry skin prints in black and white, worn skin in greys
    wet_ink_share: float = 0.68
    greatest_pale_share: float = 0.105
    least_minutiae: int = 8


def reasons_against(
    measures: PrintMeasures, minutiae: int | None = None, limits: GuardLimits | None = None
) -> tuple[Reason, ...]:
    """Why a print of these measures cannot be used; empty where nothing speaks against it.

    `minutiae` is how many were found, None where nobody counted.
    """
    allowed = limits or GuardLimits()
    if measures.contact_area_px == 0:
        return (Reason.NO_CONTACT,)
    if measures.contact_area_px < allowed.tiny_area_px:
        return Reason.TINY_CONTACT, Reason.PARTIAL
    found = placement_reasons(measures, allowed) + ridge_reasons(measures, allowed)
    if minutiae is not None and minutiae < allowed.least_minutiae:
        found.append(Reason.FEW_MINUTIAE)
    return tuple(found)


def placement_reasons(measures: PrintMeasures, allowed: GuardLimits) -> list[Reason]:
    """How the finger lies."""
    found = []
    if measures.contact_area_px < allowed.least_area_px:
        found.append(Reason.PARTIAL)
    if abs(measures.contact_lean_deg) > allowed.greatest_lean_deg:
        found.append(Reason.ROTATED)
    return found


def ridge_reasons(measures: PrintMeasures, allowed: GuardLimits) -> list[Reason]:
    """What the ridges are like."""
    found = []
    if measures.ridge_band < allowed.least_ridge_band:
        found.append(Reason.NO_RIDGES)
    if measures.orientation_certainty < allowed.noise_certainty:
        found.append(Reason.NOISE)
    if measures.orientation_unity > allowed.greatest_unity and measures.contact_area_px >= allowed.least_area_px:
        found.append(Reason.STRIPES)
    if measures.grey_range < allowed.least_grey_range:
        found.append(Reason.LOW_CONTRAST)
    if found:
        return found
    if measures.ink_share > allowed.wet_ink_share:
        found.append(Reason.WET)
    if measures.orientation_certainty < allowed.least_certainty:
        is_dry = measures.ink_share < allowed.dry_ink_share and measures.grey_range >= allowed.dry_grey_range
        found.append(Reason.DRY if is_dry else Reason.WORN)
    elif not found and measures.pale_share > allowed.greatest_pale_share:
        found.append(Reason.SCARRED)
    return found
