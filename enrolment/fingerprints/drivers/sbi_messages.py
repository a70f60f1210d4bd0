"""What is said over MOSIP's Secure Biometric Interface 0.9.5 (docs.mosip.io, SBI and device service specification).

Pure: JSON in, values out, and the other way round.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from enrolment.fingerprints.drivers.iso_finger_record import read_finger_record
from enrolment.fingerprints.drivers.sbi_tokens import Tokens, UnjudgedTokens, from_base64url, parse
from enrolment.fingerprints.errors import (
    CaptureNotOffered,
    CaptureRetry,
    FingerImageError,
    ScannerAnswerError,
    ScannerBusy,
    ScannerError,
    ScannerGone,
    ScannerNotReady,
    ScannerTampered,
    WrongFingerCount,
)
from enrolment.fingerprints.finger import Digit, FingerImage, FingerPosition, Hand
from enrolment.fingerprints.scanner import SLAP_FINGERS, CaptureMode, CaptureRequest, DeviceStatus, LiveState, RetryHint

SPEC_VERSION = "0.9.5"
REGISTRATION = "Registration"
SUCCESS, NO_FINGER = 0, 101
LARGEST_DEVICES = 16
SUB_IDS = {str(mode.value) for mode in CaptureMode}
STATUSES = {
    "ready": DeviceStatus.READY,
    "busy": DeviceStatus.BUSY,
    "not ready": DeviceStatus.NOT_READY,
    "not registered": DeviceStatus.NOT_REGISTERED,
}
DIGITS = {
    Digit.THUMB: "Thumb",
    Digit.INDEX: "IndexFinger",
    Digit.MIDDLE: "MiddleFinger",
    Digit.RING: "RingFinger",
    Digit.LITTLE: "LittleFinger",
}
SUBTYPES = {position: f"{position.hand.value.title()} {DIGITS[position.digit]}" for position in FingerPosition}
POSITIONS = {name: position for position, name in SUBTYPES.items()}


def error_of(code: int) -> ScannerError | None:
    """What an error code of SBI means; None for success. 101 is the caller's, who knows how long it was waited."""
    known: dict[int, ScannerError] = {
        100: ScannerNotReady("the scanner is not registered with its provider (SBI 100)"),
        NO_FINGER: CaptureRetry(LiveState.SEARCHING_FINGERS.value),
        102: CaptureRetry(LiveState.KEEP_STILL.value),
        103: ScannerTampered("the scanner says that it was tampered with (SBI 103)"),
        104: ScannerNotReady("the scanner cannot reach its management server (SBI 104)"),
        105: CaptureRetry(RetryHint.LAY_STRAIGHT.value),
        106: ScannerGone("the device service does not find its scanner (SBI 106)"),
        107: ScannerNotReady("the scanner's key has expired (SBI 107)"),
        108: ScannerNotReady("the scanner lacks the key of its domain (SBI 108)"),
        109: CaptureNotOffered("the scanner does not take that many fingers at once (SBI 109)"),
        202: ScannerGone("no scanner is connected to the device service (SBI 202)"),
    }
    if code == SUCCESS:
        return None
    return known.get(code, ScannerAnswerError("the device service reports an error of its own", code))


@dataclass(frozen=True, slots=True)
class SbiDevice:
    """A finger scanner as its service describes it."""

    device_id: str
    make: str
    model: str
    serial: str
    provider: str
    kind: str
    service_version: str
    certification: str
    purpose: str
    callback: str
    sub_ids: tuple[int, ...]
    status: DeviceStatus

    @property
    def modes(self) -> tuple[CaptureMode, ...]:
        """What it takes at once. A slap scanner takes single fingers too: the others are named as missing."""
        offered = {mode for mode in CaptureMode if mode.value in self.sub_ids}
        return tuple(mode for mode in CaptureMode if mode in offered or mode is CaptureMode.SINGLE)


def discovery_request() -> bytes:
    """The body of MOSIPDISC and MOSIPDINFO."""
    return json.dumps({"type": "Finger"}).encode()


def stream_request(device: SbiDevice, sub_id: int, timeout_ms: int) -> bytes:
    """The body of STREAM."""
    return json.dumps({"deviceId": device.device_id, "deviceSubId": str(sub_id), "timeout": str(timeout_ms)}).encode()


