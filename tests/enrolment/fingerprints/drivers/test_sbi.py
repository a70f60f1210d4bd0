"""Scanners behind SBI: what a device service may do wrong, and what becomes of it."""

import resource
import threading
import time
from typing import Any

import numpy as np
import pytest

from enrolment.fingerprints.capturing import capture
from enrolment.fingerprints.drivers import sbi
from enrolment.fingerprints.drivers.http_exchange import Address
from enrolment.fingerprints.drivers.sbi import SbiDriver, SbiPlace, SbiScanner
from enrolment.fingerprints.errors import (
    CaptureCancelled,
    CaptureNotOffered,
    CaptureRetry,
    CaptureTimeout,
    ScannerAnswerError,
    ScannerBusy,
    ScannerError,
    ScannerGone,
    ScannerMissing,
    ScannerNotReady,
    ScannerTampered,
    WrongFingerCount,
)
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.scanner import SLAP_FINGERS, CaptureMode, CaptureRequest, DeviceStatus, LiveState
from enrolment.fingerprints.synthesis import synthesise

P = FingerPosition
RIGHT_INDEX = CaptureRequest((P.RIGHT_INDEX,), timeout_ms=30_000)
BRIEF = CaptureRequest((P.RIGHT_INDEX,), timeout_ms=300)
RIGHT_SLAP = CaptureRequest(SLAP_FINGERS[CaptureMode.RIGHT_SLAP], 10_000, CaptureMode.RIGHT_SLAP)

BY_CODE = [
    (100, ScannerNotReady),
    (101, CaptureRetry),
    (102, CaptureRetry),
    (103, ScannerTampered),
    (104, ScannerNotReady),
    (105, CaptureRetry),
    (106, ScannerGone),
    (107, ScannerNotReady),
    (108, ScannerNotReady),
    (109, CaptureNotOffered),
    (202, ScannerGone),
    (500, ScannerAnswerError),
    (999, ScannerAnswerError),
]


