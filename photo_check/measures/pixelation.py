"""Square cells: a small picture that was blown up, or one made coarse on purpose."""

import numpy as np

from photo_check.measurement import Measurement, Unit
from photo_check.view import View

CELLS_PX = tuple(n for n in range(3, 24) if n not in (8, 16))  # 8 and 16 are JPEG's own grid
MIN_STEP = 0.02


def cell_edges(view: View) -> Measurement:
    """The strongest regular step between neighbouring rows or columns over the typical one (1: no cells)."""
    strongest = 1.0
    for steps in view.own_pixels_steps:
        for size in CELLS_PX:
            if len(steps) < 4 * size:
                continue
            phases = steps[: len(steps) // size * size].reshape(-1, size).mean(axis=0)
            if float(phases.max()) > MIN_STEP:
                strongest = max(strongest, float(phases.max()) / max(MIN_STEP, float(np.median(phases))))
    return Measurement("cell_edges", strongest, Unit.RATIO)