def capture_request(
    device: SbiDevice, request: CaptureRequest, wanted_score: int, transaction: str, now: datetime
) -> bytes:
    """The body of RCAPTURE. `wanted_score` is what ends the capture before its time; 0 takes the frame at hand."""
    names = [SUBTYPES[position] for position in request.expected]
    finger = {
        "type": "Finger",
        "count": str(len(names)),
        "bioSubType": names,
        "exception": [SUBTYPES[position] for position in exceptions(device, request)],
        "requestedScore": str(wanted_score),
        "deviceId": device.device_id,
        "deviceSubId": str(sub_id_for(device, request)),
        "previousHash": "",
    }
    whole = {
        "env": "Staging",
        "purpose": REGISTRATION,
        "specVersion": SPEC_VERSION,
        "timeout": str(request.timeout_ms),
        "captureTime": now.isoformat(timespec="milliseconds"),
        "transactionId": transaction,
        "bio": [finger],
        "customOpts": {},
    }
    return json.dumps(whole).encode()


def sub_id_for(device: SbiDevice, request: CaptureRequest) -> int:
    """Which sensor of the device takes this. Raises CaptureNotOffered."""
    if request.mode.value in device.sub_ids:
        return request.mode.value
    if request.mode is CaptureMode.SINGLE:
        position = request.expected[0]
        slap = CaptureMode.RIGHT_SLAP if position.hand is Hand.RIGHT else CaptureMode.LEFT_SLAP
        slap = CaptureMode.TWO_THUMBS if position.digit is Digit.THUMB else slap
        if slap.value in device.sub_ids:
            return slap.value
    raise CaptureNotOffered(f"the scanner does not take {request.mode.name.lower()}")


def exceptions(device: SbiDevice, request: CaptureRequest) -> tuple[FingerPosition, ...]:
    """The fingers that will not come: those that are missing, and for one finger on a slap scanner all the others."""
    sub_id = sub_id_for(device, request)
    if request.mode is CaptureMode.SINGLE and sub_id != CaptureMode.SINGLE.value:
        return tuple(position for position in SLAP_FINGERS[CaptureMode(sub_id)] if position not in request.expected)
    return request.missing


def discovered(content: bytes) -> tuple[SbiDevice, ...]:
    """The finger scanners of a discovery's answer. Raises ScannerAnswerError, and what its error codes mean."""
    entries = parse(content)
    if not isinstance(entries, list) or len(entries) > LARGEST_DEVICES:
        raise ScannerAnswerError("the device service does not list devices")
    found = []
    for entry in entries:
        if not isinstance(entry, dict):
            raise ScannerAnswerError("the device service lists something that is no device")
        check_error(entry)
        digital_id = UnjudgedTokens().payload(entry.get("digitalId"), "a digital id")  # SBI: unsigned here
        if text_of(digital_id, "type").lower().startswith("finger"):
            found.append(device_of(entry, digital_id))
    return tuple(found)


def device_of(entry: dict[str, object], digital_id: dict[str, object]) -> SbiDevice:
    """A device from its entry in a discovery and its digital id. Raises ScannerAnswerError."""
    sub_ids = entry.get("deviceSubId")
    if not isinstance(sub_ids, list) or not all(str(sub_id) in SUB_IDS for sub_id in sub_ids):
        raise ScannerAnswerError("the device service gives a device no sub ids of 0 to 3")
    status = STATUSES.get(text_of(entry, "deviceStatus").lower())
    if status is None:
        raise ScannerAnswerError("the device service gives a device a status that SBI does not know")
    return SbiDevice(
        device_id=text_of(entry, "deviceId"),
        make=text_of(digital_id, "make"),
        model=text_of(digital_id, "model"),
        serial=text_of(digital_id, "serialNo"),
        provider=text_of(digital_id, "deviceProvider"),
        kind=text_of(digital_id, "deviceSubType"),
        service_version=text_of(entry, "serviceVersion"),
        certification=text_of(entry, "certification"),
        purpose=text_of(entry, "purpose"),
        callback=text_of(entry, "callbackId"),
        sub_ids=tuple(int(str(sub_id)) for sub_id in sub_ids),
        status=status,
    )


