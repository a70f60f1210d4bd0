"""The agent's application: each request to the bench that it is for, each answer in the shape that the page expects."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from chip.errors import ChipError
from chip.terminal.policy import AccessPolicy
from enrolment.agent import sbi_face, steering
from enrolment.agent.answers import JSON_LINES, MOTION_JPEG, PageGone, Stream, lines, sealed, while_page_waits
from enrolment.agent.card_bench import CardBench, access_policy
from enrolment.agent.errors import Refusal
from enrolment.agent.gate import CONTROL_PREFIX, Admitted, Gate, refusal_response
from enrolment.agent.pairing import Pairing, PairingOffer
from enrolment.agent.request_seal import AnswerSeal, ReplayGuard, open_seal
from enrolment.agent.scanner_bench import ScannerBench
from enrolment.fingerprints.drivers.steered import SteeredScanner
from enrolment.fingerprints.errors import FingerprintError, ScannerError
from enrolment.fingerprints.quality import QualityJudge
from enrolment.fingerprints.scanner import CaptureRequest, CaptureResult

Answer = Callable[[Admitted], Awaitable[Response]]

AGENT, FACE = "residence-card-station desk agent", 1


class Log(Protocol):
    """Where the agent says what happened: words and numbers, never what was captured or read."""

    def info(self, event: str, **facts: object) -> object:
        """One line."""
        ...


@dataclass(slots=True)
class Benches:
    """What the agent works with."""

    scanner: ScannerBench
    card: CardBench
    judge: Callable[[], QualityJudge]
    steered: SteeredScanner | None
    control_key: str | None


class DeskAgent:
    """The agent of one desk: its pairing, its benches, its answers. A `Doorkeeper` for the gate."""

    def __init__(
        self, benches: Benches, pairing_file: Path, port: int, log: Log, offer: PairingOffer | None = None
    ) -> None:
        self._benches, self._file, self._port, self._log = benches, pairing_file, port, log
        self._offer, self._pairing = offer, Pairing.read(pairing_file)
        self._guard = ReplayGuard(lambda: round(datetime.now(UTC).timestamp() * 1000))

    @property
    def callback(self) -> str:
        """Where the agent is called."""
        return f"http://127.0.0.1:{self._port}/"

    @property
    def pairing(self) -> Pairing | None:
        """The pairing that counts now."""
        return self._pairing

    @property
    def origin(self) -> str | None:
        """The page that is answered: the one to be paired while a code is shown, else the paired one."""
        if self._offer is not None and self._offer.is_open(datetime.now(UTC)):
            return self._offer.origin
        return self._pairing.origin if self._pairing is not None else None

    def open_seal(self, header: str | None, method: str, path: str, origin: str, body: bytes) -> AnswerSeal:
        """Judges the request's proof. Raises Refusal."""
        if self._pairing is None or self._pairing.origin != origin:
            raise Refusal(401, "NOT_PAIRED", "this page is not paired with this agent yet")
        return open_seal(self._pairing, self._guard, header, method, path, origin, body)

    def check_control(self, header: str | None) -> None:
        """Judges the key of whoever steers the simulator. Raises Refusal."""
        steering.check_control_key(self._benches.control_key, header)

    def refused(self, code: str, path: str) -> None:
        """Says that a request was refused."""
        self._log.info("refused", code=code, path=path[:40] if path.isprintable() else "?")

    def leave(self) -> None:
        """The agent ends: nothing goes on in its devices."""
        self._benches.scanner.leave()
        self._benches.card.cancel()

    def asgi(self) -> ASGIApp:
        """The application behind its gate."""
        routes = [
            self._route("/agent", self._about, "GET"),
            self._route("/pair", self._pair, "POST"),
            self._route("/device", self._discover, "MOSIPDISC"),
            self._route("/info", self._info, "MOSIPDINFO"),
            self._route("/capture", self._capture, "CAPTURE", "RCAPTURE"),
            self._route("/capture/cancel", self._cancel_capture, "POST"),
            self._route("/capture/force", self._force_capture, "POST"),
            self._route("/stream", self._stream, "STREAM"),
            self._route("/card/read", self._read_card, "POST"),
            self._route("/card/cancel", self._cancel_card, "POST"),
            self._route(CONTROL_PREFIX + "{order}", self._steer, "POST"),
        ]
        return Gate(Starlette(routes=routes), self, self._port)

    def _route(self, path: str, answer: Answer, *methods: str) -> Route:
        async def endpoint(request: Request) -> Response:
            admitted: Admitted = request.scope["admitted"]
            try:
                return await while_page_waits(request.receive, self._answered(answer, admitted))
            except PageGone:
                return Response(status_code=499)

        return Route(path, endpoint, methods=list(methods))

    async def _answered(self, answer: Answer, admitted: Admitted) -> Response:
        try:
            return await answer(admitted)
        except Refusal as refusal:
            self.refused(refusal.code, admitted.path)
            return refusal_response(refusal)
        except FingerprintError as problem:
            self._log.info("scanner", problem=type(problem).__name__)
            return sealed(sbi_face.error_answer(as_scanner_error(problem)), admitted.seal)
        except Exception as fault:  # noqa: BLE001 - a fault of ours: the page gets an answer, nobody a traceback
            self._log.info("fault", kind=type(fault).__name__, path=admitted.path)
            return refusal_response(Refusal(500, "FAULT", "the desk agent failed; its log says where"))

    async def _about(self, admitted: Admitted) -> Response:
        is_paired = self._pairing is not None and self._pairing.origin == self.origin
        about = {"agent": AGENT, "face": FACE, "paired": is_paired, "reader": self._benches.card.has_reader}
        about["key_id"] = self._pairing.key_id if self._pairing is not None and is_paired else ""
        return sealed(about, admitted.seal)

    async def _pair(self, admitted: Admitted) -> Response:
        if self._offer is None:
            raise Refusal(403, "CODE_EXPIRED", "no pairing code is shown: start the agent with --pair ORIGIN")
        pairing, answer = self._offer.accept(sbi_face.parse_json(admitted.body), datetime.now(UTC))
        pairing.write(self._file)
        self._pairing = pairing
        self._log.info("paired", origin=pairing.origin, desk=pairing.desk)
        return sealed(answer, None)

    def _key(self) -> Pairing:
        assert self._pairing is not None  # the gate lets nobody through without
        return self._pairing

    async def _discover(self, admitted: Admitted) -> Response:
        sbi_face.check_type(admitted.body)
        now, problem, found = datetime.now(UTC), None, []
        try:
            devices = await self._benches.scanner.describe()
            found = [sbi_face.discovery_entry(device, self.callback, now) for device in devices]
        except FingerprintError as raised:
            problem = as_scanner_error(raised)
        return sealed(sbi_face.entries(found, problem), admitted.seal)

    async def _info(self, admitted: Admitted) -> Response:
        sbi_face.check_type(admitted.body)
        now, problem, found, pair = datetime.now(UTC), None, [], self._key()
        try:
            devices = await self._benches.scanner.describe()
            found = [sbi_face.info_entry(device, self.callback, now, pair.key, pair.key_id) for device in devices]
        except FingerprintError as raised:
            problem = as_scanner_error(raised)
        return sealed(sbi_face.entries(found, problem), admitted.seal)

    async def _capture(self, admitted: Admitted) -> Response:
        device_id, transaction, wanted = sbi_face.capture_request(admitted.body)
        assert admitted.seal is not None
        if JSON_LINES in admitted.accept:
            return Stream(lines(self._capture_lines(device_id, transaction, wanted), admitted.seal), JSON_LINES)
        answer: object = None
        async with contextlib.aclosing(self._capture_lines(device_id, transaction, wanted)) as steps:
            async for step in steps:
                answer = step
        return sealed(answer, admitted.seal)

    async def _capture_lines(
        self, device_id: str, transaction: str, wanted: CaptureRequest
    ) -> AsyncGenerator[object, None]:
        """Each step of a capture, then SBI's answer or the error that it ended with."""
        result: CaptureResult | None = None
        self._log.info("capture", fingers=len(wanted.expected), mode=wanted.mode.name.lower())
        try:
            async with contextlib.aclosing(self._benches.scanner.capture(device_id, wanted)) as events:
                async for event in events:
                    result = event.event.result
                    yield sbi_face.event_line(event)
            assert result is not None
            yield await self._biometrics(result, transaction, wanted)
            self._log.info("captured", fingers=len(result.fingers), forced=result.was_forced)
        except FingerprintError as problem:
            self._log.info("capture ended", problem=type(problem).__name__)
            yield sbi_face.error_answer(as_scanner_error(problem))

    async def _biometrics(self, result: CaptureResult, transaction: str, wanted: CaptureRequest) -> object:
        pair = self._key()
        return await asyncio.to_thread(
            lambda: sbi_face.biometrics(
                result, transaction, wanted.purpose, self._benches.judge(), pair.key, pair.key_id
            )
        )

    async def _cancel_capture(self, admitted: Admitted) -> Response:
        return sealed({"cancelled": self._benches.scanner.cancel()}, admitted.seal)

    async def _force_capture(self, admitted: Admitted) -> Response:
        return sealed({"forced": self._benches.scanner.force()}, admitted.seal)

    async def _stream(self, admitted: Admitted) -> Response:
        frames = self._benches.scanner.watch(sbi_face.stream_timeout_ms(admitted.body))

        async def parts() -> AsyncGenerator[bytes, None]:
            async with contextlib.aclosing(frames) as each:
                async for frame in each:
                    yield sbi_face.frame_part(frame)

        return Stream(parts(), MOTION_JPEG)

    async def _read_card(self, admitted: Admitted) -> Response:
        assert admitted.seal is not None
        return Stream(lines(self._card_lines(access_policy(admitted.body)), admitted.seal), JSON_LINES)

    async def _card_lines(self, policy: AccessPolicy) -> AsyncGenerator[object, None]:
        """Each phase of a reading, then the report or the error that it ended with."""
        self._log.info("card")
        try:
            async with contextlib.aclosing(self._benches.card.read(policy)) as steps:
                async for step in steps:
                    if step.phase is not None:
                        file = {"file": step.phase.file} if step.phase.file else {}
                        yield {"phase": step.phase.name.value, **file}
                    if step.report is not None:
                        yield {"report": step.report.to_json()}
                        self._log.info("card read", verdict=step.report.verdict.value)
        except ChipError as problem:
            self._log.info("card ended", problem=type(problem).__name__)
            yield {"error": {"kind": type(problem).__name__, "message": str(problem)}}

    async def _cancel_card(self, admitted: Admitted) -> Response:
        return sealed({"cancelled": self._benches.card.cancel()}, admitted.seal)

    async def _steer(self, admitted: Admitted) -> Response:
        if self._benches.steered is None:
            raise Refusal(404, "NOT_FOUND", "this desk's scanner is not the simulator")
        order = admitted.path.removeprefix(CONTROL_PREFIX)
        done = steering.follow(self._benches.steered, order, admitted.body)
        self._log.info("steered", order=order)
        return sealed(done, None)


def as_scanner_error(problem: FingerprintError) -> ScannerError:
    """A scanner's error, or one of its driver's files as one."""
    return problem if isinstance(problem, ScannerError) else ScannerError(str(problem))
