"""A scanner made of software and a person made of a seed: every live state, preview and failure of a real one.

What it delivers depends on the person's seed, the script and the clock alone; the same three give the same events.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import cv2
import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.clock import Clock, SteppedClock
from enrolment.fingerprints.drivers.holding import HeldSession, Holder
from enrolment.fingerprints.drivers.script import Act, Step, parse_script
from enrolment.fingerprints.errors import (
    CaptureRetry,
    CaptureTimeout,
    ScannerGone,
    ScannerMissing,
    ScannerTampered,
    WrongFingerCount,
)
from enrolment.fingerprints.finger import DOCUMENT_PPI, MM_PER_INCH, Digit, FingerImage, FingerPosition
from enrolment.fingerprints.quality.preview import preview_quality, preview_slap
from enrolment.fingerprints.scanner import (
    SLAP_FINGERS,
    CapturedFinger,
    CaptureEvent,
    CaptureMode,
    CaptureRequest,
    CaptureResult,
    DeviceInfo,
    DeviceStatus,
    LiveState,
    check_request,
)
from enrolment.fingerprints.segmentation import cut_tip, segment_slap
from enrolment.fingerprints.synthesis import Touch, synthesise
from enrolment.fingerprints.synthesis.slap import SLAP_HEIGHT_PX, SLAP_WIDTH_PX, Slap, SlapTruth, synthesise_slap

DRIVER_NAME = "simulator"
FRAME_MS = 66
ARRIVAL_FRAMES = 5  # from the request to the first touch
PRESSURES = (0.05, 0.3, 0.5)  # how a finger settles, frame by frame
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
GLASS_GREY = 244
LIVING, ATTACK = (0.01, 0.18), (0.78, 0.99)  # the attack scores of a finger and of something that is none
ATTACK_STREAM = 4  # the purpose of a stream of random numbers; the synthesis has 1 to 3
OTHER_MODE = {
    CaptureMode.LEFT_SLAP: CaptureMode.RIGHT_SLAP,
    CaptureMode.RIGHT_SLAP: CaptureMode.LEFT_SLAP,
    CaptureMode.TWO_THUMBS: CaptureMode.TWO_THUMBS,
}
CROSSED = {thumb: thumb.mirrored for thumb in SLAP_FINGERS[CaptureMode.TWO_THUMBS]}
INDICES = {thumb: FingerPosition.of(thumb.hand, Digit.INDEX) for thumb in SLAP_FINGERS[CaptureMode.TWO_THUMBS]}
NEIGHBOUR = {
    Digit.THUMB: Digit.INDEX,
    Digit.INDEX: Digit.MIDDLE,
    Digit.MIDDLE: Digit.RING,
    Digit.RING: Digit.MIDDLE,
    Digit.LITTLE: Digit.RING,
}


class SimulatedScanner:
    """One simulated scanner with one simulated person before it. Safe to steer from another thread."""

    def __init__(
        self, seed: int, script: str | Iterable[Step] = (), clock: Clock | None = None, serial: str = "SIM-0001"
    ) -> None:
        self._clock: Clock = clock or SteppedClock(EPOCH)
        self._steps: deque[Step] = deque(parse_script(script) if isinstance(script, str) else script)
        self._seed = seed
        self._serial = serial
        self._is_plugged_in = True
        self._holder = Holder()
        self._touches: Counter[FingerPosition] = Counter()
        self._last: FingerPosition | None = None
        self._slaps: Counter[CaptureMode] = Counter()
        self._last_mode: CaptureMode | None = None
        self._truth: tuple[SlapTruth, ...] = ()

    @property
    def info(self) -> DeviceInfo:
        """The description of a scanner that does what FAP 30 and FAP 60 devices do."""
        return DeviceInfo(
            driver=DRIVER_NAME,
            device_id=f"{DRIVER_NAME}:{self._serial}",
            make="Residence card station",
            model="Simulated finger scanner",
            serial=self._serial,
            firmware="1",
            technology="simulated optical, frustrated total internal reflection",
            ppi=DOCUMENT_PPI,
            capture_width_mm=SLAP_WIDTH_PX / DOCUMENT_PPI * MM_PER_INCH,
            capture_height_mm=SLAP_HEIGHT_PX / DOCUMENT_PPI * MM_PER_INCH,
            certification="",
            modes=tuple(CaptureMode),
            has_attack_detection=True,
            frames_per_second=1000 / FRAME_MS,
        )

    def status(self) -> DeviceStatus:
        """Ready, unless unplugged or held by somebody."""
        if not self._is_plugged_in:
            return DeviceStatus.NOT_READY
        return DeviceStatus.BUSY if self._holder.is_taken else DeviceStatus.READY

    def open(self) -> "SimulatedSession":
        """An exclusive session. Raises ScannerMissing, ScannerBusy."""
        if not self._is_plugged_in:
            raise ScannerMissing("the simulated scanner is unplugged")
        return SimulatedSession(self, self._clock, self._holder.take())

    def present(self, *steps: Step | str) -> None:
        """Adds steps to the script: the control by which a demonstration or a browser test steers the person."""
        for step in steps:
            self._steps.append(Step.parse(step) if isinstance(step, str) else step)

    def seat_person(self, seed: int) -> None:
        """Another person sits down: other fingers, no script."""
        self._seed, self._last, self._last_mode, self._truth = seed, None, None, ()
        self._touches.clear()
        self._slaps.clear()
        self._steps.clear()

    def plug_in(self) -> None:
        """Undoes `unplugged`."""
        self._is_plugged_in = True

    def unplug(self) -> None:
        """Pulls the cable; the next frame of a running capture fails."""
        self._is_plugged_in = False

    @property
    def is_plugged_in(self) -> bool:
        """Whether the cable is in."""
        return self._is_plugged_in

    def next_step(self) -> Step:
        """What the person does next; good prints once the script is over."""
        return self._steps.popleft() if self._steps else Step()

    def finger_for(self, wanted: FingerPosition, act: Act) -> FingerPosition:
        """Which finger really comes when `wanted` is asked for."""
        if act is Act.WRONG_FINGER:
            return FingerPosition.of(wanted.hand, NEIGHBOUR[wanted.digit])
        if act is Act.SWAPPED_HANDS:
            return wanted.mirrored
        if act is Act.SAME_FINGER and self._last is not None:
            return self._last
        return wanted

    def touch(self, wanted: FingerPosition, step: Step) -> FingerImage:
        """The print that this touch leaves. It is filed under the finger asked for: a scanner cannot know better."""
        finger = self.finger_for(wanted, step.act)
        self._touches[finger] += 1
        self._last = finger
        drawn = synthesise(self._seed, finger, self._touches[finger] - 1, step.damage)
        return FingerImage(wanted, drawn.pixels)

    def frame(self, wanted: FingerPosition, step: Step, pressure: float) -> NDArray[np.uint8]:
        """A preview of the touch to come, at half the resolution. Shape: uint8 (250, 200)."""
        finger = self.finger_for(wanted, step.act)
        touch = Touch(turn_deg=0.0, shift_x_mm=0.0, shift_y_mm=0.0, pressure=pressure)
        drawn = synthesise(self._seed, finger, self._touches[finger], step.damage, touch).pixels
        half = cv2.resize(drawn, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        return np.asarray(half, dtype=np.uint8)

    def lay_hand(self, request: CaptureRequest, step: Step) -> Slap:
        """The slap that comes when one is asked for; where its fingers really lie is told by `slap_truth`."""
        mode, swaps = request.mode, {}
        if step.act is Act.SAME_FINGER and self._last_mode is not None:
            mode = self._last_mode
        elif step.act in (Act.SWAPPED_HANDS, Act.WRONG_FINGER):
            mode = OTHER_MODE[mode]
            if mode is CaptureMode.TWO_THUMBS:
                swaps = CROSSED if step.act is Act.SWAPPED_HANDS else INDICES
        held_up = {position.digit for position in SLAP_FINGERS[request.mode] if position not in request.expected}
        missing = [position for position in SLAP_FINGERS[mode] if position.digit in held_up]
        if mode is CaptureMode.TWO_THUMBS is request.mode:
            missing = [position for position in SLAP_FINGERS[mode] if position not in request.expected]
        if step.act is Act.TOO_FEW:
            missing.append(next(position for position in SLAP_FINGERS[mode] if position not in missing))
        intruder = None
        if step.act is Act.TOO_MANY:
            hand = request.expected[0].hand
            thumbs = mode is CaptureMode.TWO_THUMBS
            intruder = FingerPosition.of(hand, Digit.INDEX if thumbs else Digit.THUMB)
        self._slaps[mode] += 1
        self._last_mode = mode
        slap = synthesise_slap(
            self._seed, mode, self._slaps[mode] - 1, missing, step.damage, intruder, in_place_of=swaps
        )
        self._truth = slap.truth
        return slap

    @property
    def slap_truth(self) -> tuple[SlapTruth, ...]:
        """Where the fingers of the last slap really lay, and which they were: what no real scanner can tell."""
        return self._truth

    def attack_score(self, position: FingerPosition, step: Step) -> float:
        """What the detector of attacks makes of a touch: 0 a living finger, 1 certainly none; never just yes or no."""
        count = self._touches.total() + self._slaps.total()
        drawn = np.random.default_rng([self._seed, int(position), ATTACK_STREAM, count]).uniform(
            *(ATTACK if step.act is Act.SPOOF else LIVING)
        )
        return round(float(drawn), 4)


class SimulatedSession(HeldSession["SimulatedScanner"]):
    """A simulated scanner held by one holder."""

    def capture(self, request: CaptureRequest) -> Iterator[CaptureEvent]:
        """The events of one capture; see `ScannerSession.capture`."""
        self._hold.begin_capture()
        check_request(request)
        started = self._clock.now()
        step = self._scanner.next_step()
        yield CaptureEvent(LiveState.INITIALIZING, started)
        yield from self.wait_for_finger(request, step, started)
        slap = None
        if request.mode is not CaptureMode.SINGLE:
            slap = self._scanner.lay_hand(request, step)
        elif step.act in (Act.TOO_MANY, Act.TOO_FEW):
            raise WrongFingerCount(1, 2 if step.act is Act.TOO_MANY else 0)
        yield from self.settle(request, step, slap)
        if step.act is Act.LIFTED:
            raise CaptureRetry(LiveState.KEEP_STILL.value)
        yield CaptureEvent(LiveState.CAPTURING, self._clock.now())
        self.next_frame()
        if step.act is Act.TAMPERED:
            raise ScannerTampered("the simulated scanner says that it was opened")
        fingers = self.take_one(request, step) if slap is None else self.cut(request, step, slap)
        yield CaptureEvent(LiveState.ASSESS_QUALITY, self._clock.now())
        result = CaptureResult(
            device_id=self.info.device_id,
            fingers=fingers,
            attack_suspected=step.act is Act.SPOOF,
            started_at=started,
            finished_at=self._clock.now(),
            was_forced=self._hold.is_forced,
            slap=slap.pixels if slap else None,
        )
        yield CaptureEvent(LiveState.FINISHED, self._clock.now(), result=result)

    def next_frame(self) -> datetime:
        """Waits for a frame. Raises CaptureCancelled, ScannerGone."""
        now = self._hold.wait_frame(self._clock, FRAME_MS)
        if not self._scanner.is_plugged_in:
            raise ScannerGone("the simulated scanner was unplugged during a capture")
        return now

    def wait_for_finger(self, request: CaptureRequest, step: Step, started: datetime) -> Iterator[CaptureEvent]:
        """Frames of bare glass until the finger comes, or the time is over."""
        glass = np.full((250, 200), GLASS_GREY, np.uint8) if request.previews else None
        frame = 0
        while step.act is Act.NOBODY or frame < ARRIVAL_FRAMES:
            now = self.next_frame()
            if (now - started).total_seconds() * 1000 > request.timeout_ms:
                raise CaptureTimeout(request.timeout_ms)
            yield CaptureEvent(LiveState.SEARCHING_FINGERS, now, glass, 0.0 if request.previews else None)
            frame += 1
            if step.act is Act.UNPLUGGED and frame == ARRIVAL_FRAMES:
                self._scanner.unplug()
                self.next_frame()

    def settle(self, request: CaptureRequest, step: Step, slap: Slap | None) -> Iterator[CaptureEvent]:
        """The finger comes to rest, pressing more and more; hints are those of the preview's own quality."""
        yield CaptureEvent(LiveState.FINGERS_RECOGNIZED, self.next_frame())
        for pressure in PRESSURES:
            now = self.next_frame()
            if not request.previews:
                yield CaptureEvent(LiveState.KEEP_STILL, now)
            else:
                if slap is None:
                    preview = self._scanner.frame(request.expected[0], step, pressure)
                    seen = preview_quality(preview)
                else:
                    preview = faint(slap.pixels, pressure / PRESSURES[-1])
                    seen = preview_slap(preview, len(request.expected))
                yield CaptureEvent(seen.hint, now, preview, seen.clarity)
            if self._hold.is_forced:
                return

    def take_one(self, request: CaptureRequest, step: Step) -> tuple[CapturedFinger, ...]:
        """The print of the one finger asked for."""
        position = request.expected[0]
        image = self._scanner.touch(position, step)
        return (CapturedFinger(image, self._scanner.attack_score(position, step)),)

    def cut(self, request: CaptureRequest, step: Step, slap: Slap) -> tuple[CapturedFinger, ...]:
        """The prints of a slap, found as any scanner must find them: without knowing what really lies there.

        Raises WrongFingerCount. The other hand is delivered under the names asked for.
        """
        expected = tuple(position for position in SLAP_FINGERS[request.mode] if position in request.expected)
        found = segment_slap(slap.pixels, expected)
        if len(found.tips) != len(expected):
            raise WrongFingerCount(len(expected), len(found.tips))
        return tuple(
            CapturedFinger(cut_tip(slap.pixels, tip, position), self._scanner.attack_score(position, step))
            for tip, position in zip(found.tips, expected, strict=True)
        )


def faint(slap: NDArray[np.uint8], share: float) -> NDArray[np.uint8]:
    """A preview of a slap at a quarter of its resolution, as pale as a hand that hardly presses leaves it."""
    small = cv2.resize(slap, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(np.clip(GLASS_GREY - (GLASS_GREY - small) * share, 0, 255), dtype=np.uint8)


class SimulatorDriver:
    """Finds the simulated scanner."""

    name = DRIVER_NAME

    def __init__(self, scanner: SimulatedScanner) -> None:
        self._scanner = scanner

    def list_devices(self) -> tuple[SimulatedScanner, ...]:
        """The one simulated scanner, unless it is unplugged."""
        return (self._scanner,) if self._scanner.is_plugged_in else ()
