"""Sensors' resolutions: which may be used for documents, and prints brought to the document's own."""

import cv2
import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.finger import DOCUMENT_PPI

# TR-03121-3 Vol 2, hardware requirements: 500 or 1000 ppi, 1 % either way.
SINGLE_PPI, DOUBLE_PPI = range(495, 506), range(990, 1011)


def is_for_documents(ppi: int) -> bool:
    """Whether prints of this resolution may stand in a document."""
    return ppi in SINGLE_PPI or ppi in DOUBLE_PPI


def at_document_ppi(pixels: NDArray[np.uint8], ppi: int) -> NDArray[np.uint8]:
    """A print of `is_for_documents(ppi)` at 500 ppi. Shape: uint8 (height, width), halved for 1000 ppi."""
    if ppi not in DOUBLE_PPI:
        return pixels
    half = (max(1, pixels.shape[1] * DOCUMENT_PPI // ppi), max(1, pixels.shape[0] * DOCUMENT_PPI // ppi))
    return np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_AREA), dtype=np.uint8)
