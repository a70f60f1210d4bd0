"""A device service of SBI that misbehaves on command, and a person before libfprint's virtual scanner."""

import base64
import json
import socket
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from enrolment.fingerprints.drivers.sbi_messages import POSITIONS, SUBTYPES
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.synthesis import synthesise

GLASS = np.full((250, 200), 244, np.uint8)


@pytest.fixture(autouse=True)
def own_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scanners are locked in a folder of the test's own, so that tests beside it do not meet in it."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@cache
def finger(position: FingerPosition) -> FingerImage:
    """The index fingers of person 8; the others are shifted pictures of one of them, which costs no growing."""
    if position in (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX):
        return synthesise(8, position)
    return FingerImage(position, np.roll(finger(FingerPosition.RIGHT_INDEX).pixels, position.value, axis=1))


def record_2011(image: FingerImage, **changed: Any) -> bytes:
    """ISO/IEC 19794-4:2011, one finger, one quality block; `changed` puts other values where they do not belong."""
    value = {
        "position": image.position.value,
        "ppi": 500,
        "scale": 1,
        "depth": 8,
        "compression": 0,
        "width": image.width_px,
        "height": image.height_px,
        "fingers": 1,
        "data": image.pixels.tobytes(),
    } | changed
    ppi, data = value["ppi"], value["data"]
    head = bytes(9) + struct.pack(">BHHB", 0, 0, 0, 1) + bytes(5)
    head += struct.pack(">BBB", value["position"], 0, value["scale"]) + struct.pack(">HHHH", ppi, ppi, ppi, ppi)
    head += struct.pack(">BBB", value["depth"], value["compression"], 0)
    head += struct.pack(">HHI", value["width"], value["height"], len(data))
    view = struct.pack(">I", len(head) + 4 + len(data)) + head + data
    return b"FIR\x00020\x00" + struct.pack(">IHBB", 16 + len(view), value["fingers"], 0, 1) + view


def record_2005(image: FingerImage, **changed: Any) -> bytes:
    """ISO/IEC 19794-4:2005, one finger, one view."""
    value = {"fingers": 1, "views": 1, "position": image.position.value, "compression": 0} | changed
    data = value.get("data", image.pixels.tobytes())
    size = struct.pack(">HH", image.width_px, image.height_px)
    view = struct.pack(">BBBBB", value["position"], value["views"], 1, 50, 0) + size + b"\0" + data
    view = struct.pack(">I", len(view) + 4) + view
    head = struct.pack(">HHBBHHHHBBH", 0, 31, value["fingers"], 1, 500, 500, 500, 500, 8, value["compression"], 0)
    return b"FIR\x00010\x00" + (32 + len(view)).to_bytes(6) + head + view


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def token(payload: object) -> str:
    return f"{base64url(b'{}')}.{base64url(json.dumps(payload).encode())}.{base64url(b'signature')}"


