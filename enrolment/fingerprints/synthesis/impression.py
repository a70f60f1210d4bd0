"""One touch of a finger on a sensor: where it lies, how the skin gives way, what the sensor sees of it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.synthesis.damage import Damage, DamageKind
from enrolment.fingerprints.synthesis.fields import smooth_noise, soft_step
from enrolment.fingerprints.synthesis.pattern import Field
from enrolment.fingerprints.synthesis.ridges import GROWN_PERIOD_PX, PAD_HEIGHT_PX, PAD_WIDTH_PX
from enrolment.fingerprints.synthesis.skin import Skin

PX_PER_MM = 500 / 25.4
SENSOR_WIDTH_PX, SENSOR_HEIGHT_PX = 400, 500  # 20.3 x 25.4 mm at 500 ppi, the FAP 30 of the FBI's mobile ID profile
SENSOR_SHAPE = (SENSOR_HEIGHT_PX, SENSOR_WIDTH_PX)
INK_GREY, GLASS_GREY = 38.0, 244.0


@dataclass(frozen=True, slots=True)
class Touch:
    """How a finger lies on the sensor. Shifts to the right and down; a positive turn is clockwise as seen."""

    turn_deg: float
    shift_x_mm: float
    shift_y_mm: float
    pressure: float  # 0 light, 1 firm; 0.5 is what people do

    @classmethod
    def draw(cls, random: np.random.Generator) -> "Touch":
        """What a person at a desk does when told how: within 10 degrees and 1.5 mm."""
        return cls(
            turn_deg=float(np.clip(random.normal(0, 4), -10, 10)),
            shift_x_mm=float(np.clip(random.normal(0, 0.6), -1.5, 1.5)),
            shift_y_mm=float(np.clip(random.normal(0, 0.6), -1.5, 1.5)),
            pressure=float(np.clip(random.normal(0.5, 0.12), 0.2, 0.8)),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Lie:
    """Where each sensor pixel finds its skin: `pad_x`, `pad_y` index the pad, `x`, `y` are px from its middle."""

    pad_x: Field
    pad_y: Field
    x: Field
    y: Field

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the glass in px."""
        return self.x.shape[0], self.x.shape[1]


def lay_down(
    skin: Skin,
    touch: Touch,
    random: np.random.Generator,
    shape: tuple[int, int] = SENSOR_SHAPE,
    middle: tuple[float, float] | None = None,
) -> Lie:
    """Turn, shift and stretch: a flat finger's skin shears by some pixels, smoothly.

    `shape` is the glass, (height, width) in px; `middle` (x, y) where an unshifted finger lies, the glass's own middle
    where nothing is said.
    """
    middle_x, middle_y = middle or (shape[1] / 2, shape[0] / 2)
    row, column = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    x = column - middle_x - touch.shift_x_mm * PX_PER_MM
    y = row - middle_y - touch.shift_y_mm * PX_PER_MM
    turn = np.deg2rad(touch.turn_deg)
    x, y = x * np.cos(turn) + y * np.sin(turn), -x * np.sin(turn) + y * np.cos(turn)
    x = x + smooth_noise(random, shape, 170) * 1.8 + np.float32(random.normal(0, 0.006)) * y
    y = y + smooth_noise(random, shape, 170) * 1.8
    return lie_on(skin, x.astype(np.float32), y.astype(np.float32))


def lie_on(skin: Skin, x: Field, y: Field) -> Lie:
    """The lie of `skin` whose middle is at (0, 0) of `x`, `y` in px."""
    stretch = GROWN_PERIOD_PX / skin.plan.ridge_period_px
    pad_x = np.asarray(x * stretch + PAD_WIDTH_PX / 2, dtype=np.float32)
    pad_y = np.asarray(y * stretch + PAD_HEIGHT_PX / 2, dtype=np.float32)
    stretch_x, stretch_y = pick((skin.stretch_x, skin.stretch_y), pad_x, pad_y)
    return Lie(pad_x + stretch_x, pad_y + stretch_y, x, y)


