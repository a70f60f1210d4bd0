"""The face finder on MediaPipe's bundled models: the only importer of mediapipe."""

import contextlib
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from mediapipe.python.solutions import face_detection, face_mesh, selfie_segmentation  # the face solutions alone

from photo_check.face_finder import FaceBox, Scene
from photo_check.landmarks import POINTS, FaceLandmarks
from photo_check.photo import Photo

MIN_DETECTION: Final = 0.5
MAX_FACES: Final = 4
SHORT_RANGE, FULL_RANGE = 0, 1  # MediaPipe's numbers for faces within 2 m and within 5 m
SAME_FACE: Final = 0.5  # boxes that share half the smaller one are one face


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Holds back what native code writes to standard error; writes it out after all when an exception leaves."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(kept, 2)
            held.seek(0)
            os.write(2, held.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)


class MediaPipeFaceFinder:
    """Two detectors, the face mesh with irises, and the person mask; models are loaded once, here.

    One call runs at a time: the models keep state between calls and are guarded by a lock. `quiet` holds back the
    messages that the models' runtime prints (for a command line: they go out by file descriptor 2, past Python).
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._lock = threading.Lock()
        self._spoken: Callable[[], contextlib.AbstractContextManager[None]]
        self._spoken = quiet_stderr if quiet else contextlib.nullcontext
        with self._spoken():
            self._near: Any = face_detection.FaceDetection(MIN_DETECTION, SHORT_RANGE)
            self._far: Any = face_detection.FaceDetection(MIN_DETECTION, FULL_RANGE)
            self._mesh: Any = face_mesh.FaceMesh(
                static_image_mode=True, max_num_faces=MAX_FACES, refine_landmarks=True, min_detection_confidence=0.5
            )
            self._person: Any = selfie_segmentation.SelfieSegmentation(model_selection=0)
            self.find(Photo(np.full((256, 256, 3), 200, np.uint8)))  # what loads on first use loads here

    def find(self, photo: Photo) -> Scene:
        """Faces, largest first, and the person mask."""
        with self._lock, self._spoken():
            near = self._near.process(photo.pixels)
            far = self._far.process(photo.pixels)
            mesh = self._mesh.process(photo.pixels)
            person = self._person.process(photo.pixels).segmentation_mask
        boxes = _merge([*_boxes(near, photo, "near"), *_boxes(far, photo, "far")])
        faces = [_landmarks(found, photo) for found in mesh.multi_face_landmarks or []]
        faces.sort(key=lambda face: -float(np.ptp(face.points_px[:, 1])))
        return Scene(boxes, tuple(faces), np.asarray(person, np.float32))


def _boxes(found: Any, photo: Photo, detector: str) -> Iterator[FaceBox]:
    for detection in found.detections or []:
        box = detection.location_data.relative_bounding_box
        yield FaceBox(
            box.xmin * photo.width_px,
            box.ymin * photo.height_px,
            box.width * photo.width_px,
            box.height * photo.height_px,
            float(detection.score[0]),
            detector,
        )


def _merge(boxes: list[FaceBox]) -> tuple[FaceBox, ...]:
    """One box a face: of those that overlap the surest, its detector's name joined by the other's."""
    kept: list[FaceBox] = []
    for box in sorted(boxes, key=lambda box: -box.score):
        twin = next((i for i, other in enumerate(kept) if box.overlap(other) > SAME_FACE), None)
        if twin is None:
            kept.append(box)
        elif box.detector not in kept[twin].detector:
            first = kept[twin]
            both = f"{first.detector}+{box.detector}"
            kept[twin] = FaceBox(first.x_px, first.y_px, first.width_px, first.height_px, first.score, both)
    return tuple(sorted(kept, key=lambda box: -box.width_px * box.height_px))


def _landmarks(found: Any, photo: Photo) -> FaceLandmarks:
    points = np.array([(p.x, p.y, p.z) for p in found.landmark], np.float64)
    if points.shape != (POINTS, 3):
        raise RuntimeError(f"the face mesh gave {points.shape[0]} points, {POINTS} are known")
    return FaceLandmarks(points * (photo.width_px, photo.height_px, photo.width_px))
