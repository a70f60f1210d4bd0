"""A desk agent on a port of its own, and a page that knows how to speak to it (as docs/desk-agent.md says)."""

import asyncio
import base64
import hashlib
import hmac
import http.client
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chip.lds.card_access import CardAccess
from chip.lds.chip_image import ChipImage, ChipSecrets
from chip.lds.security_infos import PaceInfo
from chip.oids import PACE
from chip.tlv import encode_tlv
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory
from enrolment.agent.app import Benches, DeskAgent
from enrolment.agent.card_bench import CardBench, CardSettings
from enrolment.agent.pairing import PairingOffer
from enrolment.agent.scanner_bench import ScannerBench
from enrolment.agent.server import AgentServer, listening_socket
from enrolment.fingerprints.clock import SystemClock
from enrolment.fingerprints.drivers.simulator import SimulatedScanner
from enrolment.fingerprints.drivers.steered import SteeredDriver, SteeredScanner
from enrolment.fingerprints.quality import default_quality

ORIGIN, CODE, CONTROL_KEY = "https://office.example", "7K3M-91QX-ZD0A-4F8T", "control-key"
DEVICE = "simulator:SIM-0001"


def text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def plain(content: str) -> bytes:
    return base64.urlsafe_b64decode(content + "=" * (-len(content) % 4))


def hkdf(secret: bytes, salt: bytes, info: str) -> bytes:
    return HKDF(SHA256(), 32, salt, info.encode()).derive(secret)


def mac(key: bytes, *parts: str) -> str:
    return text(hmac.new(key, "\n".join(parts).encode(), hashlib.sha256).digest())


