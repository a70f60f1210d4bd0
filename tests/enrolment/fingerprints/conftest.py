"""What the tests of fingerprints share: prints made once, the judge started once."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from enrolment.fingerprints import engine
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.quality import QualityJudge
from enrolment.fingerprints.quality.nfiq2 import Nfiq2Judge
from enrolment.fingerprints.synthesis import synthesise

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="session")
def print_of() -> Callable[..., FingerImage]:
    """A made-up print by seed, position and impression."""

    def make(seed: int = 21, position: FingerPosition = FingerPosition.RIGHT_INDEX, impression: int = 0) -> FingerImage:
        return synthesise(seed, position, impression)

    return make


@pytest.fixture(scope="session")
def judge() -> QualityJudge:
    """NFIQ 2.3; the test is skipped where the machine lacks it."""
    if not engine.is_available():
        pytest.skip(f"NFIQ 2 absent: the package {engine.PACKAGE} is not installed on this machine")
    return Nfiq2Judge()


@pytest.fixture(scope="session")
def nobodys_pictures() -> dict[str, Pixels]:
    """Pictures that are no prints, by the reason for which they are refused."""
    random = np.random.default_rng(5)
    y, x = np.mgrid[0:500, 0:400]
    tiny = np.full((500, 400), 244, np.uint8)
    tiny[200:300, 150:250] = synthesise(21, FingerPosition.RIGHT_INDEX).pixels[200:300, 150:250]
    return {
        "noise": random.integers(0, 256, (500, 400)).astype(np.uint8),
        "no_contact": np.full((500, 400), 240, np.uint8),
        "stripes": (128 + 100 * np.sin(x * 2 * np.pi / 9)).astype(np.uint8),
        "tiny_contact": tiny,
        "no_ridges": drawn_face(x, y),
    }


def drawn_face(x: Pixels, y: Pixels) -> Pixels:
    """Something like a face: an oval, eyes, a mouth, soft shadows."""
    face = np.full(x.shape, 225.0)
    face[((x - 200) / 120) ** 2 + ((y - 240) / 170) ** 2 < 1] = 165
    face -= 60 * np.exp(-(((x - 250) / 80.0) ** 2) - ((y - 260) / 140.0) ** 2)
    for eye_x in (155, 245):
        face[((x - eye_x) / 22) ** 2 + ((y - 190) / 10) ** 2 < 1] = 40
    face[((x - 200) / 45) ** 2 + ((y - 330) / 9) ** 2 < 1] = 70
    return face.clip(0, 255).astype(np.uint8)
