"""The face finder, loaded once for all tests of the photo check, and drawn portraits to show it."""

from functools import cache

import pytest

from photo_check.drawn_faces import draw_document_portrait, draw_portrait
from photo_check.mediapipe_face_finder import MediaPipeFaceFinder
from photo_check.photo import Photo


@pytest.fixture(scope="session")
def face_finder() -> MediaPipeFaceFinder:
    return MediaPipeFaceFinder(quiet=True)


@pytest.fixture(scope="session")
def drawn_portrait():
    """`drawn_portrait(seed, fault, …, age_years=7)`: a portrait framed for a document, drawn once a session."""

    @cache
    def draw(seed: int, *faults: str, **traits) -> Photo:
        return Photo(draw_document_portrait(seed, faults=frozenset(faults), **traits))

    return draw


@pytest.fixture(scope="session")
def drawn_capture():
    """The same as a loose capture, the head 57 % of the height."""

    @cache
    def draw(seed: int, *faults: str, **traits) -> Photo:
        return Photo(draw_portrait(seed, faults=frozenset(faults), **traits))

    return draw