def pick(planes: tuple[Field, ...], pad_x: Field, pad_y: Field) -> tuple[Field, ...]:
    """Planes of the pad as they lie under each pixel of the sensor; all at once, which spares looking up each pixel."""
    picked = cv2.remap(cv2.merge(planes), pad_x, pad_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return tuple(np.asarray(plane, dtype=np.float32) for plane in cv2.split(picked))


def contact_area(skin: Skin, lie: Lie, touch: Touch, damage: Damage | None, random: np.random.Generator) -> Field:
    """Where skin presses on glass, 0-1: an egg, rounder at the tip, larger under pressure, with an uneven rim."""
    grow = 0.92 + 0.16 * touch.pressure
    half_width, half_height = skin.plan.half_width_px * grow, skin.plan.half_height_px * grow
    middle_x, middle_y = 0.0, 0.0
    partial = damage.severity_of(DamageKind.PARTIAL) if damage else 0.0
    if partial:
        left = 1 - 0.62 * partial**1.15
        half_width, half_height = half_width * left, half_height * left
        middle_x = float(random.choice([-1.0, 1.0])) * 45 * partial
        middle_y = float(random.uniform(-1, 1)) * 55 * partial
    rim = smooth_noise(random, lie.shape, 60) * 0.022 + smooth_noise(random, lie.shape, 12) * 0.016
    x, y = (lie.x - middle_x) / half_width, (lie.y - middle_y) / half_height
    egg = np.abs(x) ** skin.plan.roundness + np.abs(y) ** np.where(y < 0, 2.0, skin.plan.roundness + 0.4)
    return soft_step(1 - egg + rim, 0.05)


def look_at(skin: Skin, lie: Lie) -> tuple[Field, Field, Field]:
    """Ridges, pores and creases as they lie under each pixel of the sensor."""
    ridges, pores, creases = pick((skin.ridges, skin.pores, skin.creases), lie.pad_x, lie.pad_y)
    return ridges, pores, creases


def ink(
    seen: tuple[Field, Field, Field], lie: Lie, touch: Touch, damage: Damage | None, random: np.random.Generator
) -> Field:
    """How much of each pixel is wetted by a ridge, 0-1, before the sensor's own faults. `seen` is of `look_at`."""

    def hurt(kind: DamageKind) -> float:
        return damage.severity_of(kind) if damage else 0.0

    shape = lie.shape
    ridges, pores, creases = seen
    press = (touch.pressure - 0.5) * 0.9 + smooth_noise(random, shape, 110) * 0.16
    relief = ridges + smooth_noise(random, shape, 5) * 0.20 + smooth_noise(random, shape, 2.5) * 0.10
    dry, wet, worn = hurt(DamageKind.DRY), hurt(DamageKind.WET), hurt(DamageKind.WORN)
    if dry:
        patches = smooth_noise(random, shape, 40)
        press -= dry * (0.75 + 0.35 * patches)
        relief += dry * smooth_noise(random, shape, 4.5) * 0.95
    if wet:
        press += wet**1.7 * (1.45 + 0.45 * smooth_noise(random, shape, 55))
    if worn:
        flat = np.clip(worn * (1.15 + 0.35 * smooth_noise(random, shape, 80)), 0, 1)
        relief = relief * (1 - 0.93 * flat) + flat * smooth_noise(random, shape, 3.0) * 0.30
    wetted = soft_step(relief + press + 0.08, 0.55)
    wetted *= 1 - 0.55 * pores * (1 - 0.8 * wet)
    wetted *= 1 - 0.85 * creases
    return (wetted * (1 - scar_cover(lie, hurt(DamageKind.SCAR), random))).astype(np.float32)


def scar_cover(lie: Lie, severity: float, random: np.random.Generator) -> Field:
    """How much scar tissue takes away, 0-1: pale seams, the more and the wider the worse.

    Drawn on every second pixel: a seam is at least four wide, and there may be dozens.
    """
    x, y = lie.x[::2, ::2], lie.y[::2, ::2]
    cover = np.zeros_like(x)
    for _ in range(round(severity * 38)):
        middle_x, middle_y = random.uniform(-140, 140), random.uniform(-190, 190)
        angle, width = random.uniform(0, np.pi), random.uniform(2.0, 3.0 + 10.0 * severity)
        half_length = random.uniform(30, 60 + 130 * severity)
        along = (x - middle_x) * np.cos(angle) + (y - middle_y) * np.sin(angle)
        across = -(x - middle_x) * np.sin(angle) + (y - middle_y) * np.cos(angle)
        seam = soft_step(half_length - np.abs(along), 10) * np.exp(-((across / width) ** 4))
        cover = np.maximum(cover, 0.95 * seam)
    full = cv2.resize(cover, lie.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(full, dtype=np.float32)


def expose(wetted: Field, contact: Field, random: np.random.Generator) -> NDArray[np.uint8]:
    """What the sensor delivers: optics that blur a little, uneven light, and the noise of its pixels."""
    shape = (wetted.shape[0], wetted.shape[1])
    picture = GLASS_GREY - (GLASS_GREY - INK_GREY) * wetted * contact
    picture = picture - 7.0 * contact * (1 - wetted)  # furrows are never as bright as bare glass
    blurred = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.7), dtype=np.float32)
    picture = blurred + smooth_noise(random, shape, 200) * 1.5
    picture = picture + random.standard_normal(shape, dtype=np.float32) * 2.2
    return np.asarray(np.clip(np.rint(picture), 0, 255), dtype=np.uint8)


def press_finger(skin: Skin, touch: Touch, damage: Damage | None, random: np.random.Generator) -> NDArray[np.uint8]:
    """The print that `touch` leaves. Shape: uint8 (SENSOR_HEIGHT_PX, SENSOR_WIDTH_PX), dark ridges."""
    lie = lay_down(skin, touch, random)
    contact = contact_area(skin, lie, touch, damage, random)
    return expose(ink(look_at(skin, lie), lie, touch, damage, random), contact, random)
