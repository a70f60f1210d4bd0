"""Scanners behind MOSIP's Secure Biometric Interface: a device service on this machine, spoken to over HTTP.

`sbi` looks on every port that SBI names, `sbi:4501` on one; `sbi:192.0.2.7:4501,remote` allows another machine, which
otherwise nothing may point to. SBI has neither cancel nor force: to cancel is to hang up, to force is to ask a second
time without a wanted score, and the first print that comes is taken.
"""

import ipaddress
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from enrolment.fingerprints.clock import Clock, SystemClock
from enrolment.fingerprints.drivers.device_lock import DeviceLock
from enrolment.fingerprints.drivers.holding import HeldSession, Hold, Holder
from enrolment.fingerprints.drivers.http_exchange import Address, SlowAnswer, ask
from enrolment.fingerprints.drivers.sbi_capture import RunningCapture
from enrolment.fingerprints.drivers.sbi_messages import (
    REGISTRATION,
    SbiDevice,
    discovered,
    discovery_request,
    info_status,
    sub_id_for,
)
from enrolment.fingerprints.drivers.sbi_tokens import JudgedTokens, Tokens, UnjudgedTokens
from enrolment.fingerprints.errors import (
    ScannerAnswerError,
    ScannerBusy,
    ScannerError,
    ScannerGone,
    ScannerMissing,
    ScannerNotReady,
)
from enrolment.fingerprints.finger import DOCUMENT_PPI
from enrolment.fingerprints.scanner import CaptureEvent, CaptureRequest, DeviceInfo, DeviceStatus, check_request

DRIVER_NAME = "sbi"
PORTS = range(4501, 4601)  # SBI 0.9.5: a device service listens on one of these
LOOPBACK = "127.0.0.1"
DISCOVERY_MS, INFO_MS, SCAN_MS = 5_000, 3_000, 1_500
LARGEST_LIST_BYTES = 1_000_000
SCANNING_THREADS = 16
FRAMES_PER_SECOND = 3.0  # SBI's least


@dataclass(frozen=True, slots=True)
class SbiPlace:
    """Where device services are looked for, and what is said of their sensors. `is_remote` allows other machines."""

    addresses: tuple[Address, ...]
    is_remote: bool = False
    width_mm: float = 0.0
    height_mm: float = 0.0
    roots: Path | None = None

    @classmethod
    def parse(cls, text: str) -> "SbiPlace":
        """From ``, `4501`, `127.0.0.1:4501` or `192.0.2.7:4501,remote`; with `,area=20x25` where it is known and
        `,trust=/roots.pem` where the providers' roots are.

        Raises ScannerMissing.
        """
        where, *options = text.split(",")
        is_remote, width_mm, height_mm, roots = False, 0.0, 0.0, None
        for option in options:
            name, _, value = option.partition("=")
            if option == "remote":
                is_remote = True
            elif name == "area" and len(sides := value.split("x")) == 2 and all(map(is_length, sides)):
                width_mm, height_mm = float(sides[0]), float(sides[1])
            elif name == "trust" and value:
                roots = Path(value)
            else:
                wanted = "wanted remote, area=20x25 (mm), trust=/roots.pem"
                raise ScannerMissing(f"sbi:{text}: `{option}` is no option; {wanted}")
        addresses = tuple(Address(LOOPBACK, port) for port in PORTS) if not where else (address_of(where),)
        for address in addresses:
            check_place(address, is_remote=is_remote)
        return cls(addresses, is_remote, width_mm, height_mm, roots)


def is_length(text: str) -> bool:
    """Whether a text is a length in millimetres."""
    return text.replace(".", "", 1).isdecimal() and len(text) <= 6


def address_of(text: str) -> Address:
    """From `4501` or `127.0.0.1:4501`. Raises ScannerMissing."""
    host, _, port = text.rpartition(":")
    host = host.strip("[]") or LOOPBACK
    try:
        ipaddress.ip_address(host)
        number = int(port) if port.isdecimal() and len(port) <= 5 else 0
    except ValueError:
        number = 0
    if not 0 < number <= 65535:
        raise ScannerMissing(f"sbi:{text}: wanted a port, or an IP address and a port: 127.0.0.1:4501")
    return Address(host, number)


def check_place(address: Address, *, is_remote: bool) -> None:
    """Raises ScannerMissing for another machine that was not allowed."""
    if not is_remote and not ipaddress.ip_address(address.host).is_loopback:
        raise ScannerMissing(f"sbi:{address}: is not on this machine; `,remote` after it allows that")


