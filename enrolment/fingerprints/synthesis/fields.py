"""Smooth random fields: how pressure, moisture and stretching vary over a finger."""

import cv2
import numpy as np

from enrolment.fingerprints.synthesis.pattern import Field


def smooth_noise(random: np.random.Generator, shape: tuple[int, int], grain_px: float) -> Field:
    """Noise of mean 0 and deviation 1 whose features are about `grain_px` wide.

    Shape: float32 `shape` (height, width). Drawn coarsely and blown up: cheap at any grain.
    """
    height, width = shape
    step = max(1.0, grain_px / 2)
    rows, columns = int(np.ceil(height / step)) + 4, int(np.ceil(width / step)) + 4
    coarse = random.standard_normal((rows, columns)).astype(np.float32)
    blurred = cv2.GaussianBlur(coarse, (0, 0), 1.0, borderType=cv2.BORDER_REFLECT)
    coarse = np.asarray(blurred, dtype=np.float32)
    coarse = (coarse - coarse.mean()) / (coarse.std() + 1e-6)
    full = cv2.resize(coarse, None, fx=step, fy=step, interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(full[:height, :width], dtype=np.float32)


def soft_step(value: Field, width: float) -> Field:
    """0 below, 1 above zero, with a soft passage of about `width`."""
    return np.asarray(0.5 + 0.5 * np.tanh(value / width), dtype=np.float32)
