"""Whether the light falls evenly on both sides of the face."""

import numpy as np

from photo_check.landmarks import MOUTH_RIGHT, NOSE_BASE, NOSE_BRIDGE
from photo_check.measurement import Measurement, Unit
from photo_check.view import View

BESIDE_NOSE_PX = 20


def side_difference(view: View) -> Measurement:
    """Difference of the two cheeks' median L* over their mean.

    Both sides are the same person's skin: how dark it is cancels out.
    """
    bridge, base = view.points[NOSE_BRIDGE], view.points[NOSE_BASE]
    rows, columns = np.nonzero(view.skin)
    middle = bridge[0] + (rows - bridge[1]) * (base[0] - bridge[0]) / max(1e-6, base[1] - bridge[1])
    cheek = (rows > bridge[1]) & (rows < view.points[MOUTH_RIGHT, 1])
    lightness = view.face_lab[rows, columns, 0]
    right = lightness[cheek & (columns < middle - BESIDE_NOSE_PX)]
    left = lightness[cheek & (columns > middle + BESIDE_NOSE_PX)]
    if min(right.size, left.size) < 50:
        return Measurement("side_difference", None, Unit.SHARE, "one cheek is not visible")
    a, b = float(np.median(right)), float(np.median(left))
    return Measurement("side_difference", abs(a - b) / max(5.0, (a + b) / 2), Unit.SHARE)
