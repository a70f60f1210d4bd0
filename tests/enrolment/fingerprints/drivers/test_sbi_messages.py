"""What is said over SBI: requests as the specification has them, and answers that may be anything."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrolment.fingerprints.drivers.sbi_messages import (
    SbiDevice,
    capture_request,
    captured,
    discovered,
    info_status,
    stream_request,
)
from enrolment.fingerprints.drivers.sbi_tokens import UnjudgedTokens
from enrolment.fingerprints.errors import CaptureNotOffered, ScannerError
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.scanner import SLAP_FINGERS, CaptureMode, CaptureRequest, DeviceStatus

P = FingerPosition
NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def device(*sub_ids: int) -> SbiDevice:
    described = ("2", "TEST", "Finger 1", "TEST-1", "TEST", "Slap", "0.9.5", "L0", "Registration", "")
    return SbiDevice(*described, sub_ids=sub_ids, status=DeviceStatus.READY)


def asked(position: FingerPosition, *sub_ids: int) -> dict[str, Any]:
    body = capture_request(device(*sub_ids), CaptureRequest((position,), 5_000), 40, "t", NOW)
    finger: dict[str, Any] = json.loads(body)["bio"][0]
    return finger


def test_a_capture_is_asked_for_as_the_specification_has_it() -> None:
    slap = CaptureRequest(SLAP_FINGERS[CaptureMode.LEFT_SLAP], 5_000, CaptureMode.LEFT_SLAP, (P.LEFT_RING,))
    assert json.loads(capture_request(device(1), slap, 40, "t-1", NOW)) == {
        "env": "Staging",
        "purpose": "Registration",
        "specVersion": "0.9.5",
        "timeout": "5000",
        "captureTime": "2026-11-21T08:30:00.000+00:00",
        "transactionId": "t-1",
        "bio": [
            {
                "type": "Finger",
                "count": "3",
                "bioSubType": ["Left LittleFinger", "Left MiddleFinger", "Left IndexFinger"],
                "exception": ["Left RingFinger"],
                "requestedScore": "40",
                "deviceId": "2",
                "deviceSubId": "1",
                "previousHash": "",
            }
        ],
        "customOpts": {},
    }


def test_a_stream_is_asked_for_by_device_and_sensor() -> None:
    assert json.loads(stream_request(device(1), 1, 300)) == {"deviceId": "2", "deviceSubId": "1", "timeout": "300"}


@pytest.mark.parametrize(
    ("position", "sub_id", "others"),
    [
        (P.RIGHT_INDEX, "2", ["Right MiddleFinger", "Right RingFinger", "Right LittleFinger"]),
        (P.LEFT_LITTLE, "1", ["Left RingFinger", "Left MiddleFinger", "Left IndexFinger"]),
        (P.LEFT_THUMB, "3", ["Right Thumb"]),
        (P.RIGHT_THUMB, "3", ["Left Thumb"]),
    ],
)
def test_one_finger_on_a_slap_scanner_goes_to_its_own_sensor(
    position: FingerPosition, sub_id: str, others: list[str]
) -> None:
    finger = asked(position, 1, 2, 3)
    assert (finger["deviceSubId"], finger["exception"]) == (sub_id, others)


def test_a_scanner_for_single_fingers_is_asked_for_one() -> None:
    finger = asked(P.RIGHT_INDEX, 0, 2)
    assert (finger["deviceSubId"], finger["exception"]) == ("0", [])


def test_a_finger_for_which_there_is_no_sensor_is_not_asked_for() -> None:
    with pytest.raises(CaptureNotOffered):
        asked(P.RIGHT_THUMB, 1, 2)


KEYS = st.sampled_from(
    [
        "biometrics",
        "data",
        "error",
        "errorCode",
        "deviceInfo",
        "deviceId",
        "deviceStatus",
        "digitalId",
        "deviceSubId",
        "bioSubType",
        "bioValue",
        "transactionId",
        "type",
        "serialNo",
    ]
)
VALUES = st.sampled_from(
    ["0", "101", "Finger", "Ready", "Right IndexFinger", "UNKNOWN", "t", "TEST-1", "2", "e30", "a.b.c"]
)
ANSWERS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=8),
    max_leaves=20,
).map(lambda value: json.dumps(value).encode())


@settings(max_examples=300, deadline=None)
@given(answer=ANSWERS | st.binary(max_size=100))
def test_whatever_a_service_answers_is_understood_or_an_error_of_ours(answer: bytes) -> None:
    request, tokens = CaptureRequest((P.RIGHT_INDEX,), 5_000), UnjudgedTokens()
    for understand in (
        lambda: discovered(answer),
        lambda: info_status(answer, "2", tokens),
        lambda: captured(answer, device(0), request, "t", tokens),
    ):
        try:
            understand()
        except ScannerError as problem:
            assert len(str(problem)) < 200
