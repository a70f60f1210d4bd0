"""The quality numbers of ISO/IEC 29794-5 as its reference implementation maps them: native values to 0–100.

Reported for comparison, never judged by: its best head fills 87 % of the height and would contradict the 70–80 % rule.
Only components that need no network of the reference implementation are computed; the others are named unavailable.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np

from photo_check.landmarks import CHIN, LEFT_LIDS, LOWER_LIP_INNER, RIGHT_LIDS, UPPER_LIP_INNER
from photo_check.measures.head_pose import pitch, roll, yaw
from photo_check.view import FACE_EYES_AT, FACE_IED_PX, View

UNAVAILABLE: Final[dict[str, str]] = {
    "UnifiedQualityScore": "needs a face recognition network",
    "Sharpness": "needs the reference implementation's random forest",
    "CompressionArtifacts": "needs a compression network",
    "EyesVisible": "needs a face occlusion network",
    "MouthOcclusionPrevention": "needs a face occlusion network",
    "FaceOcclusionPrevention": "needs a face occlusion network",
    "ExpressionNeutrality": "needs two expression networks",
    "NoHeadCoverings": "needs a face parsing network",
}
DARK_LEVELS, BURNT_LEVELS = slice(0, 26), slice(247, 256)  # of 256 levels of linear luminance
BACKGROUND_IED_PX: Final = 81.3  # eye distance of the reference's picture for the background: 113 of 616, over 1.39
BACKGROUND_PX: Final = (slice(0, 324), slice(2, 438))  # its field in the upright face, as far as that reaches up
BACKGROUND_ERODED: Final = np.ones((4, 4), np.uint8)
_LEVELS = np.arange(256, dtype=np.float32) / np.float32(255)
LINEAR: Final = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4).astype(np.float32)
LUMINANCE: Final = tuple(np.float32(255 * weight) * LINEAR for weight in (0.2126, 0.7152, 0.0722))


@dataclass(frozen=True, slots=True)
class QualityComponent:
    """`native` in the component's own unit, `scalar` 0–100, higher is better."""

    native: float
    scalar: int


def _sigmoid(x: float, x0: float, w: float) -> float:
    return 1 / (1 + math.exp(max(-700.0, min(700.0, (x0 - x) / w))))


def _head_coverings(x: float) -> float:
    """A falling sigmoid, stretched to reach 100 at none and 0 at 95 % covered."""
    if x <= 0:
        return 100.0
    if x >= 0.95:
        return 0.0
    low, high = _sigmoid(0, 0.02, 0.1), _sigmoid(0.95, 0.02, 0.1)
    return 100 * (high - _sigmoid(x, 0.02, 0.1)) / (high - low)


def _pose(x: float) -> float:
    return 100 * max(0.0, math.cos(math.radians(x))) ** 2


