"""A scanner that plays prints back from files: what was captured elsewhere, or made up before."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from enrolment.fingerprints.clock import Clock, SteppedClock
from enrolment.fingerprints.drivers.holding import HeldSession, Holder
from enrolment.fingerprints.drivers.previews import halve
from enrolment.fingerprints.errors import CaptureNotOffered, CaptureTimeout, ScannerMissing
from enrolment.fingerprints.finger import DOCUMENT_PPI, FingerImage, FingerPosition
from enrolment.fingerprints.images import read_finger_file
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
    check_request,
)

DRIVER_NAME = "replay"
FRAME_MS = 66
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
SUFFIXES = {".png", ".pgm", ".bmp", ".tif", ".tiff", ".jp2", ".wsq"}


class ReplayScanner:
    """Delivers the given prints, for each finger one after the other, the last one again and again.

    A finger of which there is no print is a finger that never comes: the capture ends with CaptureTimeout.
    """

    def __init__(
        self, prints: Mapping[FingerPosition, Sequence[FingerImage]], clock: Clock | None = None, serial: str = "FILES"
    ) -> None:
        self._prints = {position: tuple(images) for position, images in prints.items() if images}
        self._clock: Clock = clock or SteppedClock(EPOCH)
        self._serial = serial
        self._holder = Holder()
        self._played: dict[FingerPosition, int] = defaultdict(int)

    @classmethod
    def from_folder(cls, folder: Path, clock: Clock | None = None) -> Self:
        """The prints of a folder. A file belongs to the finger that its name holds (`right_index`, `7_left_thumb_0`);
        files of one finger are played in the order of their names; other files are passed over.

        Raises ScannerMissing where there is no such folder, FingerImageError for a print that cannot be read.
        """
        if not folder.is_dir():
            raise ScannerMissing(f"no folder `{folder}` to play prints from")
        found: dict[FingerPosition, list[FingerImage]] = defaultdict(list)
        for path in sorted(folder.iterdir()):
            position = next((finger for finger in FingerPosition if finger.label in path.stem), None)
            if position is not None and path.suffix.lower() in SUFFIXES:
                found[position].append(read_finger_file(path, position))
        return cls(found, clock, folder.name)

    @property
    def info(self) -> DeviceInfo:
        """A description that claims nothing that files cannot do."""
        images = [image for group in self._prints.values() for image in group]
        return DeviceInfo(
            driver=DRIVER_NAME,
            device_id=f"{DRIVER_NAME}:{self._serial}",
            make="Residence card station",
            model="Replay of finger images",
            serial=self._serial,
            firmware="1",
            technology="files",
            ppi=DOCUMENT_PPI,
            capture_width_mm=max((image.width_mm for image in images), default=0.0),
            capture_height_mm=max((image.height_mm for image in images), default=0.0),
            certification="",
            modes=(CaptureMode.SINGLE,),
            has_attack_detection=False,
            frames_per_second=1000 / FRAME_MS,
        )

    def status(self) -> DeviceStatus:
        """Ready, unless held by somebody."""
        return DeviceStatus.BUSY if self._holder.is_taken else DeviceStatus.READY

    def open(self) -> "ReplaySession":
        """An exclusive session. Raises ScannerBusy."""
        return ReplaySession(self, self._clock, self._holder.take())

    def next_print(self, position: FingerPosition) -> FingerImage | None:
        """The print that is next for a finger, None where there is none."""
        images = self._prints.get(position)
        if images is None:
            return None
        image = images[min(self._played[position], len(images) - 1)]
        self._played[position] += 1
        return image


class ReplaySession(HeldSession["ReplayScanner"]):
    """A replaying scanner held by one holder."""

    def capture(self, request: CaptureRequest) -> Iterator[CaptureEvent]:
        """The events of one capture; see `ScannerSession.capture`."""
        self._hold.begin_capture()
        check_request(request)
        if request.mode is not CaptureMode.SINGLE:
            raise CaptureNotOffered("files hold single fingers: ask for one at a time")
        started = self._clock.now()
        yield CaptureEvent(LiveState.INITIALIZING, started)
        yield CaptureEvent(LiveState.SEARCHING_FINGERS, self._hold.wait_frame(self._clock, FRAME_MS))
        image = self._scanner.next_print(request.expected[0])
        while image is None:
            now = self._hold.wait_frame(self._clock, FRAME_MS)
            if (now - started).total_seconds() * 1000 > request.timeout_ms:
                raise CaptureTimeout(request.timeout_ms)
            yield CaptureEvent(LiveState.SEARCHING_FINGERS, now)
        yield CaptureEvent(LiveState.FINGERS_RECOGNIZED, self._hold.wait_frame(self._clock, FRAME_MS))
        if request.previews and not self._hold.is_forced:
            half = halve(image)
            seen = preview_quality(half)
            yield CaptureEvent(seen.hint, self._hold.wait_frame(self._clock, FRAME_MS), half, seen.clarity)
        yield CaptureEvent(LiveState.CAPTURING, self._hold.wait_frame(self._clock, FRAME_MS))
        result = CaptureResult(
            device_id=self.info.device_id,
            fingers=(CapturedFinger(image),),
            attack_suspected=None,
            started_at=started,
            finished_at=self._clock.now(),
            was_forced=self._hold.is_forced,
        )
        yield CaptureEvent(LiveState.FINISHED, self._clock.now(), result=result)


class ReplayDriver:
    """Finds the folder that was named, if one was."""

    name = DRIVER_NAME

    def __init__(self, folder: Path | None, clock: Clock | None = None) -> None:
        self._folder, self._clock = folder, clock

    def list_devices(self) -> tuple[ReplayScanner, ...]:
        """The one replaying scanner. Raises ScannerMissing, FingerImageError for a folder that cannot be played."""
        return (ReplayScanner.from_folder(self._folder, self._clock),) if self._folder else ()
