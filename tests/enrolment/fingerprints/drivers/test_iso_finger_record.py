"""Finger image records of 2005 and 2011: read as written, refused when cut, changed or not for documents."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from enrolment.fingerprints.drivers.iso_finger_record import read_finger_record
from enrolment.fingerprints.errors import FingerImageError
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.synthesis import synthesise
from enrolment.fingerprints.wsq import encode_at

Write = Callable[..., bytes]
PRINT = synthesise(8, FingerPosition.LEFT_THUMB)
SMALL = FingerImage(FingerPosition.LEFT_THUMB, PRINT.pixels[:40, :30])


@pytest.fixture
def write(finger_records: dict[str, Write]) -> Write:
    return finger_records["2011"]


@pytest.mark.parametrize("edition", ["2005", "2011"])
def test_a_record_is_read_as_it_was_written(finger_records: dict[str, Write], edition: str) -> None:
    found = read_finger_record(finger_records[edition](PRINT))
    assert found.position is FingerPosition.LEFT_THUMB
    assert np.array_equal(found.pixels, PRINT.pixels)


def saved(format_: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(PRINT.pixels).save(buffer, format_, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("code", "data"),
    [(5, saved("JPEG2000", irreversible=False)), (6, saved("PNG")), (2, encode_at(PRINT)), (3, saved("JPEG"))],
    ids=["jpeg 2000", "png", "wsq", "jpeg"],
)
def test_pictures_of_every_compression_are_read(write: Write, code: int, data: bytes) -> None:
    pixels = read_finger_record(write(PRINT, compression=code, data=data)).pixels
    assert pixels.shape == PRINT.pixels.shape
    assert np.abs(pixels.astype(int) - PRINT.pixels).mean() < (0.001 if code in (5, 6) else 12)


def test_an_unknown_position_stays_unknown(write: Write) -> None:
    assert read_finger_record(write(PRINT, position=0)).position is None


def test_a_rate_in_centimetres_is_understood_and_1000_ppi_becomes_500(write: Write) -> None:
    assert read_finger_record(write(PRINT, ppi=197, scale=2)).pixels.shape == (500, 400)
    assert read_finger_record(write(PRINT, ppi=1000)).pixels.shape == (250, 200)


@pytest.mark.parametrize(
    "changed",
    [
        {"ppi": 363},
        {"ppi": 0},
        {"scale": 7},
        {"position": 13},
        {"depth": 16},
        {"compression": 1},
        {"compression": 9},
        {"fingers": 2},
        {"width": 0},
        {"width": 60_000, "height": 60_000},
        {"width": 401},
        {"data": b""},
        {"compression": 6, "data": b"no picture"},
        {"compression": 6, "data": saved("PNG"), "width": 399},
        {"compression": 6, "data": saved("JPEG")},
        {"compression": 2, "data": b"no wsq"},
    ],
)
def test_what_is_not_for_documents_is_refused(write: Write, changed: dict[str, Any]) -> None:
    with pytest.raises(FingerImageError):
        read_finger_record(write(PRINT, **changed))


@pytest.mark.parametrize("changed", [{"fingers": 2}, {"views": 2}, {"position": 99}, {"data": b"short"}])
def test_records_of_2005_are_held_to_one_finger_and_one_view(
    finger_records: dict[str, Write], changed: dict[str, Any]
) -> None:
    with pytest.raises(FingerImageError):
        read_finger_record(finger_records["2005"](PRINT, **changed))


@pytest.mark.parametrize("edition", ["2005", "2011"])
def test_a_record_cut_anywhere_is_refused(finger_records: dict[str, Write], edition: str) -> None:
    whole = finger_records[edition](SMALL)
    for length in range(len(whole)):
        with pytest.raises(FingerImageError):
            read_finger_record(whole[:length])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 90), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_record_changed_anywhere_is_read_or_refused_by_name(
    finger_records: dict[str, Write], changes: list[tuple[int, int]]
) -> None:
    for edition in ("2005", "2011"):
        record = bytearray(finger_records[edition](SMALL))
        for at, value in changes:
            record[at] = value
        try:
            read_finger_record(bytes(record))
        except FingerImageError as refused:
            assert len(str(refused)) < 200
