"""The desk's scanner: found, described, and used for one capture at a time, whoever asks."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from enrolment.agent.thread_stream import Emit, stream_from_thread
from enrolment.fingerprints.errors import CaptureCancelled, ScannerBusy, ScannerMissing
from enrolment.fingerprints.scanner import (
    CaptureEvent,
    CaptureRequest,
    DeviceInfo,
    DeviceStatus,
    FingerScanner,
    ScannerDriver,
    ScannerSession,
)

JPEG_QUALITY = 80
WAITING_FRAMES = 2
MOST_WATCHERS = 4


@dataclass(frozen=True, slots=True)
class BenchEvent:
    """An event of a capture, with its preview as JPEG."""

    event: CaptureEvent
    jpeg: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Described:
    """A scanner as it is now."""

    info: DeviceInfo
    status: DeviceStatus


class _Running:
    """The capture that runs now. `cancel` and `force` may come before there is a session."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._session: ScannerSession | None = None
        self._is_cancelled = False

    def begin(self, session: ScannerSession) -> None:
        """The session is there. Raises CaptureCancelled where that was wished meanwhile."""
        with self._guard:
            if self._is_cancelled:
                raise CaptureCancelled
            self._session = session

    def cancel(self) -> None:
        """Ends the capture."""
        with self._guard:
            self._is_cancelled = True
            if self._session is not None:
                self._session.cancel()

    def force(self) -> None:
        """Takes the next frame with a finger on it."""
        with self._guard:
            if self._session is not None:
                self._session.force_capture()

    @property
    def is_cancelled(self) -> bool:
        """Whether the capture is to end."""
        return self._is_cancelled


class ScannerBench:
    """What the agent does with scanners. To be used from one event loop."""

    def __init__(self, driver: ScannerDriver) -> None:
        self._driver = driver
        self._running: _Running | None = None
        self._watchers: set[asyncio.Queue[bytes | None]] = set()

    @property
    def is_busy(self) -> bool:
        """Whether a capture runs."""
        return self._running is not None

    async def describe(self) -> tuple[Described, ...]:
        """The scanners that are there. Raises ScannerError."""
        return await asyncio.to_thread(self._describe)

    def _describe(self) -> tuple[Described, ...]:
        is_busy = self.is_busy
        return tuple(
            Described(scanner.info, DeviceStatus.BUSY if is_busy else scanner.status())
            for scanner in self._driver.list_devices()
        )

    async def capture(self, device_id: str, request: CaptureRequest) -> AsyncGenerator[BenchEvent, None]:
        """The events of one capture. Whoever stops listening ends it.

        Raises ScannerBusy where one runs, and what `ScannerSession.capture` raises.
        """
        if self._running is not None:
            raise ScannerBusy("another capture runs on this desk")
        running = self._running = _Running()

        def work(emit: Emit[BenchEvent]) -> None:
            try:
                with self._find(device_id).open() as session:
                    running.begin(session)
                    for event in session.capture(request):
                        if running.is_cancelled:
                            raise CaptureCancelled
                        jpeg = None if event.preview is None else to_jpeg(event.preview)
                        emit(BenchEvent(event, jpeg), event.result is None)
            finally:
                self._running = None

        async with contextlib.aclosing(stream_from_thread(work, running.cancel, "scanner")) as events:
            async for event in events:
                self._show(event.jpeg)
                yield event

    def _find(self, device_id: str) -> FingerScanner:
        for scanner in self._driver.list_devices():
            if scanner.info.device_id == device_id:
                return scanner
        raise ScannerMissing("the scanner that was asked for is not connected to this desk")

    def cancel(self) -> bool:
        """Ends the running capture; whether there was one."""
        running = self._running
        if running is not None:
            running.cancel()
        return running is not None

    def force(self) -> bool:
        """Takes the next frame with a finger on it; whether a capture runs."""
        running = self._running
        if running is not None:
            running.force()
        return running is not None

    def watch(self, timeout_ms: int) -> AsyncGenerator[bytes, None]:
        """The previews of whatever capture runs, as JPEG files, for so long.

        Raises ScannerBusy for too many watchers.
        """
        if len(self._watchers) >= MOST_WATCHERS:
            raise ScannerBusy("too many streams are open on this desk")
        return self._watch(timeout_ms)

    async def _watch(self, timeout_ms: int) -> AsyncGenerator[bytes, None]:
        frames: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING_FRAMES)
        self._watchers.add(frames)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout_ms / 1000):
                    while (frame := await frames.get()) is not None:
                        yield frame
        finally:
            self._watchers.discard(frames)

    def _show(self, jpeg: bytes | None) -> None:
        for frames in self._watchers if jpeg is not None else ():
            if frames.full():
                frames.get_nowait()
            frames.put_nowait(jpeg)

    def leave(self) -> None:
        """The agent ends: so do its capture and its streams."""
        self.cancel()
        for frames in self._watchers:
            if frames.full():
                frames.get_nowait()
            frames.put_nowait(None)


def to_jpeg(preview: NDArray[np.uint8]) -> bytes:
    """A preview as JPEG. Shape: uint8 (height, width)."""
    return bytes(cv2.imencode(".jpg", preview, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1])
