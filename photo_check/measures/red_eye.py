"""Red pupils, as a flash beside the lens makes them."""

import numpy as np

from photo_check.landmarks import LEFT_IRIS, RIGHT_IRIS
from photo_check.measurement import Measurement, Unit
from photo_check.view import View


def pupil_redness(view: View) -> Measurement:
    """How much redder (a*) the inner iris is than the skin, of the redder eye."""
    red = view.face_lab[..., 1]
    skin = float(np.median(red[view.skin])) if view.skin.any() else 0.0
    redness = []
    for iris in (RIGHT_IRIS, LEFT_IRIS):
        (x, y), edge = view.points[iris], view.points[iris + 1]
        radius = 0.8 * float(np.hypot(edge[0] - x, edge[1] - y))
        radius = max(3.0, radius)
        rows, columns = (
            slice(max(0, int(y - radius)), int(y + radius) + 2),
            slice(max(0, int(x - radius)), int(x + radius) + 2),
        )
        inner = np.hypot(view.columns[:, columns] - x, view.rows[rows] - y) < radius
        redness.append(float(np.percentile(red[rows, columns][inner], 85)) - skin if inner.any() else 0.0)
    return Measurement("pupil_redness", max(redness), Unit.COLOUR_DIFFERENCE)