class SbiScanner:
    """One finger scanner behind a device service."""

    def __init__(self, address: Address, device: SbiDevice, place: SbiPlace, clock: Clock, tokens: Tokens) -> None:
        self._address, self._device, self._place, self._clock, self._tokens = address, device, place, clock, tokens
        self._holder = Holder(DeviceLock(self.info.device_id))

    @property
    def info(self) -> DeviceInfo:
        """What the service says, and configuration of what it does not say."""
        device = self._device
        return DeviceInfo(
            driver=DRIVER_NAME,
            device_id=f"{DRIVER_NAME}:{device.serial or device.device_id}",
            make=device.make,
            model=device.model,
            serial=device.serial,
            firmware=device.service_version,
            technology=device.kind,
            ppi=DOCUMENT_PPI,
            capture_width_mm=self._place.width_mm,
            capture_height_mm=self._place.height_mm,
            certification=device.certification,
            modes=device.modes,
            has_attack_detection=False,
            frames_per_second=FRAMES_PER_SECOND,
        )

    @property
    def address(self) -> Address:
        """Where its service listens."""
        return self._address

    @property
    def device(self) -> SbiDevice:
        """What the service said of it."""
        return self._device

    def status(self) -> DeviceStatus:
        """What the service says now; busy where anybody of this user holds it."""
        if self._holder.is_taken:
            return DeviceStatus.BUSY
        try:
            return self.asked_status()
        except ScannerError:
            return DeviceStatus.NOT_READY

    def asked_status(self) -> DeviceStatus:
        """What the service says now. Raises ScannerGone, ScannerAnswerError, and what its error codes mean."""
        answer = ask(
            self._address,
            "MOSIPDINFO",
            "/info",
            discovery_request(),
            timeout_ms=INFO_MS,
            largest_bytes=LARGEST_LIST_BYTES,
        )
        return info_status(answer, self._device.device_id, self._tokens)

    def open(self) -> "SbiSession":
        """An exclusive session. Raises ScannerBusy, ScannerGone, ScannerNotReady, ScannerAnswerError."""
        if self._device.purpose.lower() != REGISTRATION.lower():
            raise ScannerNotReady("the scanner is registered for authentication: its prints are for another's eyes")
        hold = self._holder.take()
        try:
            check_ready(self.asked_status())
        except BaseException:
            hold.give_back()
            raise
        return SbiSession(self, self._clock, hold)

    def running_capture(self, request: CaptureRequest, hold: Hold) -> RunningCapture:
        """A capture for whoever holds the scanner."""
        info = self.info
        return RunningCapture(self._address, self._device, info.device_id, request, hold, self._clock, self._tokens)


def check_ready(status: DeviceStatus) -> None:
    """Raises ScannerBusy, ScannerNotReady for a scanner that cannot be used now."""
    if status is DeviceStatus.BUSY:
        raise ScannerBusy("the device service says that its scanner is busy")
    if status is not DeviceStatus.READY:
        raise ScannerNotReady(f"the device service says that its scanner is {status.value.replace('_', ' ')}")


class SbiSession(HeldSession["SbiScanner"]):
    """A scanner held by one holder."""

    def __init__(self, scanner: SbiScanner, clock: Clock, hold: Hold) -> None:
        super().__init__(scanner, clock, hold)

    def capture(self, request: CaptureRequest) -> Iterator[CaptureEvent]:
        """The events of one capture; see `ScannerSession.capture`."""
        self._hold.begin_capture()
        check_request(request)
        sub_id_for(self._scanner.device, request)
        running = self._scanner.running_capture(request, self._hold)
        try:
            yield from running.events()
        finally:
            running.end()


class SbiDriver:
    """Finds the scanners of device services."""

    name = DRIVER_NAME

    def __init__(self, place: SbiPlace | None = None, clock: Clock | None = None) -> None:
        self._place, self._clock = place or SbiPlace.parse(""), clock or SystemClock()
        roots = self._place.roots
        self._tokens = UnjudgedTokens() if roots is None else JudgedTokens.load(roots, self._clock)

    def list_devices(self) -> tuple[SbiScanner, ...]:
        """The finger scanners of every service that answers.

        Of a service that was named, what is wrong is raised: ScannerAnswerError, ScannerNotReady. Looking over all
        ports, what does not answer like a device service is none.
        """
        if len(self._place.addresses) == 1:
            return self._found_at(self._place.addresses[0], DISCOVERY_MS)
        with ThreadPoolExecutor(SCANNING_THREADS) as pool:
            found = pool.map(self._tried_at, self._place.addresses)
        return tuple(scanner for scanners in found for scanner in scanners)

    def _tried_at(self, address: Address) -> tuple[SbiScanner, ...]:
        try:
            return self._found_at(address, SCAN_MS)
        except ScannerError:
            return ()

    def _found_at(self, address: Address, timeout_ms: int) -> tuple[SbiScanner, ...]:
        try:
            answer = ask(
                address,
                "MOSIPDISC",
                "/device",
                discovery_request(),
                timeout_ms=timeout_ms,
                largest_bytes=LARGEST_LIST_BYTES,
            )
            devices = discovered(answer)
        except SlowAnswer as slow:
            raise ScannerNotReady(str(slow)) from None
        except ScannerGone:
            return ()
        return tuple(
            SbiScanner(self._called_at(device, address), device, self._place, self._clock, self._tokens)
            for device in devices
        )

    def _called_at(self, device: SbiDevice, address: Address) -> Address:
        """Where a device wants to be called: its `callbackId` counts before the address where it was found, but
        leads nowhere that was not allowed."""
        if not device.callback:
            return address
        scheme, _, rest = device.callback.partition("://")
        try:
            called = address_of(rest.rstrip("/"))
            check_place(called, is_remote=self._place.is_remote and called.host == address.host)
        except ScannerMissing:
            called = None
        if scheme != "http" or called is None:
            raise ScannerAnswerError("the device service wants to be called elsewhere than on this machine")
        return called
