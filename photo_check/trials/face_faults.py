"""What a person or the things before a face do wrong, bent or painted into a good photo."""

import math
from typing import Final

import cv2
import numpy as np

from photo_check.landmarks import (
    CHIN,
    FACE_OVAL,
    FOREHEAD_TOP,
    LEFT_EYE_RING,
    LEFT_IRIS,
    LOWER_LIP_INNER,
    MOUTH_LEFT,
    MOUTH_RIGHT,
    NOSE_BASE,
    NOSE_BRIDGE,
    RIGHT_EYE_RING,
    RIGHT_IRIS,
    UPPER_LIP_INNER,
)
from photo_check.trials.subject import Pixels, Points, Subject, bent, blend, ellipse, inside, stroke

RINGS: Final = (RIGHT_EYE_RING, LEFT_EYE_RING)
IRISES: Final = (RIGHT_IRIS, LEFT_IRIS)
UPPER_LIDS: Final = ((246, 161, 160, 159, 158, 157, 173), (466, 388, 387, 386, 385, 384, 398))
LOWER_LIDS: Final = ((7, 163, 144, 145, 153, 154, 155), (249, 390, 373, 374, 380, 381, 382))
MESH_POINTS: Final = 468
NOSE_TO_HEAD_IED: Final = 1.3  # the head turns about a point so far behind the eyes


def turned(yaw_deg: float, pitch_deg: float, one: Subject) -> Pixels:
    """The face turned by its own relief, hair and neck drawn along."""
    points = one.points[:MESH_POINTS]
    depth = points[:, 2] - points[NOSE_BRIDGE, 2]
    centre = np.array([*one.eyes_at, NOSE_TO_HEAD_IED * one.ied_px])
    from_centre = np.c_[points[:, :2], depth] - centre
    yaw, pitch = math.radians(yaw_deg), math.radians(pitch_deg)
    about_y = np.array([[math.cos(yaw), 0, -math.sin(yaw)], [0, 1, 0], [math.sin(yaw), 0, math.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]])
    after = from_centre @ (about_x @ about_y).T
    by = after[:, :2] - from_centre[:, :2]
    by -= by.mean(axis=0)  # the head stays where it was in the picture
    return bent(one, points[:, :2], by, 0.11 * one.ied_px)


def eyes_shut(which: tuple[int, ...], one: Subject) -> Pixels:
    """Lids closed: the upper one drawn in skin down to the lower, with its lashes."""
    pixels = one.pixels
    for eye in which:
        ring = one.points[list(RINGS[eye]), :2]
        middle, size = ring.mean(axis=0), np.ptp(ring, axis=0)
        above = pixels[int(ring[:, 1].min() - 0.10 * one.ied_px) : int(ring[:, 1].min() - 0.05 * one.ied_px)]
        strip = above[:, int(middle[0] - size[0] / 3) : int(middle[0] + size[0] / 3)].reshape(-1, 3)
        lid = strip.mean(axis=0) if strip.size else one.skin_colour
        wider = middle + (ring - middle) * (1.04, 1.25)
        pixels = blend(pixels, inside(one, wider, 0.012 * one.ied_px), lid)
        lashes = one.points[list(LOWER_LIDS[eye]), :2]
        pixels = blend(pixels, stroke(one, lashes, 0.022 * one.ied_px), lid * 0.35)
    return np.asarray(np.clip(pixels + one.draw.normal(0, 1.0, pixels.shape), 0, 255), np.uint8)