class Heard:
    """A log that keeps its lines."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, object]]] = []

    def info(self, event: str, **facts: object) -> None:
        self.lines.append((event, facts))

    @property
    def whole(self) -> str:
        return repr(self.lines)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        found: str = self.json["error"]["code"]
        return found


@dataclass
class Page:
    """The office's page, as far as the agent sees it."""

    port: int
    origin: str | None = ORIGIN
    key_id: str = ""
    key: bytes = b""
    connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def open(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        self.connection = connection
        sent = {"Origin": self.origin} if self.origin is not None else {}
        sent |= {"Content-Type": "application/json"} if body else {}
        connection.request(method, path, body or None, sent | (headers or {}))
        return connection.getresponse()

    def raw(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        response = self.open(method, path, body, headers)
        got = Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
        assert self.connection is not None
        self.connection.close()
        return got

    def pair(self, code: str = CODE, desk: str = "counter 1") -> Answer:
        secret, nonce = code.replace("-", "").encode(), secrets.token_bytes(32)
        code_key = hkdf(secret, b"", "station desk pairing code")
        proof = mac(code_key, "station-desk-pair-1", str(self.origin), text(nonce), desk)
        request = {"desk": desk, "nonce": text(nonce), "proof": proof}
        answer = self.raw("POST", "/pair", json.dumps(request).encode())
        if answer.status == 200:
            said = answer.json
            wanted = ("station-desk-paired-1", str(self.origin), text(nonce), said["nonce"], said["key_id"])
            assert said["proof"] == mac(code_key, *wanted)
            self.key_id = said["key_id"]
            self.key = hkdf(secret, nonce + plain(said["nonce"]), f"station desk key\n{self.origin}")
        return answer

    def authorization(
        self, method: str, path: str, body: bytes = b"", *, at_ms: int | None = None, nonce: str | None = None
    ) -> dict[str, str]:
        time_ms = str(round(time.time() * 1000) if at_ms is None else at_ms)
        nonce = nonce or text(secrets.token_bytes(16))
        digest = hashlib.sha256(body).hexdigest()
        proof = mac(self.key, "station-desk-request-1", method, path, str(self.origin), time_ms, nonce, digest)
        claim = f'StationDesk key="{self.key_id}", time="{time_ms}", nonce="{nonce}", proof="{proof}"'
        return {"Authorization": claim}

    def ask(self, method: str, path: str, content: object = None, **headers: str) -> Answer:
        body = b"" if content is None else json.dumps(content).encode()
        nonce = text(secrets.token_bytes(16))
        authorization = self.authorization(method, path, body, nonce=nonce)
        answer = self.raw(method, path, body, authorization | headers)
        if answer.status == 200 and "station-proof" in answer.headers:
            digest = hashlib.sha256(answer.body).hexdigest()
            assert answer.headers["station-proof"] == mac(self.key, "station-desk-answer-1", nonce, "200", digest)
        elif answer.status == 200:
            self.check_lines(answer.body, nonce)
        return answer

    def check_lines(self, body: bytes, nonce: str) -> None:
        *lines, last = body.splitlines(keepends=True)
        chain = b""
        for line in lines:
            chain = hashlib.sha256(chain + line).digest()
        said = json.loads(last)
        assert said == {"end": True, "proof": mac(self.key, "station-desk-stream-1", nonce, chain.hex())}

    def begin(self, method: str, path: str, content: object = None, **headers: str) -> Any:
        """The answer's head; its body is the caller's to read, and `connection` to close."""
        body = b"" if content is None else json.dumps(content).encode()
        return self.open(method, path, body, self.authorization(method, path, body) | headers)

    def lines(self, method: str, path: str, content: object = None) -> list[Any]:
        answer = self.ask(method, path, content, Accept="application/x-ndjson")
        return [json.loads(line) for line in answer.body.splitlines()][:-1]


def capture_of(*fingers: str, **more: object) -> dict[str, object]:
    """An RCAPTURE of the simulator."""
    finger = {"type": "Finger", "deviceId": DEVICE, "deviceSubId": "0", "bioSubType": list(fingers), "exception": []}
    finger |= {name: more.pop(name) for name in ("deviceSubId", "exception", "deviceId") if name in more}
    return {"purpose": "Registration", "timeout": "60000", "transactionId": "t-1", "bio": [finger]} | more


@dataclass
class Desk:
    """An agent that runs, and what it works with."""

    agent: DeskAgent
    port: int
    page: Page
    scanner: SteeredScanner
    bench: ScannerBench
    card: CardBench
    log: Heard
    folder: Path
    server: AgentServer

    def wait_until_free(self, seconds: float = 5.0) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not self.bench.is_busy and not self.card.is_busy:
                return True
            time.sleep(0.01)
        return False

    def wait_until_busy(self) -> None:
        until = time.monotonic() + 20
        while not (self.bench.is_busy or self.card.is_busy):
            assert time.monotonic() < until
            time.sleep(0.01)


OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenDesk]:
    """Starts agents; each is told to stop at the end."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    running: list[tuple[AgentServer, asyncio.AbstractEventLoop, threading.Thread]] = []

    def start(*, origin: str = ORIGIN, code: str | None = CODE, channel: Any = None, port: int = 0) -> Desk:
        scanner = SteeredScanner(SimulatedScanner(8, clock=SystemClock()), SystemClock())
        bench = ScannerBench(SteeredDriver(scanner))
        card = CardBench(CardSettings(channel, None, None, lambda: date(2026, 11, 21)))
        log, listener = Heard(), listening_socket(port)
        port = listener.getsockname()[1]
        offer = PairingOffer(origin, code, datetime.now(UTC)) if code else None
        agent = DeskAgent(
            Benches(bench, card, default_quality, scanner, CONTROL_KEY), tmp_path / "pair.json", port, log, offer
        )
        server, loop = AgentServer(agent.asgi(), agent.leave), asyncio.new_event_loop()

        def serve() -> None:
            asyncio.set_event_loop(loop)
            loop.run_until_complete(server.serve(sockets=[listener]))
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        running.append((server, loop, thread))
        return Desk(agent, port, Page(port, origin), scanner, bench, card, log, tmp_path, server)

    yield start
    for server, loop, thread in running:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(server.stop)
        thread.join(timeout=10)
        assert not thread.is_alive()


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """An agent with a paired page."""
    made = open_desk()
    assert made.page.pair().status == 200
    return made


@pytest.fixture
def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def make_page() -> Callable[[int], Page]:
    """Makes the office's page, for an agent on a port."""
    return Page


@pytest.fixture
def request_of() -> Callable[..., dict[str, object]]:
    """Makes an RCAPTURE's body."""
    return capture_of


CAN = "654321"


@pytest.fixture(scope="session")
def played_card() -> VirtualCard:
    """A made-up chip with PACE, DG1 and an EF.SOD that is no signature."""
    pace = PaceInfo(f"{PACE}.2.2", 13)
    mrz = b"I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
    files = {
        "EF.CardAccess": CardAccess((pace,)).encode(),
        "EF.COM": bytes.fromhex("60145F0104303130375F36063034303030305C0261 6E".replace(" ", "")),
        "EF.DG1": encode_tlv(0x61, encode_tlv(0x5F1F, mrz)),
        "EF.SOD": encode_tlv(0x77, b"no signature" * 100),
    }
    chip_secrets = ChipSecrets("D23145890774081221204159", CAN, None, None, None, "pace")
    return VirtualCard(CardMemory.personalised(ChipImage(MappingProxyType(files)), chip_secrets))
