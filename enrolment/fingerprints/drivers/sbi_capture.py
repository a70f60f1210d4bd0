"""One capture over SBI while it runs: previews from one connection, the prints from another, orders from the desk."""

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.clock import Clock
from enrolment.fingerprints.drivers.holding import Hold
from enrolment.fingerprints.drivers.http_exchange import Address, Exchange, SlowAnswer
from enrolment.fingerprints.drivers.motion_jpeg import FrameParser, StreamBroken
from enrolment.fingerprints.drivers.sbi_messages import (
    SbiDevice,
    capture_request,
    captured,
    stream_request,
    sub_id_for,
)
from enrolment.fingerprints.drivers.sbi_tokens import Tokens
from enrolment.fingerprints.errors import (
    CaptureCancelled,
    CaptureRetry,
    CaptureTimeout,
    FingerImageError,
    ScannerError,
)
from enrolment.fingerprints.finger import FingerImage
from enrolment.fingerprints.pictures import decode_grey
from enrolment.fingerprints.quality.preview import preview_quality
from enrolment.fingerprints.scanner import CapturedFinger, CaptureEvent, CaptureRequest, CaptureResult, LiveState

POLL_S = 0.04
GRACE_MS = 2_000  # for the answer, once the time of the capture itself is over
WANTED_SCORE, ANY_SCORE = 40, 0  # NFIQ 2, as SBI wants it; ours is judged by our own judge
LARGEST_ANSWER_BYTES = 24_000_000
LARGEST_FRAME_PX = 4_000_000
WAITING_FRAMES = 3

Prints = tuple[FingerImage, ...]
Pixels = NDArray[np.uint8]


class RunningCapture:
    """One capture. `events` is to be run to its end or given up; `end` must follow in any case."""

    def __init__(
        self,
        address: Address,
        device: SbiDevice,
        device_id: str,
        request: CaptureRequest,
        hold: Hold,
        clock: Clock,
        tokens: Tokens,
    ) -> None:
        self._address, self._device, self._device_id = address, device, device_id
        self._request, self._hold, self._clock, self._tokens = request, hold, clock, tokens
        self._frames: queue.Queue[Pixels] = queue.Queue(WAITING_FRAMES)
        self._answers: queue.Queue[Prints | ScannerError] = queue.Queue()
        self._exchanges: list[Exchange] = []
        self._threads: list[threading.Thread] = []
        self._open_questions = 0
        self._has_forced = False

    def events(self) -> Iterator[CaptureEvent]:
        """The capture's events; raises what `ScannerSession.capture` raises."""
        started = self._clock.now()
        yield CaptureEvent(LiveState.INITIALIZING, started)
        if self._request.previews:
            self._run(self._stream, self._exchange())
        self._ask_for_prints(WANTED_SCORE)
        yield CaptureEvent(LiveState.SEARCHING_FINGERS, self._clock.now())
        prints = yield from self._wait()
        yield CaptureEvent(LiveState.CAPTURING, self._clock.now())
        yield CaptureEvent(LiveState.FINISHED, self._clock.now(), result=self._result(prints, started))

    def end(self) -> None:
        """Hangs up whatever is still on the line."""
        for exchange in self._exchanges:
            exchange.hang_up()
        for thread in self._threads:
            thread.join()
        for exchange in self._exchanges:
            exchange.close()

    def _result(self, prints: Prints, started: datetime) -> CaptureResult:
        return CaptureResult(
            device_id=self._device_id,
            fingers=tuple(CapturedFinger(image) for image in prints),
            attack_suspected=None,
            started_at=started,
            finished_at=self._clock.now(),
            was_forced=self._hold.is_forced,
        )

    def _wait(self) -> Generator[CaptureEvent, None, Prints]:
        """Frames until the prints are there."""
        begun, was_seen = time.monotonic(), False
        while True:
            answer = self._answer()
            if self._hold.is_cancelled:
                raise CaptureCancelled
            if isinstance(answer, ScannerError):
                self._judge(answer, (time.monotonic() - begun) * 1000)
            elif answer is not None:
                return answer
            elif time.monotonic() - begun > (self._request.timeout_ms + 2 * GRACE_MS) / 1000:
                raise CaptureTimeout(self._request.timeout_ms)
            if self._hold.is_forced and not self._has_forced:
                self._has_forced = True
                self._ask_for_prints(ANY_SCORE)
            for frame in self._waiting_frames():
                seen = preview_quality(frame)
                if seen.clarity > 0 and not was_seen:
                    was_seen = True
                    yield CaptureEvent(LiveState.FINGERS_RECOGNIZED, self._clock.now())
                yield CaptureEvent(seen.hint, self._clock.now(), frame, seen.clarity)

    def _answer(self) -> Prints | ScannerError | None:
        with contextlib.suppress(queue.Empty):
            return self._answers.get(timeout=POLL_S)
        return None

    def _judge(self, problem: ScannerError, waited_ms: float) -> None:
        """Raises `problem`, or what it means, unless another question is still open."""
        self._open_questions -= 1
        if self._open_questions > 0:
            return
        is_over = waited_ms >= self._request.timeout_ms * 0.9
        nobody_came = isinstance(problem, CaptureRetry) and problem.hint == LiveState.SEARCHING_FINGERS.value
        if isinstance(problem, SlowAnswer) or (nobody_came and is_over):
            raise CaptureTimeout(self._request.timeout_ms)
        raise problem

    def _waiting_frames(self) -> Iterator[Pixels]:
        """The frames that wait now; no more of them than fit, so that the answer is looked for in between."""
        with contextlib.suppress(queue.Empty):
            for _ in range(WAITING_FRAMES):
                yield self._frames.get_nowait()

    def _exchange(self) -> Exchange:
        exchange = Exchange(self._address, self._request.timeout_ms + GRACE_MS)
        self._exchanges.append(exchange)
        return exchange

    def _run(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, name="sbi", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _ask_for_prints(self, wanted_score: int) -> None:
        self._open_questions += 1
        self._run(self._capture, self._exchange(), wanted_score)

    def _capture(self, exchange: Exchange, wanted_score: int) -> None:
        """Asks for the prints and hands over what comes of it."""
        transaction = uuid4().hex
        body = capture_request(self._device, self._request, wanted_score, transaction, self._clock.now())
        try:
            exchange.ask("RCAPTURE", "/capture", body)
            answer = exchange.whole(LARGEST_ANSWER_BYTES)
            self._answers.put(captured(answer, self._device, self._request, transaction, self._tokens))
        except ScannerError as problem:
            self._answers.put(problem)

    def _stream(self, exchange: Exchange) -> None:
        """Previews are a courtesy: whatever is wrong with them ends them, and not the capture."""
        sub_id = sub_id_for(self._device, self._request)
        parser = FrameParser()
        with contextlib.suppress(ScannerError, StreamBroken, FingerImageError):
            exchange.ask("STREAM", "/stream", stream_request(self._device, sub_id, self._request.timeout_ms))
            for piece in exchange.pieces():
                for frame in parser.feed(piece):
                    picture = decode_grey(frame, ("JPEG",), LARGEST_FRAME_PX, "preview")
                    if self._frames.full():
                        with contextlib.suppress(queue.Empty):
                            self._frames.get_nowait()
                    with contextlib.suppress(queue.Full):
                        self._frames.put_nowait(picture)