@dataclass
class SbiService:
    """What the service is told to do. `trouble` maps a method to what goes wrong with it."""

    somebody: bool = True
    sub_ids: list[object] = field(default_factory=lambda: ["0"])
    status: str = "Ready"
    purpose: str = "Registration"
    callback: str | None = None
    capture_s: float = 0.3
    error: int = 0
    trouble: dict[str, str] = field(default_factory=dict)
    record: Callable[[FingerImage], bytes] = record_2011
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    streams: int = 0
    frames: int = 0
    least_frames: int = 0  # how many somebody must have seen before a print is given, where anybody looks
    port: int = 0
    seal: Callable[[object], str] = token
    serial: str = "TEST-000000000001"

    def entry(self) -> dict[str, object]:
        digital_id = {
            "type": "Finger",
            "deviceSubType": "Single",
            "make": "TEST",
            "model": "Finger 1",
            "serialNo": self.serial,
            "deviceProvider": "TEST",
        }
        return {
            "deviceId": "2",
            "deviceStatus": self.status,
            "certification": "L0",
            "serviceVersion": "0.9.5",
            "deviceSubId": self.sub_ids,
            "callbackId": self.callback if self.callback is not None else f"http://127.0.0.1:{self.port}/",
            "digitalId": base64url(json.dumps(digital_id).encode()),
            "specVersion": ["0.9.5"],
            "purpose": self.purpose,
            "error": self.error_entry(),
        }

    def error_entry(self) -> dict[str, str]:
        return {"errorCode": str(self.error), "errorInfo": "as told"}

    def biometric(self, position: FingerPosition, transaction: str, **changed: object) -> dict[str, object]:
        data = {
            "bioType": "Finger",
            "bioSubType": SUBTYPES[position],
            "transactionId": transaction,
            "bioValue": base64url(self.record(finger(position))),
            "qualityScore": "60",
            "digitalId": self.seal({"serialNo": "TEST-000000000001"}),
        } | changed
        return {"specVersion": "0.9.5", "data": self.seal(data), "hash": "", "error": self.error_entry()}

    def wait_for_frames(self) -> None:
        until = time.monotonic() + 4
        while self.frames < self.least_frames and time.monotonic() < until:
            time.sleep(0.02)
        self.frames = 0

    def biometrics(self, request: dict[str, Any]) -> list[dict[str, object]]:
        bio, transaction = request["bio"][0], request["transactionId"]
        positions = [POSITIONS[name] for name in bio["bioSubType"]]
        trouble = self.trouble.get("RCAPTURE", "")
        found = [self.biometric(position, transaction) for position in positions]
        if trouble == "one too many":
            return [*found, found[0]]
        if trouble == "one missing":
            return found[:-1]
        if trouble == "one twice":
            return [found[0]] * len(found)
        if trouble == "wrong finger":
            return [self.biometric(positions[0], transaction, bioSubType=SUBTYPES[positions[0].mirrored])]
        if trouble == "other record":
            other = record_2011(finger(positions[0]), position=positions[0].mirrored.value)
            return [self.biometric(positions[0], transaction, bioValue=base64url(other))]
        if trouble == "other transaction":
            return [self.biometric(positions[0], "another")]
        if trouble == "no base64":
            return [self.biometric(positions[0], transaction, bioValue="***")]
        if trouble == "no picture":
            return [self.biometric(positions[0], transaction, bioValue=None)]
        if trouble == "no token":
            return [{**found[0], "data": "a.b"}]
        if trouble == "token of nothing":
            return [{**found[0], "data": token([])}]
        return found


def jpeg(pixels: NDArray[np.uint8]) -> bytes:
    return bytes(cv2.imencode(".jpg", pixels)[1])


class SbiHandler(BaseHTTPRequestHandler):
    """One question to the service; `server.service` says what happens."""

    protocol_version = "HTTP/1.1"

    def do_MOSIPDISC(self) -> None:
        self.answer([self.service.entry()])

    def do_MOSIPDINFO(self) -> None:
        info = {"deviceId": "2", "deviceStatus": self.service.status}
        self.answer([{"deviceInfo": self.service.seal(info), "error": self.service.error_entry()}])

    def do_RCAPTURE(self) -> None:
        service, request = self.service, self.question()
        if request is None:
            return
        if not service.somebody:
            until = time.monotonic() + int(request["timeout"]) / 1000
            while time.monotonic() < until and not service.error:
                time.sleep(0.02)
            self.send({"biometrics": [{"data": "", "error": {"errorCode": str(service.error or 101)}}]})
        elif service.trouble.get("RCAPTURE") == "busy":
            self.send([{"deviceInfo": token({"deviceStatus": "Busy"}), "error": {"errorCode": "0"}}])
        else:
            if request["bio"][0]["requestedScore"] != "0":
                time.sleep(service.capture_s)
                service.wait_for_frames()
            self.send({"biometrics": service.biometrics(request)})

    def do_STREAM(self) -> None:
        if self.question() is None:
            return
        self.service.streams += 1
        trouble = self.service.trouble.get("STREAM", "")
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=--BoundaryString")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        index = finger(FingerPosition.RIGHT_INDEX).pixels
        shown = [GLASS, cv2.resize(index, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)]
        with suppress(OSError):
            for number in range(200):
                frame = jpeg(shown[min(number, 1)] if self.service.somebody else GLASS)
                length = {"huge frame": b"99999999", "no length": b""}.get(trouble, str(len(frame)).encode())
                head = b"--BoundaryString\r\nContent-Type:image/jpeg\r\nContent-Length:" + length + b"\r\n\r\n"
                self.service.frames += 1
                self.wfile.write(
                    {"garbage": b"x" * 9000, "no picture": head + b"?" * len(frame)}.get(trouble, head + frame)
                )
                time.sleep(0.05)

    @property
    def service(self) -> SbiService:
        service: SbiService = self.server.service  # type: ignore[attr-defined]  # set by the fixture
        return service

    def question(self) -> dict[str, Any] | None:
        """What was asked; None where the trouble is already done."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked: dict[str, Any] = json.loads(body or b"{}")
        self.service.asked.append((self.command, asked))
        act = {
            "slow": self.be_slow,
            "drip": self.drip,
            "cut": self.cut,
            "cut in the body": self.cut_in_the_body,
            "endless body": self.never_end,
            "endless head": self.never_end_the_head,
            "redirect": self.redirect,
            "refused": lambda: self.send_error(500),
            "not json": lambda: self.send_bytes(b"<html>"),
            "not http": lambda: self.wfile.write(b"220 mail.example ESMTP\r\n"),
            "other json": lambda: self.send(7),
            "deep json": lambda: self.send_bytes(b"[" * 200_000),
        }.get(self.service.trouble.get(self.command, ""))
        if act is None:
            return asked
        self.close_connection = True
        with suppress(OSError):
            act()
        return None

    def answer(self, content: object) -> None:
        if self.question() is not None:
            self.send(content)

    def send(self, content: object) -> None:
        self.send_bytes(json.dumps(content).encode())

    def send_bytes(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(content)

    def be_slow(self) -> None:
        time.sleep(3)

    def drip(self) -> None:
        for _ in range(60):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-A: 1"[:1])
            time.sleep(0.05)

    def cut(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)

    def cut_in_the_body(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[")
        self.connection.shutdown(socket.SHUT_RDWR)

    def never_end(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n[")
        for _ in range(2000):
            self.wfile.write(b" " * 65_536)

    def never_end_the_head(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(2000):
            self.wfile.write(b"X-Filler: " + b"x" * 1000 + b"\r\n")

    def redirect(self) -> None:
        self.send_response(307)
        self.send_header("Location", "http://192.0.2.1:4501/device")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def sbi_service() -> Iterator[SbiService]:
    """A device service on a port of its own; its person's fingers are grown before anybody waits for them."""
    finger(FingerPosition.RIGHT_INDEX)
    finger(FingerPosition.LEFT_INDEX)
    server = ThreadingHTTPServer(("127.0.0.1", 0), SbiHandler)
    server.daemon_threads = True
    server.block_on_close = False
    server.service = SbiService(port=server.server_address[1])  # type: ignore[attr-defined]  # for the handler
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server.service  # type: ignore[attr-defined]  # the same
    server.shutdown()
    server.server_close()
    thread.join()


