"""Ridges that grow along a plan: from a few spots of noise, by oriented filters, until they fill the pad.

Where growing fronts meet, and where ridges spread or close up, minutiae come into being by themselves.
"""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.synthesis.pattern import Field, FingerPlan, orientation_field

GROWN_PERIOD_PX = 9.0  # all fingers grow at one period; the plan's own is a scaling afterwards
PAD_HEIGHT_PX, PAD_WIDTH_PX = 608, 480
ORIENTATIONS = 16
COARSE_ROUNDS, FINE_ROUNDS = 10, 2
SEED_SPOTS = 700


@lru_cache(maxsize=4)
def filter_bank(period_px: float) -> tuple[Field, ...]:
    """Even Gabor kernels for ORIENTATIONS directions over half a turn, without a mean, of unit gain on a ridge."""
    sigma = period_px * 0.42
    along = period_px * 0.62
    radius = int(np.ceil(period_px * 1.4))
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float32)
    kernels = []
    for step in range(ORIENTATIONS):
        theta = np.pi * step / ORIENTATIONS
        across = x * np.sin(theta) + y * np.cos(theta)  # y down: the normal of a ridge that climbs to the right
        lengthwise = x * np.cos(theta) - y * np.sin(theta)
        envelope = np.exp(-0.5 * ((across / sigma) ** 2 + (lengthwise / along) ** 2))
        wave = np.cos(2 * np.pi * across / period_px)
        kernel = envelope * wave
        kernel -= envelope * (kernel.sum() / envelope.sum())
        kernels.append((kernel / (kernel * wave).sum()).astype(np.float32))
    return tuple(kernels)


def orientation_weights(angle: Field) -> NDArray[np.float32]:
    """How much each filter of the bank counts at each place: shared between the two nearest.

    Shape: (ORIENTATIONS, height, width), summing to 1.
    """
    position = np.mod(angle / np.pi, 1.0) * ORIENTATIONS
    steps = np.arange(ORIENTATIONS, dtype=np.float32)[:, None, None]
    distance = np.abs(position[None] - steps)
    distance = np.minimum(distance, ORIENTATIONS - distance)
    return np.maximum(0.0, 1.0 - distance).astype(np.float32)


def filter_along(ridges: Field, weights: NDArray[np.float32], bank: tuple[Field, ...]) -> Field:
    """`ridges` seen through the filter of each place's own direction."""
    result = np.zeros_like(ridges)
    for weight, kernel in zip(weights, bank, strict=True):
        if not weight.any():  # ridges that all run across, as below a fingertip, need few directions
            continue
        result += weight * cv2.filter2D(ridges, cv2.CV_32F, kernel, borderType=cv2.BORDER_REFLECT)
    return result


def pad_grid(scale: int) -> tuple[Field, Field]:
    """x and y of every sample of the pad in px at 500 ppi from its middle; `scale` 2 takes every second px."""
    y, x = np.mgrid[0:PAD_HEIGHT_PX:scale, 0:PAD_WIDTH_PX:scale].astype(np.float32)
    middle = (scale - 1) / 2
    return x + middle - PAD_WIDTH_PX / 2, y + middle - PAD_HEIGHT_PX / 2


def grow_ridges(plan: FingerPlan) -> Field:
    """The ridge relief of a finger's pad, 1 on a ridge and -1 in a furrow.

    Shape: float32 (PAD_HEIGHT_PX, PAD_WIDTH_PX). Grown at half the resolution first, where a round costs a tenth.
    """
    random = np.random.default_rng(plan.growth_seed)
    x, y = pad_grid(2)
    stretch = GROWN_PERIOD_PX / plan.ridge_period_px
    weights = orientation_weights(orientation_field(plan, x / stretch, y / stretch))
    ridges = np.zeros_like(x)
    for _ in range(SEED_SPOTS):
        row, column = random.integers(4, x.shape[0] - 4), random.integers(4, x.shape[1] - 4)
        ridges[row - 3 : row + 4, column - 3 : column + 4] += random.normal(0, 1, (7, 7))
    coarse = filter_bank(GROWN_PERIOD_PX / 2)
    for _ in range(COARSE_ROUNDS):
        ridges = np.tanh(2.5 * filter_along(ridges, weights, coarse)).astype(np.float32)
    full_size = (PAD_WIDTH_PX, PAD_HEIGHT_PX)
    ridges = np.asarray(cv2.resize(ridges, full_size, interpolation=cv2.INTER_CUBIC), dtype=np.float32)
    x, y = pad_grid(1)
    weights = orientation_weights(orientation_field(plan, x / stretch, y / stretch))
    fine = filter_bank(GROWN_PERIOD_PX)
    for _ in range(FINE_ROUNDS):
        ridges = np.tanh(1.8 * filter_along(ridges, weights, fine)).astype(np.float32)
    return ridges
