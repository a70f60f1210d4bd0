"""Scanners that Linux's own library knows: libfprint, in a process of its own.

libfprint does not tell what a document needs to know of a sensor, and what `get_ppmm` answers is no measurement (0.0
from its virtual device). So resolution and capture area come from configuration: `libfprint:ppi=500,area=20x25`.
"""

import re
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from enrolment.fingerprints.clock import Clock, SystemClock
from enrolment.fingerprints.drivers.device_lock import DeviceLock
from enrolment.fingerprints.drivers.holding import HeldSession, Hold, Holder
from enrolment.fingerprints.drivers.libfprint_process import LibfprintProcess, Message
from enrolment.fingerprints.drivers.previews import halve
from enrolment.fingerprints.drivers.resolution import at_document_ppi, is_for_documents
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
)
from enrolment.fingerprints.finger import DOCUMENT_PPI, FingerImage
from enrolment.fingerprints.quality.preview import preview_quality
from enrolment.fingerprints.scanner import (
    CapturedFinger,
    CaptureEvent,
    CaptureMode,
    CaptureRequest,
    CaptureResult,
    DeviceInfo,
    DeviceStatus,
    LiveState,
    RetryHint,
    check_request,
)

DRIVER_NAME = "libfprint"
LISTING_MS, OPENING_MS, CANCELLING_MS = 5_000, 5_000, 400
POLL_MS = 40
# libfprint, fp-device.h: FpDeviceRetry and FpDeviceError.
RETRY_HINTS = {
    1: RetryHint.LONGER,
    2: RetryHint.CENTRE_FINGER,
    3: RetryHint.REMOVE_FINGER,
    4: RetryHint.SLOWER,
}
DEVICE_BUSY, DEVICE_REMOVED, DEVICE_TOO_HOT = 4, 0x100, 0x101


@dataclass(frozen=True, slots=True)
class SensorFacts:
    """What configuration says of the sensor; an area of 0 is not known."""

    ppi: int = DOCUMENT_PPI
    width_mm: float = 0.0
    height_mm: float = 0.0

    @classmethod
    def parse(cls, text: str) -> "SensorFacts":
        """From `ppi=1000,area=20x25`; empty for a sensor of 500 ppi. Raises ScannerMissing."""
        ppi, width_mm, height_mm = DOCUMENT_PPI, 0.0, 0.0
        for part in filter(None, text.split(",")):
            name, _, value = part.partition("=")
            area = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)x(\d{1,3}(?:\.\d+)?)", value) if name == "area" else None
            if area is not None:
                width_mm, height_mm = float(area[1]), float(area[2])
            elif name == "ppi" and value.isdecimal() and is_for_documents(int(value)):
                ppi = int(value)
            else:
                raise ScannerMissing(f"libfprint:{part}: wanted ppi=500 or ppi=1000 (1 % either way), area=20x25 (mm)")
        return cls(ppi, width_mm, height_mm)


class LibfprintScanner:
    """One scanner that libfprint found."""

    def __init__(
        self,
        device: str,
        name: str,
        sensor: SensorFacts,
        clock: Clock,
        start: Callable[[], LibfprintProcess] = LibfprintProcess,
    ) -> None:
        self._device, self._name, self._sensor, self._clock, self._start = device, name, sensor, clock, start
        self._holder = Holder(DeviceLock(self.info.device_id))

    @property
    def info(self) -> DeviceInfo:
        """What libfprint and configuration tell."""
        return DeviceInfo(
            driver=DRIVER_NAME,
            device_id=f"{DRIVER_NAME}:{self._device}",
            make=self._device.partition("/")[0],
            model=self._name,
            serial=self._device.partition("/")[2],
            firmware="",
            technology="",
            ppi=self._sensor.ppi,
            capture_width_mm=self._sensor.width_mm,
            capture_height_mm=self._sensor.height_mm,
            certification="",
            modes=(CaptureMode.SINGLE,),
            has_attack_detection=False,
            frames_per_second=0.0,
        )

    @property
    def device(self) -> str:
        """libfprint's driver and its number for the device."""
        return self._device

    def status(self) -> DeviceStatus:
        """Ready, unless held by anybody of this user or unplugged."""
        if self._holder.is_taken:
            return DeviceStatus.BUSY
        is_there = any(device == self._device for device, _ in find_devices(self._start))
        return DeviceStatus.READY if is_there else DeviceStatus.NOT_READY

    def open(self) -> "LibfprintSession":
        """An exclusive session. Raises ScannerBusy, ScannerMissing, ScannerNotReady."""
        hold = self._holder.take()
        try:
            return LibfprintSession(self, self._clock, hold, self.connect())
        except BaseException:
            hold.give_back()
            raise

    def connect(self) -> LibfprintProcess:
        """A worker that holds the scanner. Raises ScannerBusy, ScannerMissing, ScannerNotReady, StackMissing."""
        process = self._start()
        try:
            process.ask("open", device=self._device)
            check_opened(process.take_only("opened", OPENING_MS))
        except BaseException:
            process.end()
            raise
        return process