class VirtualFinger:
    """Lays fingers on libfprint's virtual scanner: frames and orders over its socket (driver virtual_image)."""

    RETRY, ERROR, FINGER, UNPLUG = -1, -2, -4, -5

    def __init__(self, path: Path) -> None:
        self._path = path
        self._socket: socket.socket | None = None

    def order(self, kind: int, value: int) -> None:
        self.send(struct.pack("=ii", kind, value))

    def lay(self, pixels: NDArray[np.uint8]) -> None:
        self.send(struct.pack("=ii", pixels.shape[1], pixels.shape[0]) + pixels.tobytes())

    def send(self, content: bytes) -> None:
        """The scanner listens as long as it is open; each time anew."""
        for _ in range(2):
            try:
                if self._socket is None:
                    self._socket = socket.socket(socket.AF_UNIX)
                    self._socket.connect(str(self._path))
                self._socket.sendall(content)
            except OSError:
                self.let_go()
            else:
                return
        raise AssertionError("nobody listens at the virtual scanner")

    def let_go(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


@pytest.fixture
def virtual_finger(monkeypatch: pytest.MonkeyPatch) -> Iterator[VirtualFinger]:
    """A finger before libfprint's virtual scanner; skipped where libfprint is not installed."""
    from enrolment.fingerprints.drivers.libfprint import find_devices
    from enrolment.fingerprints.drivers.libfprint_process import LibfprintProcess
    from enrolment.fingerprints.errors import StackMissing

    with tempfile.TemporaryDirectory() as folder:  # a socket's path must be short
        path = Path(folder) / "finger"
        monkeypatch.setenv("FP_VIRTUAL_IMAGE", str(path))
        try:
            found = find_devices(LibfprintProcess)
        except StackMissing as missing:
            pytest.skip(str(missing))
        if not any(device.startswith("virtual_image/") for device, _ in found):
            pytest.skip("this libfprint was built without its virtual scanner")
        virtual = VirtualFinger(path)
        yield virtual
        virtual.let_go()


@pytest.fixture(scope="session")
def finger_records() -> dict[str, Callable[..., bytes]]:
    """What writes finger image records, by the edition of ISO/IEC 19794-4."""
    return {"2005": record_2005, "2011": record_2011}