# Source: OFIQ-Project v1.0.3 (MIT licence), docs/photo.md#the-numbers-of-isoiec-29794-5
MAPPINGS: Final[Mapping[str, Callable[[float], float]]] = {
    "UnifiedQualityScore": lambda x: 100 * _sigmoid(x, 23, 2.6),
    "BackgroundUniformity": lambda x: 190 * (1 - _sigmoid(x, 10, 100)),
    "IlluminationUniformity": lambda x: 100 * max(0.0, x) ** 0.3,
    "LuminanceMean": lambda x: 100 * _sigmoid(x, 0.2, 0.05) * (1 - _sigmoid(x, 0.8, 0.05)),
    "LuminanceVariance": lambda x: 100 * math.sin(math.pi * 60 * x / (60 * x + 1)),
    "UnderExposurePrevention": lambda x: 120 * (0.832 - _sigmoid(x, 0.92, 0.05)),
    "OverExposurePrevention": lambda x: 1 / (x + 0.01),
    "DynamicRange": lambda x: 12.5 * x,
    "Sharpness": lambda x: -14 + 115 * _sigmoid(x, -20, 15),
    "CompressionArtifacts": lambda x: -0.0278 + 103 * _sigmoid(x, 0.3308, 0.092),
    "NaturalColour": lambda x: 200 * (1 - _sigmoid(x, 0, 10)),
    "SingleFacePresent": lambda x: 100 * (1 - x),
    "EyesOpen": lambda x: 100 * _sigmoid(x, 0.02, 0.01),
    "MouthClosed": lambda x: 100 * (1 - _sigmoid(x, 0.2, 0.06)),
    "EyesVisible": lambda x: 100 * (1 - x),
    "MouthOcclusionPrevention": lambda x: 100 * (1 - x),
    "FaceOcclusionPrevention": lambda x: 100 * (1 - x),
    "InterEyeDistance": lambda x: 100 * _sigmoid(x, 70, 20),
    "HeadSize": lambda x: 200 * (1 - _sigmoid(abs(x - 0.45), 0, 0.05)),
    "LeftwardCropOfTheFaceImage": lambda x: 100 * _sigmoid(x, 0.9, 0.1),
    "RightwardCropOfTheFaceImage": lambda x: 100 * _sigmoid(x, 0.9, 0.1),
    "MarginAboveOfTheFaceImage": lambda x: 100 * _sigmoid(x, 1.4, 0.1),
    "MarginBelowOfTheFaceImage": lambda x: 100 * _sigmoid(x, 1.8, 0.1),
    "HeadPoseYaw": _pose,
    "HeadPosePitch": _pose,
    "HeadPoseRoll": _pose,
    "ExpressionNeutrality": lambda x: 100 * _sigmoid(x, -5000, 5000),
    "NoHeadCoverings": _head_coverings,
}


def to_scalar(component: str, native: float) -> int:
    """A native value on the standard's scale of 0 to 100."""
    return max(0, min(100, math.floor(MAPPINGS[component](native) + 0.5)))


def quality_components(view: View) -> dict[str, QualityComponent]:
    """The components that can be had without the reference implementation's networks, from our own landmarks.

    Native values follow the reference's formulas; its landmarks differ from ours, so the numbers are close, not equal.
    """
    natives = {**_framing(view), **_light(view), **_background(view)}
    return {name: QualityComponent(value, to_scalar(name, value)) for name, value in natives.items()}


def _framing(view: View) -> dict[str, float]:
    head, scale = view.head, view.original.width_px / view.photo.width_px
    width, height = view.photo.width_px, view.photo.height_px
    x, y = head.eye_middle
    ied = head.ied_px / max(0.1, math.cos(math.radians(yaw(view).value or 0.0)))
    t = math.dist((x, y), view.face.at(CHIN))
    points, unit = view.points, t * FACE_IED_PX / max(1e-6, head.ied_px)
    lids = [max(abs(points[a, 1] - points[b, 1]) for a, b in eye) for eye in (RIGHT_LIDS, LEFT_LIDS)]
    boxes = [box.width_px * box.height_px for box in view.scene.boxes]
    return {
        "SingleFacePresent": boxes[1] / boxes[0] if len(boxes) > 1 else 0.0,
        "EyesOpen": float(min(lids)) / unit,
        "MouthClosed": float(np.linalg.norm(points[UPPER_LIP_INNER] - points[LOWER_LIP_INNER])) / unit,
        "InterEyeDistance": ied * scale,
        "HeadSize": t / height,
        "LeftwardCropOfTheFaceImage": x / ied,
        "RightwardCropOfTheFaceImage": (width - x) / ied,
        "MarginAboveOfTheFaceImage": y / t,
        "MarginBelowOfTheFaceImage": (height - y) / t,
        "HeadPoseYaw": yaw(view).value or 0.0,
        "HeadPosePitch": pitch(view).value or 0.0,
        "HeadPoseRoll": roll(view).value or 0.0,
    }


