"""What a print shows of itself, without a verdict: contact, ridges, clarity, moisture; in some milliseconds."""

from dataclasses import asdict, dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.contact import Contact, find_contact

BLOCK_PX = 32  # about 1.6 mm, three ridges and more: the block of ISO/IEC 29794-4
SHORTEST_PERIOD_PX, LONGEST_PERIOD_PX = 5.5, 14.0  # 0.28 to 0.71 mm at 500 ppi holds all adults' and children's ridges
CLEAR_COHERENCE = 0.45
PALE_REACH_PX = 5
INSIDE_SHARE = 0.9  # of a block that must have touched, for it to be measured

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PrintMeasures:
    """Shares are 0-1. `contact_*` describe where skin touched; the rest is taken over the blocks inside."""

    contact_area_px: int
    contact_share: float  # of the image
    contact_lean_deg: float  # of the contact's long axis against the vertical
    contact_elongation: float  # length over width
    off_centre_px: float
    blocks: int
    grey_range: float  # 5th to 95th percentile inside the contact
    orientation_certainty: float  # mean coherence of the gradients in a block
    clear_share: float  # of blocks with a coherence of CLEAR_COHERENCE and more
    orientation_unity: float  # 1: all ridges run one way, 0: all ways alike
    ridge_band: float  # of a block's spectral energy between the periods of ridges
    ridge_period_px: float
    ink_share: float  # of the contact that is darker than half way between ridge and glass
    pale_share: float  # of the contact that is further from any ink than a furrow is wide

    def as_dict(self) -> dict[str, float]:
        """Names and values, rounded for people and journals."""
        return {name: round(float(value), 3) for name, value in asdict(self).items()}


def measure(pixels: NDArray[np.uint8]) -> PrintMeasures:
    """Measures a print at 500 ppi. Shape: `pixels` uint8 (height, width). Nothing is too bad to be measured."""
    contact = find_contact(pixels)
    grey = pixels.astype(np.float32)
    rows, columns = block_corners(contact)
    off_centre = float(np.hypot(contact.middle_x_px - pixels.shape[1] / 2, contact.middle_y_px - pixels.shape[0] / 2))
    inside = pixels[contact.mask] if contact.area_px else pixels.reshape(-1)
    low, high = (float(value) for value in np.percentile(inside, (5, 95)))
    coherence, angle = block_orientation(grey, rows, columns)
    band, period = block_spectrum(grey, rows, columns)
    inked, pale = ink_and_pale(pixels, contact)
    return PrintMeasures(
        contact_area_px=contact.area_px,
        contact_share=contact.area_px / pixels.size,
        contact_lean_deg=contact.lean_deg,
        contact_elongation=contact.length_px / contact.width_px if contact.width_px else 0.0,
        off_centre_px=off_centre,
        blocks=len(rows),
        grey_range=high - low,
        orientation_certainty=mean_of(coherence),
        clear_share=mean_of((coherence > CLEAR_COHERENCE).astype(np.float32)),
        orientation_unity=float(np.abs(np.exp(2j * angle).mean())) if len(angle) else 0.0,
        ridge_band=mean_of(band),
        ridge_period_px=float(np.median(period)) if len(period) else 0.0,
        ink_share=inked,
        pale_share=pale,
    )


def mean_of(values: Floats) -> float:
    """The mean, 0 where there is nothing."""
    return float(values.mean()) if len(values) else 0.0


def block_corners(contact: Contact) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the top left corners of all blocks that lie inside the contact."""
    height, width = (side // BLOCK_PX * BLOCK_PX for side in contact.mask.shape)
    if not height or not width:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    tiles = contact.mask[:height, :width].reshape(height // BLOCK_PX, BLOCK_PX, width // BLOCK_PX, BLOCK_PX)
    rows, columns = np.nonzero(tiles.mean(axis=(1, 3)) >= INSIDE_SHARE)
    return rows * BLOCK_PX, columns * BLOCK_PX


def block_orientation(grey: Floats, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Coherence 0-1 and direction of the gradients (radians modulo pi) of each block, from its structure tensor."""
    gradient_x, gradient_y = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)

    def block_means(plane: NDArray[np.float32]) -> Floats:
        means = cv2.boxFilter(plane, cv2.CV_32F, (BLOCK_PX, BLOCK_PX))
        return np.asarray(means[rows + BLOCK_PX // 2, columns + BLOCK_PX // 2], dtype=np.float32)

    xx, yy = block_means(gradient_x * gradient_x), block_means(gradient_y * gradient_y)
    xy = block_means(gradient_x * gradient_y)
    coherence = np.hypot(xx - yy, 2 * xy) / (xx + yy + 1e-3)
    return coherence.astype(np.float32), (np.arctan2(2 * xy, xx - yy) / 2).astype(np.float32)


def block_spectrum(grey: Floats, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """For each block: the share of its energy at periods of ridges, and the period of its strongest wave in px."""
    if not len(rows):
        return np.empty(0, np.float32), np.empty(0, np.float32)
    offsets = np.arange(BLOCK_PX)
    blocks = grey[rows[:, None, None] + offsets[None, :, None], columns[:, None, None] + offsets[None, None, :]]
    window = np.hanning(BLOCK_PX)[:, None] * np.hanning(BLOCK_PX)[None, :]
    energy = np.abs(np.fft.rfft2((blocks - blocks.mean(axis=(1, 2), keepdims=True)) * window)) ** 2
    frequency = np.hypot(np.fft.fftfreq(BLOCK_PX)[:, None], np.fft.rfftfreq(BLOCK_PX)[None, :])
    energy[:, frequency == 0] = 0
    in_band = (frequency >= 1 / LONGEST_PERIOD_PX) & (frequency <= 1 / SHORTEST_PERIOD_PX)
    share = energy[:, in_band].sum(axis=1) / (energy.sum(axis=(1, 2)) + 1e-3)
    weight = energy * in_band[None]
    mean_frequency = (weight * frequency[None]).sum(axis=(1, 2)) / (weight.sum(axis=(1, 2)) + 1e-3)
    return share.astype(np.float32), (1 / np.maximum(mean_frequency, 1e-2)).astype(np.float32)


def ink_and_pale(pixels: NDArray[np.uint8], contact: Contact) -> tuple[float, float]:
    """How much of the contact is ridge, by the half-way grey between the darkest ridges and bare glass; and how much
    of it lies PALE_REACH_PX and more from any ridge."""
    if not contact.area_px:
        return 0.0, 0.0
    inside, outside = pixels[contact.mask], pixels[~contact.mask]
    glass = float(np.median(outside)) if outside.size > pixels.size // 50 else float(np.percentile(inside, 98))
    ridge = float(np.percentile(inside, 3))
    inked = pixels < (glass + ridge) / 2
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * PALE_REACH_PX + 1, 2 * PALE_REACH_PX + 1))
    near_ink = cv2.dilate(inked.astype(np.uint8), reach).astype(bool)
    return float(inked[contact.mask].mean()), float((~near_ink[contact.mask]).mean())
