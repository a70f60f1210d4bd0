"""The scanner through the agent: SBI's verbs, live states, one session at a time, and a page that goes."""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from enrolment.fingerprints.drivers.iso_finger_record import read_finger_record
from enrolment.fingerprints.drivers.motion_jpeg import FrameParser
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.pictures import decode_grey
from enrolment.fingerprints.synthesis import synthesise

RequestOf = Callable[..., dict[str, object]]


def payload(token: str) -> Any:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_discovery_lists_the_scanner_in_the_words_of_sbi(desk: Any) -> None:
    (entry,) = desk.page.ask("MOSIPDISC", "/device", {"type": "Biometric Device"}).json
    assert entry["deviceId"] == "simulator:SIM-0001"
    assert entry["deviceStatus"] == "Ready"
    assert entry["deviceSubId"] == ["0", "1", "2", "3"]
    assert entry["callbackId"] == f"http://127.0.0.1:{desk.port}/"
    assert entry["error"]["errorCode"] == "0"
    identity = json.loads(bytes_of(entry["digitalId"]))
    assert (identity["type"], identity["deviceSubType"], identity["serialNo"]) == ("Finger", "Slap", "SIM-0001")


def test_info_is_a_token_under_the_pairs_key(desk: Any) -> None:
    (entry,) = desk.page.ask("MOSIPDINFO", "/info", {"type": "Finger"}).json
    signed, _, signature = entry["deviceInfo"].rpartition(".")
    assert hmac.new(desk.page.key, signed.encode(), hashlib.sha256).digest() == bytes_of(signature)
    info = payload(entry["deviceInfo"])
    assert info["attackDetection"] is True
    assert info["ppi"] == 500
    assert info["modes"] == ["single", "left_slap", "right_slap", "two_thumbs"]


def test_only_fingers_are_here(desk: Any) -> None:
    assert desk.page.ask("MOSIPDISC", "/device", {"type": "Iris"}).status == 400


def test_a_capture_gives_the_print_without_loss(desk: Any, request_of: RequestOf) -> None:
    answer = desk.page.ask("RCAPTURE", "/capture", request_of("Right IndexFinger")).json
    assert answer["additionalInfo"] == {"attackSuspected": False, "wasForced": False}
    (biometric,) = answer["biometrics"]
    data = payload(biometric["data"])
    record = bytes_of(data["bioValue"])
    assert (data["bioSubType"], data["transactionId"], data["purpose"]) == ("Right IndexFinger", "t-1", "Registration")
    assert biometric["hash"] == hashlib.sha256(record).hexdigest().upper()
    assert 0 <= int(data["qualityScore"]) <= 255
    assert 0 <= data["attackScore"] <= 1
    found = read_finger_record(record)
    assert found.position is FingerPosition.RIGHT_INDEX
    assert np.array_equal(found.pixels, synthesise(8, FingerPosition.RIGHT_INDEX).pixels)


def test_a_slap_comes_finger_by_finger_without_the_missing_one(desk: Any, request_of: RequestOf) -> None:
    asked = request_of(deviceSubId="2", exception=["Right RingFinger"], purpose="Auth")
    answer = desk.page.ask("CAPTURE", "/capture", asked).json
    assert [payload(each["data"])["bioSubType"] for each in answer["biometrics"]] == [
        "Right IndexFinger",
        "Right MiddleFinger",
        "Right LittleFinger",
    ]
    assert payload(answer["biometrics"][0]["data"])["purpose"] == "Auth"


