"""What the agent says and hears in the words of SBI 0.9.5, with our own beside them where SBI has none.

Errors of a device are answers (HTTP 200 with SBI's code, and the error's name as `kind`); only a request that makes no
sense is refused. Prints travel as ISO/IEC 19794-4:2011 records, compressed without loss, in a token under the pair's
key.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime

from enrolment.agent.errors import Refusal
from enrolment.agent.pairing import to_text
from enrolment.agent.scanner_bench import BenchEvent, Described
from enrolment.fingerprints.drivers.iso_finger_record import write_finger_record
from enrolment.fingerprints.drivers.sbi_messages import POSITIONS, REGISTRATION, SPEC_VERSION, SUBTYPES
from enrolment.fingerprints.errors import (
    CaptureNotOffered,
    CaptureRetry,
    CaptureTimeout,
    ScannerError,
    ScannerGone,
    ScannerMissing,
    ScannerNotReady,
    ScannerTampered,
    WrongFingerCount,
)
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.quality import QualityJudge
from enrolment.fingerprints.scanner import (
    SLAP_FINGERS,
    CaptureMode,
    CaptureRequest,
    CaptureResult,
    DeviceInfo,
    DeviceStatus,
    Purpose,
    check_request,
)

STATUS_WORDS = {
    DeviceStatus.READY: "Ready",
    DeviceStatus.BUSY: "Busy",
    DeviceStatus.NOT_READY: "Not Ready",
    DeviceStatus.NOT_REGISTERED: "Not Registered",
}
PURPOSES = {"Registration": Purpose.ENROLMENT, "Auth": Purpose.VERIFICATION}
TYPES = ("Finger", "Biometric Device")
CODES: tuple[tuple[type[ScannerError], int], ...] = (
    (CaptureTimeout, 101),
    (CaptureRetry, 102),
    (WrongFingerCount, 102),
    (ScannerTampered, 103),
    (CaptureNotOffered, 109),
    (ScannerMissing, 202),
    (ScannerGone, 202),
    (ScannerNotReady, 104),
)
OWN_CODE = 500  # SBI leaves 5xx to the provider; `kind` says which
SUCCESS = {"errorCode": "0", "errorInfo": "Success"}
SHORTEST_MS, LONGEST_MS = 100, 120_000
STREAM_MS = 300_000  # SBI: five minutes where nothing is said

Json = dict[str, object]


def parse_json(body: bytes) -> Json:
    """A JSON object; an empty body is an empty one. Raises Refusal."""
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise Refusal(400, "BAD_REQUEST", "wanted JSON") from None
    if not isinstance(value, dict):
        raise Refusal(400, "BAD_REQUEST", "wanted a JSON object")
    return value


def check_type(body: bytes) -> None:
    """Raises Refusal where a discovery asks for anything but fingers."""
    if parse_json(body).get("type", "Finger") not in TYPES:
        raise Refusal(400, "BAD_REQUEST", "type: wanted Finger or Biometric Device")


def digital_id(info: DeviceInfo, now: datetime) -> str:
    """Who a scanner is, as SBI writes it."""
    content = {
        "serialNo": info.serial,
        "make": info.make,
        "model": info.model,
        "type": "Finger",
        "deviceSubType": "Slap" if CaptureMode.RIGHT_SLAP in info.modes else "Single",
        "deviceProvider": info.make,
        "deviceProviderId": info.driver,
        "dateTime": now.isoformat(timespec="milliseconds"),
    }
    return to_text(json.dumps(content).encode())


def discovery_entry(device: Described, callback: str, now: datetime) -> Json:
    """One scanner in the answer to MOSIPDISC."""
    return {
        "deviceId": device.info.device_id,
        "deviceStatus": STATUS_WORDS[device.status],
        "certification": device.info.certification or "L0",
        "serviceVersion": SPEC_VERSION,
        "deviceSubId": [str(mode.value) for mode in device.info.modes],
        "callbackId": callback,
        "digitalId": digital_id(device.info, now),
        "deviceCode": device.info.serial,
        "specVersion": [SPEC_VERSION],
        "purpose": REGISTRATION,
        "error": SUCCESS,
    }


def info_entry(device: Described, callback: str, now: datetime, key: bytes, key_id: str) -> Json:
    """One scanner in the answer to MOSIPDINFO; what SBI has no word for stands beside its words."""
    info = device.info
    more = {
        "env": "Staging",
        "firmware": info.firmware,
        "technology": info.technology,
        "driver": info.driver,
        "ppi": info.ppi,
        "captureAreaMm": [info.capture_width_mm, info.capture_height_mm],
        "attackDetection": info.has_attack_detection,
        "framesPerSecond": info.frames_per_second,
        "modes": [mode.name.lower() for mode in info.modes],
    }
    entry = discovery_entry(device, callback, now) | more
    del entry["error"]
    return {"deviceInfo": token(entry, key, key_id), "error": SUCCESS}


def token(payload: Json, key: bytes, key_id: str) -> str:
    """A JSON Web Token under the pair's key (HS256, RFC 7519)."""
    parts = [{"alg": "HS256", "typ": "JWT", "kid": key_id}, payload]
    signed = ".".join(to_text(json.dumps(part).encode()) for part in parts)
    return f"{signed}.{to_text(hmac.new(key, signed.encode(), hashlib.sha256).digest())}"