class LibfprintSession(HeldSession["LibfprintScanner"]):
    """A scanner held by one holder, and the worker that speaks to it."""

    def __init__(self, scanner: LibfprintScanner, clock: Clock, hold: Hold, process: LibfprintProcess) -> None:
        super().__init__(scanner, clock, hold)
        self._process = process

    @property
    def process(self) -> LibfprintProcess:
        """The worker that speaks to the scanner now."""
        return self._process

    def close(self) -> None:
        """Gives the scanner back; a capture that runs in another thread is called off."""
        self._hold.cancel()
        self._process.end()
        self._hold.give_back()

    def capture(self, request: CaptureRequest) -> Iterator[CaptureEvent]:
        """The events of one capture; see `ScannerSession.capture`. libfprint gives no previews: the only one is the
        print itself. It always takes the first frame with a finger on it, so there is nothing to force."""
        self._hold.begin_capture()
        check_request(request)
        if request.mode is not CaptureMode.SINGLE:
            raise CaptureNotOffered("libfprint takes single fingers: ask for one at a time")
        if not self._process.is_running:
            self._process.end()
            self._process = self._scanner.connect()
        started = self._clock.now()
        yield CaptureEvent(LiveState.INITIALIZING, started)
        image = yield from self._take_image(request)
        if request.previews:
            preview = halve(image)
            seen = preview_quality(preview)
            yield CaptureEvent(seen.hint, self._clock.now(), preview, seen.clarity)
        yield CaptureEvent(LiveState.CAPTURING, self._clock.now())
        yield CaptureEvent(LiveState.FINISHED, self._clock.now(), result=self._result(image, started))

    def _result(self, image: FingerImage, started: datetime) -> CaptureResult:
        return CaptureResult(
            device_id=self.info.device_id,
            fingers=(CapturedFinger(image),),
            attack_suspected=None,
            started_at=started,
            finished_at=self._clock.now(),
            was_forced=self._hold.is_forced,
        )

    def _take_image(self, request: CaptureRequest) -> Generator[CaptureEvent, None, FingerImage]:
        """Waits for the worker's image; whatever else happens, the worker captures no longer afterwards."""
        self._pass_over_old_news()
        self._process.ask("capture")
        deadline = time.monotonic() + request.timeout_ms / 1000
        is_capturing, state = True, LiveState.INITIALIZING
        try:
            while True:
                message = self._process.take(POLL_MS)
                if self._hold.is_cancelled:
                    raise CaptureCancelled
                if message is not None and message.say != "finger":
                    is_capturing = False
                    return self._image(message, request)
                if time.monotonic() > deadline:
                    raise CaptureTimeout(request.timeout_ms)
                before, state = state, state if message is None else finger_state(message, state)
                if state is not before:
                    yield CaptureEvent(state, self._clock.now())
        except ScannerGone:
            is_capturing = False
            if self._hold.is_cancelled:
                raise CaptureCancelled from None
            raise
        finally:
            if is_capturing:
                self._stop()

    def _pass_over_old_news(self) -> None:
        """What was said since the last capture does not count for this one, except that the scanner is gone."""
        while (message := self._process.take(0)) is not None:
            if message.say == "removed":
                raise ScannerGone("the scanner was unplugged")

    def _image(self, message: Message, request: CaptureRequest) -> FingerImage:
        """The print that the worker handed over. Raises the error that it told instead."""
        if message.say == "removed":
            raise ScannerGone("the scanner was unplugged")
        if message.say != "image":
            raise error_of(message, ScannerAnswerError("libfprint failed", message.number("code")))
        shape = (message.number("height"), message.number("width"))
        pixels = np.frombuffer(message.pixels, np.uint8).reshape(shape)
        return FingerImage(request.expected[0], at_document_ppi(pixels, self._scanner.info.ppi))

    def _stop(self) -> None:
        """Ends the worker's capture; a worker that goes on all the same is ended, and the next capture starts anew."""
        try:
            self._process.ask("cancel")
            until = time.monotonic() + CANCELLING_MS / 1000
            while time.monotonic() < until:
                message = self._process.take(POLL_MS)
                if message is not None and message.say in ("error", "image"):
                    return
        except ScannerError:
            pass
        self._process.end()