def test_a_page_that_asks_for_lines_sees_the_finger_coming(desk: Any, request_of: RequestOf) -> None:
    *steps, last = desk.page.lines("RCAPTURE", "/capture", request_of("Left Thumb"))
    states = [step["state"] for step in steps]
    assert states[0] == "initializing"
    assert states[-1] == "finished"
    assert "fingers_recognized" in states
    pictures = [decode_grey(base64.b64decode(s["preview"]), ("JPEG",), 10**6, "") for s in steps if "preview" in s]
    assert pictures[0].shape == (250, 200)
    assert max(step.get("clarity", 0) for step in steps) > 0.5
    assert len(last["biometrics"]) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"purpose": "Fun"}, "purpose"),
        ({"timeout": "99"}, "timeout"),
        ({"timeout": "x"}, "timeout"),
        ({"timeout": True}, "timeout"),
        ({"transactionId": "x" * 65}, "transactionId"),
        ({"transactionId": 7}, "transactionId"),
        ({"bio": []}, "bio"),
        ({"bio": [{"type": "Iris"}]}, "bio"),
        ({"bio": [{"type": "Finger", "deviceSubId": "9"}]}, "deviceSubId"),
        ({"bio": [{"type": "Finger", "bioSubType": ["Left Toe"]}]}, "bioSubType"),
        ({"bio": [{"type": "Finger", "bioSubType": [[]]}]}, "bioSubType"),
        ({"bio": [{"type": "Finger", "bioSubType": []}]}, "no finger"),
        ({"bio": [{"type": "Finger", "bioSubType": ["Left Thumb", "Right Thumb"]}]}, "single-finger"),
        ({"bio": [{"type": "Finger", "deviceSubId": "1", "bioSubType": ["Right Thumb"]}]}, "slap"),
        ({"bio": [{"type": "Finger", "bioSubType": ["Left Thumb"], "exception": ["Left Thumb"]}]}, "no finger"),
    ],
)
def test_a_capture_that_makes_no_sense_is_refused(
    desk: Any, request_of: RequestOf, change: dict[str, Any], words: str
) -> None:
    answer = desk.page.ask("RCAPTURE", "/capture", request_of("Right IndexFinger", **change))
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert words in answer.json["error"]["message"]
    assert not desk.bench.is_busy


@pytest.mark.parametrize(
    ("script", "kind", "code"),
    [
        ("nobody", "CaptureTimeout", "101"),
        ("lifted", "CaptureRetry", "102"),
        ("too_many", "WrongFingerCount", "102"),
        ("tampered", "ScannerTampered", "103"),
        ("unplugged", "ScannerGone", "202"),
    ],
)
def test_what_goes_wrong_at_the_scanner_is_an_answer_with_its_name(
    desk: Any, request_of: RequestOf, script: str, kind: str, code: str
) -> None:
    desk.scanner.present(script)
    answer = desk.page.ask("RCAPTURE", "/capture", request_of("Right IndexFinger", timeout="600"))
    assert answer.status == 200
    assert (answer.json["error"]["kind"], answer.json["error"]["errorCode"]) == (kind, code)
    assert ("capture ended", {"problem": kind}) in desk.log.lines


def test_a_scanner_that_is_not_there_is_said(desk: Any, request_of: RequestOf) -> None:
    answer = desk.page.ask("RCAPTURE", "/capture", request_of("Right IndexFinger", deviceId="sbi:other"))
    assert answer.json["error"]["kind"] == "ScannerMissing"
    desk.scanner.unplug()
    (entry,) = desk.page.ask("MOSIPDISC", "/device", {}).json
    assert (entry["error"]["errorCode"], entry["error"]["kind"]) == ("202", "ScannerMissing")


def test_one_capture_runs_at_a_time(desk: Any, request_of: RequestOf) -> None:
    desk.scanner.present("nobody")
    waiting = desk.page.begin("RCAPTURE", "/capture", request_of("Right IndexFinger"), Accept="application/x-ndjson")
    desk.wait_until_busy()
    second = desk.page.ask("RCAPTURE", "/capture", request_of("Left IndexFinger"))
    assert second.json["error"]["kind"] == "ScannerBusy"
    assert desk.page.ask("MOSIPDISC", "/device", {}).json[0]["deviceStatus"] == "Busy"
    assert desk.page.ask("POST", "/capture/cancel", {}).json == {"cancelled": True}
    last = json.loads(waiting.read().splitlines()[-2])
    assert last["error"]["kind"] == "CaptureCancelled"
    assert desk.wait_until_free()
    assert desk.page.ask("POST", "/capture/cancel", {}).json == {"cancelled": False}
    assert desk.page.ask("RCAPTURE", "/capture", request_of("Left IndexFinger")).json["biometrics"]