def _light(view: View) -> dict[str, float]:
    """Luminance of the landmarks' hull, and the cheeks' colour and balance.

    The reference leaves hidden parts of the face out of both exposures; here they count as face.
    """
    hull = np.zeros(view.face_grey.shape, np.uint8)
    cv2.fillConvexPoly(hull, cv2.convexHull(np.round(view.points).astype(np.int32)), (1,))
    inside = (hull > 0) & view.face_in_photo
    levels = _luminance(view.face_rgb[inside].reshape(1, -1, 3)).ravel()
    shares = np.bincount(levels.astype(np.int64), minlength=256) / max(1, levels.size)
    used = shares[shares > 0]
    a, b = _cheek_colour(view)
    outside = math.hypot(max(5 - a, 0.0, a - 25), max(5 - b, 0.0, b - 35)) if min(a, b) >= 0 else 100.0
    return {
        "LuminanceMean": float(levels.mean()) / 255 if levels.size else 0.0,
        "LuminanceVariance": float((levels / 255).var()) if levels.size else 0.0,
        "UnderExposurePrevention": float(shares[DARK_LEVELS].sum()),
        "OverExposurePrevention": float(shares[BURNT_LEVELS].sum()),
        "DynamicRange": float(-(used * np.log2(used)).sum()),
        "NaturalColour": outside,
        "IlluminationUniformity": _cheek_balance(view),
    }


def _background(view: View) -> dict[str, float]:
    """Mean Sobel gradient of luminance behind the person; nothing where no background is in the field."""
    scale = BACKGROUND_IED_PX / FACE_IED_PX
    rgb, free, known = (
        np.asarray(cv2.resize(picture[BACKGROUND_PX], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
        for picture in (view.face_rgb, (view.face_person < 0.5).astype(np.uint8), view.face_in_photo.astype(np.uint8))
    )
    behind = cv2.erode(free & known, BACKGROUND_ERODED, borderValue=(0,)) > 0
    if not behind.any():
        return {}
    luminance = _luminance(rgb).astype(np.float32)
    across, down = cv2.Sobel(luminance, cv2.CV_32F, 1, 0), cv2.Sobel(luminance, cv2.CV_32F, 0, 1)
    return {"BackgroundUniformity": float(cv2.magnitude(across, down)[behind].mean())}


def _luminance(
    rgb: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]",
) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """sRGB made linear, weighted, in 256 levels."""
    red, green, blue = (table[rgb[..., channel]] for channel, table in enumerate(LUMINANCE))
    return np.asarray(np.round(red + green + blue), np.uint8)


def _cheek_squares(view: View) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Squares of 0.3 eye distances, half way between eyes and mouth, under each pupil."""
    side = int(0.3 * FACE_IED_PX)
    mouth = float(view.points[UPPER_LIP_INNER, 1] + view.points[LOWER_LIP_INNER, 1]) / 2
    top = int((FACE_EYES_AT[1] + mouth) / 2 - side / 2)
    right, left = (int(FACE_EYES_AT[0] + sign * FACE_IED_PX / 2 - side / 2) for sign in (-1, 1))
    rows = slice(top, top + side)
    return (rows, slice(right, right + side)), (rows, slice(left, left + side))


def _cheek_colour(view: View) -> tuple[float, float]:
    colours = np.concatenate([view.face_lab[square].reshape(-1, 3) for square in _cheek_squares(view)])
    return float(colours[:, 1].mean()), float(colours[:, 2].mean())


def _cheek_balance(view: View) -> float:
    """Intersection of both cheeks' luminance histograms, 0–1."""
    shares = []
    for square in _cheek_squares(view):
        levels = _luminance(view.face_rgb[square]).ravel()
        shares.append(np.bincount(levels, minlength=256) / max(1, levels.size))
    return float(np.minimum(shares[0], shares[1]).sum())


def to_json(components: Mapping[str, QualityComponent]) -> dict[str, Any]:
    """All 28 components: values where there are some, else why not."""
    nothing = "no background is visible" if components else "no face was found"
    shape: dict[str, Any] = {}
    for name in MAPPINGS:
        found = components.get(name)
        if found is not None:
            shape[name] = {"native": round(found.native, 5), "scalar": found.scalar}
        else:
            shape[name] = {"native": None, "scalar": None, "unavailable": UNAVAILABLE.get(name, nothing)}
    return shape
