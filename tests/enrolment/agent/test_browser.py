"""The page's own module in a real browser: a page of one port, the agent on another, and a page that may not."""

import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import enrolment.agent
from chip.transport.loopback import LoopbackChannel
from chip.virtual_card.card import VirtualCard

MODULE = Path(enrolment.agent.__file__).parent / "page" / "desk_agent.js"
PATIENCE_S = 180
PAGE = """<!doctype html><meta charset="utf-8"><title>desk</title><script type="module">
const tell = (what) => fetch("/result", {{ method: "POST", body: JSON.stringify(what) }});
try {{
  const agent = await import("/desk_agent.js");
  tell(await (async () => {{ {script} }})());
}} catch (problem) {{
  tell({{ failed: String(problem), code: problem.code ?? problem.kind ?? null, name: problem.name }});
}}
</script>"""

WHOLE_WAY = """
  const before = await agent.about(PORT);
  const wrong = await agent.pair("0000-0000-0000-0000", "counter 1", PORT).catch((problem) => problem.code);
  await agent.pair("7k3m 91qx zdoa 4f8t", "counter 1", PORT);
  const desk = await agent.paired(PORT);
  const [device] = await desk.devices();
  const [info] = await desk.info();
  const request = (finger) => ({ purpose: "Registration", timeout: "5000", transactionId: "t",
    bio: [{ type: "Finger", deviceId: device.deviceId, deviceSubId: "0", bioSubType: [finger], exception: [] }] });
  const states = [];
  let previews = 0;
  const taken = await desk.capture(request("Right IndexFinger"), {
    onEvent: (event) => { states.push(event.state); if (event.preview) previews += 1; } });
  const lifted = await desk.capture(request("Left IndexFinger")).catch((problem) => [problem.kind, problem.hint]);
  const leaving = new AbortController();
  const left = desk.capture(request("Left IndexFinger"), { signal: leaving.signal,
    onEvent: (event) => { if (event.state === "searching_fingers") leaving.abort(); } }).catch((p) => p.name);
  const aborted = await left;
  let again = null;
  for (let tries = 0; tries < 50 && !again; tries++) {
    again = await desk.capture(request("Left IndexFinger")).catch(() => null);
  }
  const phases = [];
  const report = await desk.readCard({ can: "654321" }, { onPhase: (phase) => phases.push(phase.phase) });
  const idle = await desk.cancelCapture();
  await agent.forget(PORT);
  return { before, wrong, device: device.deviceId, ppi: info.ppi, states, previews, attack: taken.attackSuspected,
    finger: taken.prints[0].bioSubType, size: taken.prints[0].bioValue.length, lifted, aborted,
    again: again?.prints.length, phases, mrz: report.mrz.length, idle, forgotten: await agent.paired(PORT) };
"""

FROM_ELSEWHERE = """
  const about = await agent.about(PORT).catch((problem) => problem.name);
  const blind = await fetch(`http://127.0.0.1:PORT/agent`, { mode: "no-cors" }).then((r) => [r.type, r.status]);
  const read = await fetch(`http://127.0.0.1:PORT/device`, { method: "MOSIPDISC", body: "{}" }).catch((p) => p.name);
  return { about, blind, read };
"""

AN_IMPOSTOR = """
  return { paired: await agent.pair("7K3M-91QX-ZD0A-4F8T", "counter 1", PORT).catch((problem) => problem.code) };
"""


class Office:
    """Serves one page and hears what it found."""

    def __init__(self, script: str) -> None:
        self.heard: queue.Queue[Any] = queue.Queue()
        office = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                is_module = self.path == "/desk_agent.js"
                body = MODULE.read_bytes() if is_module else PAGE.format(script=script).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/javascript" if is_module else "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                office.heard.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Callable[[Office], Any]]:
    """Opens an office's page in Chromium; what the page found."""
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("chromium is not installed")
    running: list[subprocess.Popen[bytes]] = []

    def open_page(office: Office) -> Any:
        profile = f"--user-data-dir={tmp_path / f'profile-{len(running)}'}"
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--remote-debugging-port=0",
            profile,
        ]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        running.append(subprocess.Popen([browser, *options, office.origin + "/"], start_new_session=True, **quiet))
        return office.heard.get(timeout=PATIENCE_S)

    yield open_page
    for process in running:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def office() -> Iterator[Callable[[str], Office]]:
    """Opens offices, each a page of its own origin."""
    opened: list[Office] = []

    def make(script: str) -> Office:
        opened.append(Office(script))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def test_the_offices_page_pairs_takes_a_print_and_reads_a_card(
    office: Any, visit: Any, open_desk: Any, played_card: VirtualCard, free_port: int
) -> None:
    page = office(WHOLE_WAY.replace("PORT", str(free_port)))
    desk = open_desk(origin=page.origin, channel=lambda: LoopbackChannel(played_card), port=free_port)
    desk.scanner.present("good, lifted, good")
    found = visit(page)
    assert "failed" not in found, found
    assert found["before"]["paired"] is False
    assert found["wrong"] == "WRONG_CODE"
    assert found["device"] == "simulator:SIM-0001"
    assert found["ppi"] == 500
    assert found["states"][0] == "initializing"
    assert found["states"][-1] == "finished"
    assert found["previews"] > 3
    assert (found["finger"], found["attack"]) == ("Right IndexFinger", False)
    assert found["size"] > 50_000
    assert found["lifted"] == ["CaptureRetry", "keep_still"]
    assert found["aborted"] == "AbortError"
    assert found["again"] == 1
    assert (found["phases"][0], found["phases"][-1], found["mrz"]) == ("access", "judging", 3)
    assert found["idle"] is False
    assert found["forgotten"] is None


def test_another_page_gets_nothing_and_can_read_nothing(
    office: Any, visit: Any, open_desk: Any, free_port: int
) -> None:
    desk = open_desk(origin="https://office.example", port=free_port)
    found = visit(office(FROM_ELSEWHERE.replace("PORT", str(free_port))))
    assert found == {"about": "AgentAbsent", "blind": ["opaque", 0], "read": "TypeError"}
    assert {facts["code"] for event, facts in desk.log.lines if event == "refused"} == {"WRONG_ORIGIN"}


def test_whoever_took_the_agents_port_without_the_code_is_not_believed(office: Any, visit: Any) -> None:
    impostor = Impostor()
    page = office(AN_IMPOSTOR.replace("PORT", str(impostor.port)))
    impostor.origin = page.origin
    try:
        assert visit(page) == {"paired": "NOT_THE_AGENT"}
    finally:
        impostor.close()


class Impostor:
    """Answers a pairing like an agent, but has never seen the code."""

    def __init__(self) -> None:
        self.origin = ""
        impostor = self

        class Handler(BaseHTTPRequestHandler):
            def do_OPTIONS(self) -> None:
                self.answer(b"")

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(json.dumps({"key_id": "x", "nonce": "A" * 43, "proof": "A" * 43}).encode())

            def answer(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Access-Control-Allow-Origin", impostor.origin)
                self.send_header("Access-Control-Allow-Headers", "content-type")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