@pytest.mark.parametrize("accept", ["application/x-ndjson", "application/json"])
def test_a_page_that_is_closed_frees_the_scanner(desk: Any, request_of: RequestOf, accept: str) -> None:
    desk.scanner.present("nobody")
    body = json.dumps(request_of("Right IndexFinger", timeout="60000")).encode()
    headers = desk.page.authorization("RCAPTURE", "/capture", body) | {
        "Host": f"127.0.0.1:{desk.port}",
        "Origin": "https://office.example",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Accept": accept,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", desk.port)) as page:
        page.sendall(f"RCAPTURE /capture HTTP/1.1\r\n{head}\r\n".encode() + body)
        desk.wait_until_busy()
        time.sleep(0.1)
    assert desk.wait_until_free(seconds=3.0)
    assert desk.page.ask("RCAPTURE", "/capture", request_of("Right IndexFinger")).json["biometrics"]


def test_force_takes_the_next_frame(desk: Any, request_of: RequestOf) -> None:
    assert desk.page.ask("POST", "/capture/force", {}).json == {"forced": False}
    answers: list[Any] = []
    asking = threading.Thread(
        target=lambda: answers.append(desk.page.ask("RCAPTURE", "/capture", request_of("Right IndexFinger")).json)
    )
    asking.start()
    desk.wait_until_busy()
    time.sleep(0.1)
    assert desk.page.ask("POST", "/capture/force", {}).json == {"forced": True}
    asking.join()
    assert answers[0]["additionalInfo"]["wasForced"] is True


def test_a_stream_shows_the_capture_that_runs_beside_it(desk: Any, request_of: RequestOf) -> None:
    stream = desk.page.begin("STREAM", "/stream", {"timeout": "4000", "deviceId": "simulator:SIM-0001"})
    assert stream.getheader("Content-Type") == "multipart/x-mixed-replace; boundary=--frame"
    assert desk.page.ask("RCAPTURE", "/capture", request_of("Right IndexFinger")).json["biometrics"]
    parser, frames = FrameParser(), []
    while len(frames) < 3:
        frames += list(parser.feed(stream.read1(4096)))
    assert all(decode_grey(frame, ("JPEG",), 10**6, "").shape == (250, 200) for frame in frames)


def test_a_stream_ends_after_its_time_and_there_are_not_many(desk: Any) -> None:
    started = time.monotonic()
    assert desk.page.begin("STREAM", "/stream", {"timeout": "300"}).read() == b""
    assert 0.2 < time.monotonic() - started < 4
    open_streams = [desk.page.begin("STREAM", "/stream", {"timeout": "20000"}) for _ in range(4)]
    answer = desk.page.ask("STREAM", "/stream", {"timeout": "20000"})
    assert answer.json["error"]["kind"] == "ScannerBusy"
    assert len(open_streams) == 4
    assert desk.page.ask("STREAM", "/stream", {"timeout": "1"}).status == 400


def test_nothing_of_a_print_is_logged(desk: Any, request_of: RequestOf) -> None:
    body = desk.page.ask("RCAPTURE", "/capture", request_of("Right IndexFinger"))
    value = payload(body.json["biometrics"][0]["data"])["bioValue"]
    assert value[:40] not in desk.log.whole
    assert len(desk.log.whole) < 1000
    assert ("captured", {"fingers": 1, "forced": False}) in desk.log.lines


def test_telling_the_agent_to_stop_ends_a_capture(desk: Any, request_of: RequestOf) -> None:
    desk.scanner.present("nobody")
    waiting = desk.page.begin(
        "RCAPTURE", "/capture", request_of("Right IndexFinger", timeout="60000"), Accept="application/x-ndjson"
    )
    desk.wait_until_busy()
    desk.agent.leave()
    assert json.loads(waiting.read().splitlines()[-2])["error"]["kind"] == "CaptureCancelled"
    assert desk.wait_until_free()