@pytest.fixture(autouse=True)
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes seconds at a desk takes less here."""
    monkeypatch.setattr(sbi, "DISCOVERY_MS", 500)
    monkeypatch.setattr(sbi, "INFO_MS", 500)


def driver_of(service: Any, more: str = "") -> SbiDriver:
    return SbiDriver(SbiPlace.parse(f"{service.port}{more}"))


def scanner_of(service: Any) -> SbiScanner:
    (scanner,) = driver_of(service).list_devices()
    return scanner


def take(service: Any, request: CaptureRequest = RIGHT_INDEX) -> FingerImage:
    with scanner_of(service).open() as session:
        return capture(session, request).fingers[0].image


def test_a_scanner_is_described_as_its_service_does(sbi_service: Any) -> None:
    sbi_service.sub_ids = [1, 2, 3]
    (scanner,) = driver_of(sbi_service, ",area=81.3x76").list_devices()
    info = scanner.info
    assert (info.make, info.model, info.serial) == ("TEST", "Finger 1", "TEST-000000000001")
    assert info.device_id == "sbi:TEST-000000000001"
    assert (info.capture_width_mm, info.capture_height_mm) == (81.3, 76.0)
    assert info.certification == "L0"
    assert set(info.modes) == set(CaptureMode)


def test_every_port_of_the_range_is_looked_at(sbi_service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sbi, "PORTS", (1, sbi_service.port, 2))
    assert [scanner.info.serial for scanner in SbiDriver().list_devices()] == ["TEST-000000000001"]
    sbi_service.trouble["MOSIPDISC"] = "not http"
    assert SbiDriver().list_devices() == ()


def test_no_service_is_no_scanner() -> None:
    assert SbiDriver(SbiPlace.parse("1")).list_devices() == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("4501x", "wanted a port"),
        ("0", "wanted a port"),
        ("99999", "wanted a port"),
        ("example.org:4501", "wanted a port"),
        ("192.0.2.7:4501", "not on this machine"),
        ("[2001:db8::1]:4501", "not on this machine"),
        ("4501,fast", "no option"),
        ("4501,area=9", "no option"),
        ("4501,trust=", "no option"),
    ],
)
def test_a_place_that_cannot_be_is_refused(text: str, words: str) -> None:
    with pytest.raises(ScannerMissing, match=words):
        SbiPlace.parse(text)


def test_another_machine_is_asked_only_where_that_is_configured() -> None:
    assert SbiPlace.parse("192.0.2.7:4501,remote").addresses == (Address("192.0.2.7", 4501),)


@pytest.mark.parametrize(
    "elsewhere", ["http://192.0.2.7:4501/", "https://127.0.0.1:4501/", "http://example.org:4501/", "x"]
)
def test_a_service_cannot_lead_us_off_this_machine(sbi_service: Any, elsewhere: str) -> None:
    sbi_service.callback = elsewhere
    with pytest.raises(ScannerAnswerError, match="elsewhere"):
        driver_of(sbi_service).list_devices()


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ("slow", ScannerNotReady),
        ("drip", ScannerError),
        ("cut in the body", None),
        ("endless body", ScannerAnswerError),
        ("endless head", ScannerAnswerError),
        ("redirect", ScannerAnswerError),
        ("refused", ScannerAnswerError),
        ("not json", ScannerAnswerError),
        ("other json", ScannerAnswerError),
        ("deep json", ScannerAnswerError),
        ("not http", ScannerAnswerError),
    ],
)
def test_a_discovery_that_goes_wrong_ends_soon_and_by_name(
    sbi_service: Any, trouble: str, error: type[ScannerError] | None
) -> None:
    sbi_service.trouble["MOSIPDISC"] = trouble
    started = time.monotonic()
    if error is None:
        assert driver_of(sbi_service).list_devices() == ()
    else:
        with pytest.raises(error):
            driver_of(sbi_service).list_devices()
    assert time.monotonic() - started < 2.5


@pytest.mark.parametrize(("code", "error"), [pair for pair in BY_CODE if pair[1] is not ScannerGone])
def test_the_codes_of_a_discovery_are_errors_of_their_own(
    sbi_service: Any, code: int, error: type[ScannerError]
) -> None:
    sbi_service.error = code
    with pytest.raises(error):
        driver_of(sbi_service).list_devices()


@pytest.mark.parametrize("code", [106, 202])
def test_a_service_without_a_scanner_finds_none(sbi_service: Any, code: int) -> None:
    sbi_service.error = code
    assert driver_of(sbi_service).list_devices() == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [({"sub_ids": ["12"]}, "sub ids"), ({"sub_ids": "0"}, "sub ids"), ({"status": "Tired"}, "status")],
)
def test_a_device_that_is_described_wrongly_is_refused(sbi_service: Any, change: dict[str, Any], words: str) -> None:
    for name, value in change.items():
        setattr(sbi_service, name, value)
    with pytest.raises(ScannerAnswerError, match=words):
        driver_of(sbi_service).list_devices()


@pytest.mark.parametrize(
    ("status", "error", "seen"),
    [
        ("Busy", ScannerBusy, DeviceStatus.BUSY),
        ("Not Ready", ScannerNotReady, DeviceStatus.NOT_READY),
        ("Not Registered", ScannerNotReady, DeviceStatus.NOT_REGISTERED),
    ],
)
def test_a_scanner_that_cannot_be_used_now_is_not_opened(
    sbi_service: Any, status: str, error: type[ScannerError], seen: DeviceStatus
) -> None:
    scanner = scanner_of(sbi_service)
    sbi_service.status = status
    assert scanner.status() is seen
    with pytest.raises(error):
        scanner.open()
    sbi_service.status = "Ready"
    scanner.open().close()


def test_a_scanner_for_authentication_is_not_ours(sbi_service: Any) -> None:
    sbi_service.purpose = "Auth"
    with pytest.raises(ScannerNotReady, match="authentication"):
        scanner_of(sbi_service).open()


def test_a_service_that_went_away_is_noticed(sbi_service: Any) -> None:
    scanner = scanner_of(sbi_service)
    sbi_service.trouble["MOSIPDINFO"] = "cut"
    assert scanner.status() is DeviceStatus.NOT_READY
    with pytest.raises(ScannerGone):
        scanner.open()


@pytest.mark.parametrize(("code", "error"), BY_CODE)
def test_the_codes_of_a_capture_are_errors_of_their_own(sbi_service: Any, code: int, error: type[ScannerError]) -> None:
    with scanner_of(sbi_service).open() as session:
        sbi_service.error = code
        with pytest.raises(error) as caught:
            capture(session, RIGHT_INDEX)
        assert not isinstance(caught.value, ScannerAnswerError) or caught.value.code == code
        sbi_service.error = 0
        assert capture(session, RIGHT_INDEX).fingers


def test_no_finger_until_the_time_is_over_is_a_timeout(sbi_service: Any) -> None:
    sbi_service.somebody = False
    with pytest.raises(CaptureTimeout) as caught:
        take(sbi_service, BRIEF)
    assert caught.value.timeout_ms == 300


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ("slow", CaptureTimeout),
        ("drip", ScannerError),
        ("cut", ScannerGone),
        ("cut in the body", ScannerGone),
        ("endless body", ScannerAnswerError),
        ("endless head", ScannerAnswerError),
        ("redirect", ScannerAnswerError),
        ("refused", ScannerAnswerError),
        ("not json", ScannerAnswerError),
        ("other json", ScannerAnswerError),
        ("not http", ScannerAnswerError),
        ("busy", ScannerBusy),
        ("one too many", WrongFingerCount),
        ("wrong finger", ScannerAnswerError),
        ("other record", ScannerAnswerError),
        ("other transaction", ScannerAnswerError),
        ("no base64", ScannerAnswerError),
        ("no picture", ScannerAnswerError),
        ("no token", ScannerAnswerError),
        ("token of nothing", ScannerAnswerError),
    ],
)
def test_a_capture_that_goes_wrong_ends_by_name_and_the_next_one_works(
    sbi_service: Any, monkeypatch: pytest.MonkeyPatch, trouble: str, error: type[ScannerError]
) -> None:
    monkeypatch.setattr("enrolment.fingerprints.drivers.sbi_capture.GRACE_MS", 300)
    monkeypatch.setattr("enrolment.fingerprints.drivers.sbi_capture.LARGEST_ANSWER_BYTES", 2_000_000)
    with scanner_of(sbi_service).open() as session:
        sbi_service.trouble["RCAPTURE"] = trouble
        started = time.monotonic()
        with pytest.raises(error) as caught:
            capture(session, BRIEF)
        assert time.monotonic() - started < 2
        assert len(str(caught.value)) < 200
        sbi_service.trouble.clear()
        assert capture(session, RIGHT_INDEX).fingers


@pytest.mark.parametrize(("trouble", "seen"), [("one too many", 5), ("one missing", 3)])
def test_too_many_and_too_few_fingers_are_counted(sbi_service: Any, trouble: str, seen: int) -> None:
    sbi_service.sub_ids, sbi_service.trouble = [2], {"RCAPTURE": trouble}
    with pytest.raises(WrongFingerCount) as caught:
        take(sbi_service, RIGHT_SLAP)
    assert (caught.value.wanted, caught.value.seen) == (4, seen)


def test_one_finger_twice_is_not_two(sbi_service: Any) -> None:
    sbi_service.sub_ids, sbi_service.trouble = [2], {"RCAPTURE": "one twice"}
    with pytest.raises(ScannerAnswerError, match="twice"):
        take(sbi_service, RIGHT_SLAP)


@pytest.mark.parametrize(
    "trouble", ["cut", "slow", "garbage", "huge frame", "no length", "no picture", "refused", "endless head"]
)
def test_previews_that_go_wrong_do_not_stop_a_capture(sbi_service: Any, trouble: str) -> None:
    sbi_service.trouble["STREAM"] = trouble
    assert np.array_equal(take(sbi_service).pixels, synthesise(8, P.RIGHT_INDEX).pixels)


def test_previews_show_the_finger_coming(sbi_service: Any) -> None:
    with scanner_of(sbi_service).open() as session:
        events = [event for event in session.capture(RIGHT_INDEX) if event.preview is not None]
    assert events[0].clarity == 0.0
    assert events[-1].clarity is not None
    assert events[-1].clarity > 0.5


def test_no_stream_is_asked_for_where_nobody_watches(sbi_service: Any) -> None:
    with scanner_of(sbi_service).open() as session:
        capture(session, CaptureRequest((P.RIGHT_INDEX,), 3_000, previews=False))
    assert sbi_service.streams == 0


def test_force_asks_again_without_a_wanted_score_and_takes_what_comes(sbi_service: Any) -> None:
    sbi_service.capture_s = 30.0
    with scanner_of(sbi_service).open() as session:
        timer = threading.Timer(0.2, session.force_capture)
        timer.start()
        started = time.monotonic()
        result = capture(session, RIGHT_INDEX)
        timer.join()
    assert result.was_forced
    assert time.monotonic() - started < 2.5
    scores = [asked["bio"][0]["requestedScore"] for verb, asked in sbi_service.asked if verb == "RCAPTURE"]
    assert scores == ["40", "0"]


def test_cancel_hangs_up_on_a_service_that_does_not_answer(sbi_service: Any) -> None:
    sbi_service.trouble["RCAPTURE"] = "slow"
    with scanner_of(sbi_service).open() as session:
        timer = threading.Timer(0.1, session.cancel)
        timer.start()
        started = time.monotonic()
        with pytest.raises(CaptureCancelled):
            capture(session, RIGHT_INDEX)
        timer.join()
        assert time.monotonic() - started < 0.7


def test_one_finger_on_a_slap_scanner_names_the_others_as_exceptions(sbi_service: Any) -> None:
    sbi_service.sub_ids = [1, 2, 3]
    take(sbi_service)
    asked = next(asked["bio"][0] for verb, asked in sbi_service.asked if verb == "RCAPTURE")
    assert asked["deviceSubId"] == "2"
    assert asked["bioSubType"] == ["Right IndexFinger"]
    assert asked["exception"] == ["Right MiddleFinger", "Right RingFinger", "Right LittleFinger"]


def test_what_the_scanner_does_not_offer_is_not_asked(sbi_service: Any) -> None:
    with scanner_of(sbi_service).open() as session, pytest.raises(CaptureNotOffered):
        capture(session, RIGHT_SLAP)
    assert all(verb != "RCAPTURE" for verb, _ in sbi_service.asked)


def test_an_endless_answer_takes_bounded_memory(sbi_service: Any) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sbi_service.trouble["RCAPTURE"] = "endless body"
    with scanner_of(sbi_service).open() as session, pytest.raises(ScannerAnswerError, match="more than"):
        capture(session, RIGHT_INDEX)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_a_second_process_cannot_take_the_same_scanner(sbi_service: Any) -> None:
    first, second = scanner_of(sbi_service), scanner_of(sbi_service)
    with first.open():
        assert second.status() is DeviceStatus.BUSY
        with pytest.raises(ScannerBusy):
            second.open()
    second.open().close()


def test_a_print_of_another_scanner_is_refused(sbi_service: Any) -> None:
    scanner = scanner_of(sbi_service)
    with scanner.open() as session:
        plain = sbi_service.seal
        sbi_service.seal = lambda data: plain(data | {"serialNo": "OTHER"} if "serialNo" in data else data)
        with pytest.raises(ScannerAnswerError, match="another scanner"):
            capture(session, RIGHT_INDEX)


def test_the_hints_of_another_try_are_told(sbi_service: Any) -> None:
    hints = {}
    with scanner_of(sbi_service).open() as session:
        for code in (102, 105):
            sbi_service.error = code
            with pytest.raises(CaptureRetry) as caught:
                capture(session, RIGHT_INDEX)
            hints[code] = caught.value.hint
    assert hints == {102: LiveState.KEEP_STILL.value, 105: "lay_straight"}
