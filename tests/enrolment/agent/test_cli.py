"""`station desk-agent` as a person or a service manager runs it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from enrolment.agent.cli import app
from enrolment.agent.pairing import Pairing

PAIRING = Pairing("https://office.example", "counter 1", "abc", bytes(range(32)), datetime(2026, 11, 21, tzinfo=UTC))
Start = Callable[..., Any]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path / "run"), "XDG_CONFIG_HOME": str(tmp_path / "config")}


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-c", "from enrolment.cli import main; main()", "desk-agent", *map(str, arguments)]


def run(environment: dict[str, str], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env=environment, capture_output=True, text=True, timeout=240, check=False, input=""
    )


@contextmanager
def started(environment: dict[str, str], *arguments: str | Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running agent and what it said until it was ready."""
    process = subprocess.Popen(command(*arguments), env=environment, stderr=subprocess.PIPE, text=True)
    try:
        said = ""
        assert process.stderr is not None
        while "ready on" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        yield process, said
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_it_shows_a_code_serves_and_ends_well_when_told_to_in_the_middle_of_a_capture(
    environment: dict[str, str], tmp_path: Path, make_page: Any, request_of: Any
) -> None:
    port = free_port()
    options = ("--port", str(port), "--pair", "https://office.example", "--folder", tmp_path, "--simulator-control")
    with started(environment, *options) as (process, said):
        code = re.search(r"pairing code for https://office\.example: ([0-9A-Z-]{19}) ", said)
        control = re.search(r"simulator control key: (\S+)", said)
        assert code
        assert control
        page = make_page(port)
        assert page.pair(code[1]).status == 200
        origin, page.origin = page.origin, None
        key = {"Authorization": f"Bearer {control[1]}"}
        assert page.raw("POST", "/simulator/present", b'{"steps": "nobody"}', key).status == 200
        page.origin = origin
        waiting = page.begin("RCAPTURE", "/capture", request_of("Right IndexFinger"), Accept="application/x-ndjson")
        waiting.read1(10)
        started_at = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        assert time.monotonic() - started_at < 15
        assert b"CaptureCancelled" in waiting.read()
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
    assert (tmp_path / "desk-agent.json").stat().st_mode & 0o777 == 0o600
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_ctrl_c_and_a_closed_window_end_it_too(environment: dict[str, str], tmp_path: Path, number: int) -> None:
    PAIRING.write(tmp_path / "desk-agent.json")
    with started(environment, "--port", str(free_port()), "--folder", tmp_path) as (process, said):
        assert "pairing code" not in said
        assert "control key" not in said
        process.send_signal(number)
        assert process.wait(timeout=30) == 0


def test_a_second_agent_of_the_same_desk_is_refused(environment: dict[str, str], tmp_path: Path) -> None:
    PAIRING.write(tmp_path / "desk-agent.json")
    with started(environment, "--port", str(free_port()), "--folder", tmp_path):
        done = run(environment, "--port", str(free_port()), "--folder", tmp_path)
    assert done.returncode == 3
    assert done.stderr == "station desk-agent: another desk agent of this user owns the scanner and the reader\n"


def test_a_port_that_is_taken_is_exit_code_3(environment: dict[str, str], tmp_path: Path) -> None:
    PAIRING.write(tmp_path / "desk-agent.json")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run(environment, "--port", str(port), "--folder", tmp_path)
    assert done.returncode == 3
    assert done.stderr == (
        f"station desk-agent: port {port} of 127.0.0.1 is taken; end the program that listens there, "
        "or give --port another\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "start it with --pair ORIGIN"),
        (("--pair", "office.example"), 2, "wanted an origin"),
        (("--pair", "https://office.example/desk"), 2, "wanted an origin"),
        (("--scanner", "acme", "--pair", "https://a.example"), 3, "no scanner driver `acme`"),
        (("--scanner", "replay:/no/such/folder", "--simulator-control", "--pair", "https://a.example"), 3, "no folder"),
        (("--scanner", "sbi:1", "--simulator-control", "--pair", "https://a.example"), 3, "not the simulator"),
        (("--scanner", "sbi:192.0.2.1:4501", "--pair", "https://a.example"), 3, "not on this machine"),
        (("--reader", "A", "--card", "/tmp", "--pair", "https://a.example"), 2, "either --reader or --card"),
        (("--card", "/no/such/card", "--pair", "https://a.example"), 2, "/no/such/card"),
        (("--trust", "/no/such/folder", "--pair", "https://a.example"), 2, "/no/such/folder"),
        (("--config", "/no/such.toml", "--pair", "https://a.example"), 2, "/no/such.toml"),
    ],
)
def test_wrong_use_gets_one_line_and_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, words: str
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    done = CliRunner().invoke(app, ["--folder", str(tmp_path), *arguments])
    assert (done.exit_code, done.stdout) == (code, "")
    assert words in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("station desk-agent")]) == 1


def test_a_pairing_that_is_open_to_others_is_not_used(tmp_path: Path) -> None:
    PAIRING.write(tmp_path / "desk-agent.json")
    (tmp_path / "desk-agent.json").chmod(0o644)
    done = CliRunner().invoke(app, ["--folder", str(tmp_path), "--port", str(free_port())])
    assert done.exit_code == 2
    assert "chmod 600" in done.stderr
