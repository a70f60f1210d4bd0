"""The desk of the demonstration: the holder gives a second impression at the hand-over, and a stranger is not taken."""

from pathlib import Path

import numpy as np
import pytest

from enrolment.applications import load_application
from enrolment.delivery.services import Identification, NotTheHolder, hand_over
from enrolment.demo.desk import compare_with_card, seat
from enrolment.fingerprints.capturing import capture
from enrolment.fingerprints.engine import PACKAGE, is_available
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.scanner import CaptureRequest, FingerScanner
from enrolment.fingerprints.wsq import encode_wsq

FILES = sorted((Path(__file__).resolve().parents[3] / "sample_data" / "applications").glob("*.toml"))
pytestmark = pytest.mark.skipif(not is_available(), reason=f"prints are not compared: {PACKAGE} is not installed")


def seated(file: Path) -> FingerScanner:
    return seat(load_application(file), file)


def first_finger(file: Path) -> FingerPosition:
    return min(FingerPosition.from_label(label) for label in load_application(file).files.fingers)


def captured(scanner: FingerScanner, position: FingerPosition) -> FingerImage:
    with scanner.open() as session:
        return capture(session, CaptureRequest((position,), previews=False)).fingers[0].image


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_holder_s_second_impression_is_another_picture_of_the_same_finger(file):
    scanner, position = seated(file), first_finger(file)
    enrolled = captured(scanner, position)
    found = compare_with_card(scanner, encode_wsq(enrolled), position.label)
    assert found.is_same_finger
    again = captured(scanner, position)
    assert not np.array_equal(again.pixels, enrolled.pixels)


def test_another_person_s_finger_keeps_the_card_at_the_desk(walk, officers, now):
    holder, stranger = FILES[0], FILES[1]
    stored = encode_wsq(captured(seated(holder), FingerPosition.RIGHT_INDEX))
    found = compare_with_card(seated(stranger), stored, "right_index")
    assert not found.is_same_finger
    with pytest.raises(NotTheHolder):
        hand_over(walk.card(), Identification("passport", found.score, found.threshold), officers.clerk, now)


def test_another_finger_of_the_holder_is_refused_as_well():
    scanner = seated(FILES[0])
    stored = encode_wsq(captured(scanner, FingerPosition.RIGHT_INDEX))
    assert not compare_with_card(scanner, stored, "left_index").is_same_finger
