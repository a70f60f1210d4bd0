"""The photo at the desk: its way's norm, an officer's lines and rulings, and a portrait that passes its own check."""

import io

import numpy as np
import pytest
from PIL import Image

from enrolment.capture.photo_session import Lines, PhotoNotRead, PhotoNotRuled, PhotoRefused, PhotoSession
from photo_check.check import PhotoChecker
from photo_check.drawn_faces import draw_document_portrait, draw_portrait
from photo_check.mediapipe_face_finder import MediaPipeFaceFinder
from photo_check.norm import load_norm
from photo_check.photo import read_photo
from photo_check.rulings import Ground, Ruling
from photo_check.ways import Way

CHIP_BYTES = 17 * 1024
HAT_ROWS = 0.24


@pytest.fixture(scope="module")
def session():
    return PhotoSession(PhotoChecker(MediaPipeFaceFinder(quiet=True), load_norm()), CHIP_BYTES)


def png(pixels: np.ndarray, ppi: int = 600) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", dpi=(ppi, ppi))
    return stream.getvalue()


@pytest.fixture(scope="module")
def portrait():
    return draw_document_portrait(1)


@pytest.fixture(scope="module")
def covered(portrait):
    """A blue cloth over hair and the upper forehead: the check cannot decide it."""
    pixels = portrait.copy()
    rows = int(HAT_ROWS * pixels.shape[0])
    hair = np.any(np.abs(pixels[:rows].astype(int) - pixels[2, 2]) > 18, axis=2)
    pixels[:rows][hair] = (35, 60, 150)
    return png(pixels)


def test_a_loose_capture_becomes_a_portrait_that_passes_its_own_check(session):
    taken = session.take(png(draw_portrait(7)), way=Way.LIVE)
    assert (taken.report.verdict, taken.correction) == ("accepted", None)
    assert taken.report.norm.endswith("live-capture")
    assert abs(taken.width_px / taken.height_px - 35 / 45) < 0.004
    assert 0.95 * CHIP_BYTES <= len(taken.chip_portrait) <= CHIP_BYTES
    again = session.checker.check(read_photo(taken.portrait_png))
    assert again.verdict == "accepted"


def test_the_way_and_the_age_choose_the_limits(session, portrait):
    coarse = Image.fromarray(portrait).resize((413, 531), Image.Resampling.LANCZOS)
    scan = png(np.asarray(coarse), 300)
    assert session.take(scan, way=Way.PRINT).report.norm.endswith("scanned-print")
    with pytest.raises(PhotoRefused, match="resolution"):
        session.take(scan, way=Way.LIVE)
    assert session.take(png(draw_document_portrait(3, age_years=7)), age_years=7).report.norm.endswith("under-10")


def test_a_covering_needs_the_ruling_of_an_officer(session, covered):
    with pytest.raises(PhotoRefused, match="an officer must look at the photo: no_head_covering") as refused:
        session.take(covered)
    assert refused.value.report.verdict == "operator"
    allowed = Ruling("no_head_covering", Ground.RELIGION, "worn for religion, face free")
    taken = session.take(covered, rulings=[allowed])
    assert taken.rulings == (allowed,)
    assert taken.report.verdict == "operator"  # the check's own word stays what it was


def test_a_ruling_on_what_is_not_in_doubt_is_refused(session, portrait):
    with pytest.raises(PhotoNotRuled, match=r"sharp: the check is not in doubt"):
        session.take(png(portrait), rulings=[Ruling("sharp", Ground.SEEN, "looks sharp")])


def test_a_failing_photo_stays_refused_whatever_is_ruled(session):
    blurred = png(draw_document_portrait(1, faults=frozenset({"blurred"})))
    with pytest.raises(PhotoRefused, match="the photo was refused: sharp"):
        session.take(blurred, rulings=[Ruling("sharp", Ground.SEEN, "looks sharp")])


def test_drawn_lines_cut_the_portrait_and_are_told_with_the_verdict_before_and_after(session):
    capture = png(draw_portrait(7))
    seen = session.checker.check(read_photo(capture))
    crown = seen.geometry.crown[1] + 0.04 * seen.height_px
    taken = session.take(capture, lines=Lines(crown_y_px=crown))
    assert taken.correction is not None
    assert taken.correction.head_share_before - taken.correction.head_share_after == pytest.approx(0.04, abs=0.003)
    assert (taken.correction.verdict_before, taken.correction.verdict_after) == ("accepted", "accepted")
    assert taken.report.geometry.corrected
    assert taken.report.geometry.head_share(taken.height_px) == pytest.approx(0.75, abs=0.005)


def test_lines_can_make_a_photo_fail(session, portrait):
    tight = png(portrait[int(0.04 * portrait.shape[0]) :, 17:-17])
    with pytest.raises(PhotoRefused, match=r"no 35x45 mm portrait can be cut|head_size|centred_vertical"):
        session.take(tight, lines=Lines(crown_y_px=-0.03 * portrait.shape[0]))


@pytest.mark.parametrize("lines", [Lines(crown_y_px=900.0), Lines(chin_y_px=10.0)])
def test_lines_that_no_head_can_have_are_refused_in_words(session, portrait, lines):
    with pytest.raises(PhotoNotRuled, match="the lines cannot stand there"):
        session.take(png(portrait), lines=lines)


def test_what_is_no_photo_is_named(session, tmp_path):
    text = tmp_path / "portrait.jpg"
    text.write_text("not a picture")
    with pytest.raises(PhotoNotRead, match=r"portrait\.jpg: not a picture"):
        session.take(text)
    with pytest.raises(PhotoRefused, match="single_face"):
        session.take(png(np.full((1063, 827, 3), 220, np.uint8)))