def gaze(side: int, one: Subject) -> Pixels:
    """Both irises moved to one side by a tenth of the eye distance, the lids left where they are."""
    pixels = one.pixels
    for iris, ring in zip(IRISES, RINGS, strict=True):
        eye = one.points[list(ring), :2]
        width = float(np.ptp(eye[:, 0]))
        cover = inside(one, eye, 1.0)
        shift = np.array([[1.0, 0.0, side * 0.16 * width], [0.0, 1.0, 0.0]])
        moved = cv2.warpAffine(pixels, shift, pixels.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
        x, y = one.points[iris, :2]
        radius = float(np.hypot(*(one.points[iris + 1, :2] - (x, y))))
        white = np.percentile(pixels[cover > 0.9].reshape(-1, 3), 80, axis=0)
        pixels = blend(pixels, cover * inside(one, ellipse((x, y), radius * 1.1, radius * 1.2)), white)
        pupil = inside(one, ellipse((x + side * 0.16 * width, y), radius * 1.05, radius * 1.1))
        pixels = blend(pixels, pupil * cover, moved)
    return pixels


def red_eyes(one: Subject) -> Pixels:
    """The flash's red in both pupils."""
    pixels = one.pixels
    for iris in IRISES:
        x, y = one.points[iris, :2]
        radius = float(np.hypot(*(one.points[iris + 1, :2] - (x, y))))
        pixels = blend(pixels, 0.8 * inside(one, ellipse((x, y), 0.55 * radius, 0.55 * radius)), (215, 40, 35))
    return pixels


def mouth_open(one: Subject) -> Pixels:
    """The lower lip and chin drawn down, the mouth dark between."""
    gap = 0.13 * one.ied_px
    lower = [14, 17, 84, 314, 181, 405, 87, 317, 178, 402, CHIN, 148, 377, 176, 400, 199, 200]
    still = [0, 13, 37, 267, 61, 291, 2, 205, 425, 172, 397]
    at = one.points[lower + still, :2]
    by = np.zeros_like(at)
    by[: len(lower), 1] = gap
    pixels = bent(one, at, by, 0.12 * one.ied_px)
    middle = (one.points[UPPER_LIP_INNER, :2] + one.points[LOWER_LIP_INNER, :2]) / 2 + (0, gap / 2)
    across = 0.32 * float(np.ptp(one.points[[MOUTH_RIGHT, MOUTH_LEFT], 0]))
    return blend(pixels, inside(one, ellipse((middle[0], middle[1]), across, gap * 0.62), 1.5), (45, 18, 20))


def smile(one: Subject) -> Pixels:
    """The mouth's corners drawn out and up, the cheeks with them."""
    corners, sides = (61, 78, 185, 146, 57), (291, 308, 409, 375, 287)
    cheeks = ((205, 50, 207), (425, 280, 427))
    still = [13, 14, 0, 17, 1, 2, 152, 145, 374, 33, 263, 172, 397]
    at, by = [*still], [(0.0, 0.0)] * len(still)
    for side, (corner, cheek) in zip((-1, 1), zip((corners, sides), cheeks, strict=True), strict=True):
        at += corner
        by += [(side * 0.085, -0.07)] * len(corner)
        at += cheek
        by += [(side * 0.02, -0.035)] * len(cheek)
    return bent(one, one.points[at, :2], np.array(by) * one.ied_px, 0.13 * one.ied_px)


def _lens(one: Subject, iris: int, across: float = 0.36, down: float = 0.27) -> Points:
    x, y = one.points[iris, :2]
    return ellipse((float(x), float(y) + 0.05 * one.ied_px), across * one.ied_px, down * one.ied_px)


def lenses(density: float, colour: tuple[int, int, int], one: Subject) -> Pixels:
    """Glasses whose lenses cover the eyes so densely (0–1)."""
    pixels = one.pixels
    for iris in IRISES:
        pixels = blend(pixels, density * inside(one, _lens(one, iris)), colour)
        pixels = blend(pixels, stroke(one, _lens(one, iris), 0.025 * one.ied_px, closed=True), (25, 22, 22))
    across = np.stack([one.points[RIGHT_IRIS, :2], one.points[LEFT_IRIS, :2]])
    bridge = across.mean(axis=0) + (across - across.mean(axis=0)) * 0.3
    return blend(pixels, stroke(one, bridge, 0.03 * one.ied_px), (25, 22, 22))


def glare(one: Subject) -> Pixels:
    """White reflections over both eyes, in thin glasses."""
    pixels = lenses(0.0, (0, 0, 0), one)
    for iris in IRISES:
        pixels = blend(pixels, 0.93 * inside(one, _lens(one, iris, 0.28, 0.16), 0.02 * one.ied_px), (250, 250, 252))
    return pixels


def heavy_frames(one: Subject) -> Pixels:
    """Thick dark frames that cut across the eyes' corners and lids."""
    pixels = one.pixels
    for iris in IRISES:
        x, y = one.points[iris, :2]
        rim = ellipse((float(x), float(y)), 0.26 * one.ied_px, 0.16 * one.ied_px)
        pixels = blend(pixels, stroke(one, rim, 0.14 * one.ied_px, closed=True), (20, 20, 22))
    return pixels


def hair_over_eye(one: Subject) -> Pixels:
    """A strand of dark hair from the forehead down over one eye."""
    x, y = one.points[RIGHT_IRIS, :2]
    ied = one.ied_px
    strand = [(x + 0.5 * ied, y - 0.9 * ied), (x - 0.3 * ied, y - 0.9 * ied), (x - 0.42 * ied, y + 0.4 * ied)]
    strand += [(x - 0.1 * ied, y + 0.55 * ied), (x + 0.25 * ied, y + 0.2 * ied)]
    cover = inside(one, np.array(strand), 0.015 * ied)
    threads = cv2.GaussianBlur(one.draw.normal(0, 1, one.pixels.shape[:2]), (0, 0), sigmaX=1.0, sigmaY=0.15 * ied)
    hair = np.array((52, 38, 28)) + 260 * threads[..., None]
    return blend(one.pixels, 0.96 * cover, np.clip(hair, 0, 255))


def bar_over_eyes(one: Subject) -> Pixels:
    """A black bar, as newspapers print it."""
    both = np.stack([one.points[RIGHT_IRIS, :2], one.points[LEFT_IRIS, :2]])
    middle = both.mean(axis=0)
    return blend(one.pixels, stroke(one, middle + (both - middle) * 1.7, 0.3 * one.ied_px), (12, 12, 12))


def mask(colour: tuple[int, int, int], one: Subject) -> Pixels:
    """A cloth from the nose to below the chin."""
    oval = one.points[list(FACE_OVAL), :2]
    top = (one.points[NOSE_BRIDGE, 1] + 2 * one.points[NOSE_BASE, 1]) / 3
    lower = oval[oval[:, 1] > top]
    cover = inside(one, cv2.convexHull(lower.astype(np.float32))[:, 0].astype(np.float64), 2)
    folds = 1 + 0.06 * np.sin(np.arange(one.pixels.shape[0]) / (0.05 * one.ied_px))[:, None, None]
    return blend(one.pixels, cover, np.clip(np.array(colour) * np.broadcast_to(folds, one.pixels.shape), 0, 255))


def hat(colour: tuple[int, int, int], one: Subject) -> Pixels:
    """A knitted hat from above the brows to above the crown."""
    x, _ = one.eyes_at
    forehead, ied = float(one.points[FOREHEAD_TOP, 1]), one.ied_px
    brim = forehead + 0.16 * ied
    half = 0.62 * float(np.ptp(one.points[[234, 454], 0]))
    dome = ellipse((x, brim), half, brim - one.crown_y_px + 0.12 * ied)
    dome = dome[dome[:, 1] <= brim + 1]
    ribs = 1 + 0.12 * np.sin(np.arange(one.pixels.shape[1]) / (0.03 * ied))[None, :, None]
    knitted = np.clip(np.array(colour) * np.broadcast_to(ribs, one.pixels.shape), 0, 255)
    return blend(one.pixels, inside(one, dome, 1.5), knitted)


def veil(colour: tuple[int, int, int], one: Subject) -> Pixels:
    """A cloth around the face that covers hair, ears and neck."""
    height = one.pixels.shape[0]
    oval = one.points[list(FACE_OVAL), :2]
    middle, size = oval.mean(axis=0), np.ptp(oval, axis=0)
    face = inside(one, ellipse((middle[0], middle[1] + 0.02 * size[1]), 0.46 * size[0], 0.48 * size[1]), 2)
    outer = inside(one, ellipse((middle[0], middle[1]), 0.85 * size[0], 0.85 * size[1]), 3)
    chin = float(one.points[CHIN, 1])
    shoulders = np.array(
        [
            (middle[0] - 0.5 * size[0], chin - 0.2 * size[1]),
            (middle[0] + 0.5 * size[0], chin - 0.2 * size[1]),
            (middle[0] + 1.1 * size[0], height),
            (middle[0] - 1.1 * size[0], height),
        ]
    )
    cover = np.maximum(outer, inside(one, shoulders, 3)) * (1 - face)
    return blend(one.pixels, cover, colour)


def second_face(one: Subject) -> Pixels:
    """The same picture small in the background, as a person further behind would stand."""
    height, width = one.pixels.shape[:2]
    small = cv2.resize(one.pixels, (width * 2 // 5, height * 2 // 5), interpolation=cv2.INTER_AREA)
    person = cv2.resize(one.person, (width * 2 // 5, height * 2 // 5), interpolation=cv2.INTER_AREA)
    laid, cover = one.pixels.copy(), np.zeros((height, width), np.float32)
    x = width - small.shape[1] * 3 // 4
    laid[: small.shape[0], x:], cover[: small.shape[0], x:] = small[:, : width - x], person[:, : width - x]
    return blend(one.pixels, cover * np.clip(1 - one.person * 2, 0, 1), laid)
