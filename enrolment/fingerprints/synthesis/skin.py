"""What belongs to the finger for good besides its ridges: pores and creases, the same in every impression."""

from dataclasses import dataclass

import cv2
import numpy as np

from enrolment.fingerprints.synthesis.fields import smooth_noise, soft_step
from enrolment.fingerprints.synthesis.pattern import Field, FingerPlan
from enrolment.fingerprints.synthesis.ridges import PAD_HEIGHT_PX, PAD_WIDTH_PX, grow_ridges

PORE_SHARE = 0.0032  # of all pixels; about one pore for every ridge period along a ridge

STRETCH_PX, STRETCH_GRAIN_PX = 6.0, 110.0


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """The pad of one finger. `ridges` 1 on a ridge, -1 in a furrow; `pores` 0-1; `creases` 0-1;
    `stretch_x`, `stretch_y`: how far, in px, the skin lies from an even spacing; this is what makes ridges closer here
    and wider there.

    Shape: float32 (PAD_HEIGHT_PX, PAD_WIDTH_PX), at the period at which ridges are grown.
    """

    plan: FingerPlan
    ridges: Field
    pores: Field
    creases: Field
    stretch_x: Field
    stretch_y: Field


def draw_pores(random: np.random.Generator, ridges: Field) -> Field:
    """Round openings of about 1.5 px along the crests."""
    lottery = random.random(ridges.shape, dtype=np.float32)
    pores = ((lottery < PORE_SHARE * 3) & (ridges > 0.9)).astype(np.float32)
    rounded = np.asarray(cv2.GaussianBlur(pores, (0, 0), 0.9), dtype=np.float32)
    return np.minimum(rounded * np.float32(5), np.float32(1))


def draw_creases(random: np.random.Generator, count: int) -> Field:
    """Thin white lines that cross the ridges, most of them nearly level, as age and work leave them."""
    y, x = np.mgrid[0:PAD_HEIGHT_PX, 0:PAD_WIDTH_PX].astype(np.float32)
    creases = np.zeros_like(x)
    for _ in range(count):
        middle_x, middle_y = random.uniform(0.2, 0.8) * PAD_WIDTH_PX, random.uniform(0.25, 0.9) * PAD_HEIGHT_PX
        angle, half_length = random.normal(0, 0.5), random.uniform(25, 90)
        along = (x - middle_x) * np.cos(angle) + (y - middle_y) * np.sin(angle)
        across = -(x - middle_x) * np.sin(angle) + (y - middle_y) * np.cos(angle)
        across += 0.002 * random.normal(0, 1) * along**2
        depth = soft_step(half_length - np.abs(along), 12) * np.exp(-((across / random.uniform(1.0, 2.0)) ** 2))
        creases = np.maximum(creases, depth)
    roughness = smooth_noise(random, creases.shape, 14)
    return np.asarray(np.clip(creases * (1 + 0.25 * roughness), 0, 1), dtype=np.float32)


def grow_skin(plan: FingerPlan) -> Skin:
    """The whole pad of a finger from its plan; the same plan gives the same skin."""
    random = np.random.default_rng([plan.growth_seed, 1])
    ridges = grow_ridges(plan)
    shape = (PAD_HEIGHT_PX, PAD_WIDTH_PX)
    return Skin(
        plan,
        ridges,
        draw_pores(random, ridges),
        draw_creases(random, int(random.poisson(1.2))),
        smooth_noise(random, shape, STRETCH_GRAIN_PX) * STRETCH_PX,
        smooth_noise(random, shape, STRETCH_GRAIN_PX) * STRETCH_PX,
    )
