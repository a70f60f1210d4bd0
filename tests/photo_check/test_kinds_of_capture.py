"""A scanned print and a live capture, each judged by its own limits; prints are printed and scanned by program."""

import cv2
import numpy as np
import pytest

from photo_check.check import PhotoChecker
from photo_check.norm import load_norm
from photo_check.photo import Photo, read_photo
from photo_check.score import photo_path, read_labels

PRINT, LIVE = "luxembourg-residence-card-scanned-print", "luxembourg-residence-card-live-capture"
HEIGHT_INCHES = 45 / 25.4


def scanned(pixels: np.ndarray, seed: int = 1, ppi: int = 300, claimed_ppi: float | None = 300) -> Photo:
    """A print and its scan: grain of the paper, paper white and ink black inside the range, two soft lenses."""
    draw = np.random.default_rng(seed)
    height = round(HEIGHT_INCHES * ppi)
    width = round(height * pixels.shape[1] / pixels.shape[0])
    picture = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    grain = cv2.GaussianBlur(draw.normal(0, 1, picture.shape).astype(np.float32), (0, 0), 0.6)
    printed = 22 + picture * (243 - 22) / 255 + grain * (3.0 / grain.std())
    seen = cv2.GaussianBlur(printed, (0, 0), 0.6) + draw.normal(0, 1, picture.shape)
    return Photo(np.clip(seen, 0, 255).astype(np.uint8), claimed_ppi)


@pytest.fixture(scope="module")
def judge_print(face_finder):
    return PhotoChecker(face_finder, load_norm(PRINT)).check


@pytest.fixture(scope="module")
def judge_live(face_finder):
    return PhotoChecker(face_finder, load_norm(LIVE)).check


def outcome(report, requirement):
    return report.requirements[requirement].outcome


@pytest.mark.parametrize("seed", [1, 7, 12])
def test_a_good_print_scanned_at_300_ppi_is_accepted(judge_print, drawn_portrait, seed):
    report = judge_print(scanned(drawn_portrait(seed).pixels, seed))
    assert [f.requirement for f in (*report.failed(), *report.doubtful())] == []


def test_a_print_scanned_too_coarsely_is_refused_for_its_resolution(judge_print, drawn_portrait):
    report = judge_print(scanned(drawn_portrait(1).pixels, ppi=250, claimed_ppi=250))
    assert outcome(report, "resolution") == "fail"
    assert report.requirements["resolution"].to_json()["unit"] == "ppi"


def test_a_scan_that_is_not_45_mm_high_by_its_own_resolution_goes_to_an_officer(judge_print, drawn_portrait):
    assert outcome(judge_print(scanned(drawn_portrait(1).pixels, claimed_ppi=600)), "aspect_ratio") == "operator"


def test_a_scan_that_names_no_resolution_is_judged_by_its_pixels(judge_print, drawn_portrait):
    assert outcome(judge_print(scanned(drawn_portrait(1).pixels, claimed_ppi=None)), "aspect_ratio") == "pass"


def test_a_grey_print_is_grey_for_all_the_grain_of_its_paper(judge_print, drawn_portrait):
    assert outcome(judge_print(scanned(drawn_portrait(3, "greyscale").pixels)), "in_colour") == "fail"


def test_ink_and_a_crease_are_refused_on_a_print_and_not_looked_for_in_a_live_capture(
    judge_print, judge_live, drawn_portrait
):
    inked, creased = drawn_portrait(1).pixels.copy(), drawn_portrait(1).pixels.copy()
    cv2.polylines(inked, [np.array([[220, 420], [300, 360], [420, 400], [560, 340]])], False, (40, 50, 160), 6)
    cv2.line(creased, (200, 640), (640, 560), (245, 245, 245), 4)
    assert outcome(judge_print(scanned(inked)), "no_ink_or_crease") == "fail"
    assert outcome(judge_print(scanned(creased)), "no_ink_or_crease") == "fail"
    assert outcome(judge_live(Photo(inked)), "no_ink_or_crease") == "not_assessed"


def test_a_live_capture_fills_the_chips_image(judge_live, drawn_portrait):
    photo = drawn_portrait(1)
    assert judge_live(photo).verdict == "accepted"
    small = judge_live(photo.reduced(700))
    assert outcome(small, "resolution") == "fail"


@pytest.mark.photos
@pytest.mark.slow
def test_good_photos_stay_good_when_they_are_printed_and_scanned(judge_print, reference_data):
    labels_path = reference_data / "photos" / "labels.json"
    if not labels_path.is_file():
        pytest.skip(f"reference data absent: no {labels_path}")
    good = [entry["file"] for entry in read_labels(labels_path)["images"] if entry["compliant"]]
    reports = [
        judge_print(scanned(read_photo(photo_path(labels_path, file)).pixels, seed)) for seed, file in enumerate(good)
    ]
    assert sum(report.verdict == "accepted" for report in reports) >= 0.95 * len(good)