def fingers_named(value: object, what: str) -> tuple[FingerPosition, ...]:
    """Fingers by SBI's names. Raises Refusal."""
    names = value if isinstance(value, list) and len(value) <= len(POSITIONS) else [None]
    found = tuple(POSITIONS.get(name) if isinstance(name, str) else None for name in names)
    if None in found:
        raise Refusal(400, "BAD_REQUEST", f"{what}: wanted a list of fingers such as `{SUBTYPES[FingerPosition(2)]}`")
    return tuple(position for position in found if position is not None)


def number(value: object, what: str, low: int, high: int) -> int:
    """A whole number, also as a text, as SBI has them. Raises Refusal."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not text.isdecimal() or len(text) > 9 or not low <= int(text) <= high:
        raise Refusal(400, "BAD_REQUEST", f"{what}: wanted {low} to {high}")
    return int(text)


def capture_request(body: bytes) -> tuple[str, str, CaptureRequest]:
    """The device, the transaction and the request of a CAPTURE or RCAPTURE. Raises Refusal."""
    asked = parse_json(body)
    bio = asked.get("bio")
    if not isinstance(bio, list) or len(bio) != 1 or not isinstance(bio[0], dict) or bio[0].get("type") != "Finger":
        raise Refusal(400, "BAD_REQUEST", "bio: wanted one entry of type Finger")
    finger, purpose, transaction = bio[0], asked.get("purpose", REGISTRATION), asked.get("transactionId", "")
    if purpose not in PURPOSES:
        raise Refusal(400, "BAD_REQUEST", "purpose: wanted Registration or Auth")
    if not isinstance(transaction, str) or len(transaction) > 64 or not transaction.isprintable():
        raise Refusal(400, "BAD_REQUEST", "transactionId: wanted a text of at most 64 characters")
    mode = CaptureMode(number(finger.get("deviceSubId", 0), "deviceSubId", 0, 3))
    missing = fingers_named(finger.get("exception", []), "exception")
    named = fingers_named(finger.get("bioSubType", []), "bioSubType")
    positions = named or SLAP_FINGERS.get(mode, ())
    request = CaptureRequest(
        positions=positions,
        timeout_ms=number(asked.get("timeout", 30_000), "timeout", SHORTEST_MS, LONGEST_MS),
        mode=mode,
        missing=tuple(position for position in missing if position in positions),
        purpose=PURPOSES[purpose],
    )
    try:
        check_request(request)
    except ScannerError as problem:
        raise Refusal(400, "BAD_REQUEST", str(problem)) from None
    return str(finger.get("deviceId", "")), transaction, request


def event_line(event: BenchEvent) -> Json:
    """One step of a capture, for a page that asked for a stream of lines."""
    line: Json = {"state": event.event.state.value, "at": event.event.at.isoformat(timespec="milliseconds")}
    if event.event.clarity is not None:
        line["clarity"] = round(event.event.clarity, 3)
    if event.jpeg is not None:
        line["preview"] = base64.b64encode(event.jpeg).decode("ascii")
    return line


def biometrics(
    result: CaptureResult, transaction: str, purpose: Purpose, judge: QualityJudge, key: bytes, key_id: str
) -> Json:
    """The answer to a capture that went well. Takes some tenths of a second: prints are scored and compressed."""
    found: list[Json] = []
    for finger in result.fingers:
        record = write_finger_record(finger.image)
        report = judge.judge(finger.image)
        data: Json = {
            "bioType": "Finger",
            "bioSubType": SUBTYPES[finger.image.position],
            "deviceServiceVersion": SPEC_VERSION,
            "deviceCode": result.device_id,
            "purpose": next(word for word, meant in PURPOSES.items() if meant is purpose),
            "env": "Staging",
            "bioValue": to_text(record),
            "transactionId": transaction,
            "timestamp": result.finished_at.isoformat(timespec="milliseconds"),
            "requestedScore": "0",
            "qualityScore": str(report.stored_value),
            "qualityAlgorithm": judge.algorithm,
            "attackScore": finger.attack_score,
        }
        digest = hashlib.sha256(record).hexdigest().upper()
        found.append({"specVersion": SPEC_VERSION, "data": token(data, key, key_id), "hash": digest, "error": SUCCESS})
    return {
        "biometrics": found,
        "additionalInfo": {"attackSuspected": result.attack_suspected, "wasForced": result.was_forced},
    }


def error_answer(problem: ScannerError) -> Json:
    """What went wrong with a device, by SBI's code and our name."""
    code = next((code for kind, code in CODES if isinstance(problem, kind)), OWN_CODE)
    error: Json = {"errorCode": str(code), "errorInfo": str(problem), "kind": type(problem).__name__}
    if isinstance(problem, CaptureRetry):
        error["hint"] = problem.hint
    if isinstance(problem, WrongFingerCount):
        error |= {"wanted": problem.wanted, "seen": problem.seen}
    return {"error": error}


def stream_timeout_ms(body: bytes) -> int:
    """How long a STREAM is wanted. Raises Refusal."""
    return number(parse_json(body).get("timeout", STREAM_MS), "timeout", SHORTEST_MS, STREAM_MS)


def frame_part(jpeg: bytes) -> bytes:
    """One frame of a STREAM, as SBI cuts it."""
    return b"--frame\r\nContent-Type:image/jpeg\r\nContent-Length:" + str(len(jpeg)).encode() + b"\r\n\r\n" + jpeg


def entries(devices: Sequence[Json], problem: ScannerError | None) -> list[Json]:
    """A list as SBI gives it: where there is no device, its one entry says why."""
    if devices:
        return list(devices)
    return [error_answer(problem or ScannerMissing("no scanner is connected to this desk"))]