def check_opened(message: Message | None) -> None:
    """Raises what the worker told instead of having opened the scanner."""
    if message is None:
        raise ScannerNotReady("libfprint does not open the scanner")
    if message.say == "error":
        raise error_of(message, ScannerMissing("the scanner is not connected"))


def finger_state(message: Message, before: LiveState) -> LiveState:
    """What libfprint's finger status means; a finger that is neither there nor wanted any more changes nothing."""
    if message.facts.get("present"):
        return LiveState.FINGERS_RECOGNIZED
    return LiveState.SEARCHING_FINGERS if message.facts.get("needed") else before


def error_of(message: Message, otherwise: ScannerError) -> ScannerError:
    """The error that the worker's words are; `otherwise` for one without a meaning of its own."""
    kind, code = message.facts.get("kind"), message.facts.get("code")
    if kind == "retry" and isinstance(code, int):
        return CaptureRetry(RETRY_HINTS[code].value if code in RETRY_HINTS else LiveState.KEEP_STILL.value)
    if kind == "cancelled":
        return CaptureCancelled()
    if kind == "device":
        known = {
            DEVICE_BUSY: ScannerBusy("another program holds the scanner"),
            DEVICE_REMOVED: ScannerGone("the scanner was unplugged"),
            DEVICE_TOO_HOT: ScannerNotReady("the scanner is too hot and must cool down"),
        }
        return known.get(
            code if isinstance(code, int) else -1, ScannerAnswerError("libfprint failed", message.number("code"))
        )
    return otherwise


def find_devices(start: Callable[[], LibfprintProcess]) -> tuple[tuple[str, str], ...]:
    """What libfprint finds that can give a picture: (device, name). Raises StackMissing."""
    process = start()
    try:
        process.ask("list")
        message = process.take_only("devices", LISTING_MS)
    finally:
        process.end()
    found = message.facts.get("devices") if message is not None else None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ScannerNotReady("libfprint does not say which scanners there are")
    return tuple((str(each.get("device")), str(each.get("name"))) for each in found if each.get("can_capture"))


class LibfprintDriver:
    """Finds what libfprint finds."""

    name = DRIVER_NAME

    def __init__(
        self,
        sensor: SensorFacts | None = None,
        clock: Clock | None = None,
        start: Callable[[], LibfprintProcess] = LibfprintProcess,
    ) -> None:
        self._sensor, self._clock, self._start = sensor or SensorFacts(), clock or SystemClock(), start

    def list_devices(self) -> tuple[LibfprintScanner, ...]:
        """Every connected scanner that gives pictures. Raises StackMissing."""
        return tuple(
            LibfprintScanner(device, name, self._sensor, self._clock, self._start)
            for device, name in find_devices(self._start)
        )