def text_of(source: dict[str, object], key: str) -> str:
    """A text of at most 200 printable characters; "" where there is none."""
    value = source.get(key)
    return "".join(sign for sign in value[:200] if sign.isprintable()) if isinstance(value, str) else ""


def info_status(content: bytes, device_id: str, tokens: Tokens) -> DeviceStatus:
    """The status of one device in the answer to MOSIPDINFO. Raises ScannerAnswerError, ScannerGone."""
    entries = parse(content)
    if not isinstance(entries, list):
        raise ScannerAnswerError("the device service does not describe devices")
    for entry in entries[:LARGEST_DEVICES]:
        if isinstance(entry, dict):
            check_error(entry)
            info = tokens.payload(entry.get("deviceInfo"), "a description")
            if text_of(info, "deviceId") == device_id:
                return STATUSES.get(text_of(info, "deviceStatus").lower(), DeviceStatus.NOT_READY)
    raise ScannerGone("the device service does not know the scanner any more")


def check_error(entry: dict[str, object]) -> None:
    """Raises what an entry's error code means."""
    error = entry.get("error")
    if not isinstance(error, dict):
        return
    code = str(error.get("errorCode", SUCCESS))
    if not code.isdecimal() or len(code) > 6:
        raise ScannerAnswerError("the device service reports an error without a number")
    problem = error_of(int(code))
    if problem is not None:
        raise problem


def captured(
    content: bytes, device: SbiDevice, request: CaptureRequest, transaction: str, tokens: Tokens
) -> tuple[FingerImage, ...]:
    """The prints of an RCAPTURE's answer, in the order asked for.

    Raises ScannerBusy, WrongFingerCount, ScannerAnswerError, and what the error codes mean.
    """
    answer = parse(content)
    if isinstance(answer, list) and answer and isinstance(answer[0], dict) and "deviceInfo" in answer[0]:
        raise ScannerBusy("the device service is busy with another capture")
    if not isinstance(answer, dict):
        raise ScannerAnswerError("the device service does not answer a capture")
    check_error(answer)
    entries = answer.get("biometrics")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ScannerAnswerError("the device service answers a capture without biometrics")
    for entry in entries:
        check_error(entry)
    if len(entries) != len(request.expected):
        raise WrongFingerCount(len(request.expected), len(entries))
    datas = [tokens.payload(entry.get("data"), "a print") for entry in entries]
    for data in datas:
        check_scanner(data, device, tokens)
    prints = tuple(print_of(data, request, transaction) for data in datas)
    if {image.position for image in prints} != set(request.expected):
        raise ScannerAnswerError("the device service answers with one finger twice")
    return tuple(sorted(prints, key=lambda image: request.expected.index(image.position)))


def check_scanner(data: dict[str, object], device: SbiDevice, tokens: Tokens) -> None:
    """Raises ScannerAnswerError where a print names another scanner than the one that was asked."""
    if data.get("digitalId") is None and isinstance(tokens, UnjudgedTokens):
        return
    serial = text_of(tokens.payload(data.get("digitalId"), "a digital id"), "serialNo")
    if serial != device.serial:
        raise ScannerAnswerError("the device service answers with a print of another scanner")


def print_of(data: dict[str, object], request: CaptureRequest, transaction: str) -> FingerImage:
    """One print. Raises ScannerAnswerError where it is of another capture or another finger, or cannot be read."""
    if text_of(data, "transactionId") != transaction:
        raise ScannerAnswerError("the device service answers with a print of another capture")
    position = POSITIONS.get(text_of(data, "bioSubType"))
    if text_of(data, "bioSubType") == "UNKNOWN" and len(request.expected) == 1:
        position = request.expected[0]
    if position not in request.expected:
        raise ScannerAnswerError("the device service answers with another finger than was asked for")
    value = data.get("bioValue")
    if not isinstance(value, str):
        raise ScannerAnswerError("the device service sends a print without its picture")
    try:
        record = read_finger_record(from_base64url(value, "a print"))
    except FingerImageError as problem:
        raise ScannerAnswerError(f"the device service sends a print that cannot be read: {problem}") from None
    if record.position not in (None, position):
        raise ScannerAnswerError("the device service names one finger and sends the record of another")
    return FingerImage(position, record.pixels)
