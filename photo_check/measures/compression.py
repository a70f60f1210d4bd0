"""The 8x8 blocks that strong JPEG compression leaves."""

from photo_check.measurement import Measurement, Unit
from photo_check.view import Grey, View

BLOCK_PX = 8
MIN_STEP = 0.02  # grey levels: smoother pictures have no blocks to show


def blockiness(view: View) -> Measurement:
    """Mean step across block edges over mean step inside blocks, in the photo's own pixels (1: no blocks)."""
    ratios = [_edge_ratio(steps) for steps in view.own_pixels_steps]
    return Measurement("blockiness", sum(ratios) / 2, Unit.RATIO)


def _edge_ratio(steps: Grey) -> float:
    whole = len(steps) // BLOCK_PX * BLOCK_PX
    if not whole:
        return 1.0
    phases = steps[:whole].reshape(-1, BLOCK_PX).mean(axis=0)
    inside = float(phases[: BLOCK_PX - 1].mean())
    return float(phases[BLOCK_PX - 1]) / inside if inside > MIN_STEP else 1.0
