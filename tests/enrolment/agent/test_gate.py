"""Who is answered, and who is not: hosts, origins, preflights, bodies, proofs."""

import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrolment.agent import gate, sbi_face, server
from enrolment.agent.card_bench import access_policy
from enrolment.agent.errors import Refusal
from enrolment.agent.pairing import PairingOffer
from enrolment.agent.request_seal import Claim

WORDS = st.sampled_from(
    ["bio", "type", "Finger", "timeout", "deviceSubId", "bioSubType", "Left Thumb", "exception", "can"]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=8), inner, max_size=5),
    max_leaves=12,
)


def offer_answer(body: bytes) -> object:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    return PairingOffer("https://office.example", "7K3M-91QX-ZD0A-4F8T", now).accept(sbi_face.parse_json(body), now)


def devices(page: Any, **headers: str) -> Any:
    return page.ask("MOSIPDISC", "/device", {"type": "Finger"}, **headers)


def test_the_paired_page_is_answered_and_can_read_the_answer(desk: Any) -> None:
    answer = devices(desk.page)
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == "https://office.example"
    assert answer.headers["access-control-expose-headers"] == "Station-Proof"
    assert answer.headers["vary"] == "Origin"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["connection"] == "close"
    assert "access-control-allow-credentials" not in answer.headers
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://office.example",
        "https://office.example:8443",
        "https://office.example.evil.example",
        "https://evil.example",
        "http://127.0.0.1:4501",
        "",
    ],
)
def test_another_origin_is_refused_and_gets_nothing_to_read(desk: Any, origin: str | None) -> None:
    desk.page.origin = origin
    for answer in (devices(desk.page), desk.page.raw("GET", "/agent"), desk.page.raw("OPTIONS", "/device")):
        assert answer.status == 403
        assert answer.code == "WRONG_ORIGIN"
        assert not any(name.startswith("access-control-") for name in answer.headers)


def test_two_origins_are_none(desk: Any) -> None:
    with socket.create_connection(("127.0.0.1", desk.port)) as raw:
        head = f"GET /agent HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\n"
        raw.sendall((head + "Origin: https://office.example\r\nOrigin: https://evil.example\r\n\r\n").encode())
        assert b" 403 " in raw.recv(1000).splitlines()[0]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:4501", "127.0.0.1", "127.0.0.1:80", "[::1]:4501", ""])
def test_another_host_is_refused_whatever_name_was_made_to_point_here(desk: Any, host: str) -> None:
    answer = devices(desk.page, Host=host)
    assert answer.status == 421
    assert answer.code == "WRONG_HOST"


def test_localhost_is_this_machine_too(desk: Any) -> None:
    assert devices(desk.page, Host=f"localhost:{desk.port}").status == 200


@pytest.mark.parametrize("method", gate.METHODS)
def test_a_preflight_of_the_offices_page_is_allowed(desk: Any, method: str) -> None:
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,content-type"}
    answer = desk.page.raw("OPTIONS", "/capture", b"", asked)
    assert answer.status == 204
    assert method in answer.headers["access-control-allow-methods"].split(", ")
    assert "authorization" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-private-network" not in answer.headers


@pytest.mark.parametrize("network", ["Private", "Local"])
def test_a_page_of_another_network_may_reach_loopback(desk: Any, network: str) -> None:
    asked = {"Access-Control-Request-Method": "RCAPTURE", f"Access-Control-Request-{network}-Network": "true"}
    answer = desk.page.raw("OPTIONS", "/capture", b"", asked)
    assert answer.headers[f"access-control-allow-{network.lower()}-network"] == "true"


@pytest.mark.parametrize("method", ["DELETE", "PUT", "TRACE", ""])
def test_a_preflight_for_what_the_agent_does_not_know_is_refused(desk: Any, method: str) -> None:
    assert desk.page.raw("OPTIONS", "/capture", b"", {"Access-Control-Request-Method": method}).status == 403


def test_without_a_proof_nothing_is_answered(desk: Any) -> None:
    for method, path in [
        ("MOSIPDISC", "/device"),
        ("RCAPTURE", "/capture"),
        ("STREAM", "/stream"),
        ("POST", "/card/read"),
    ]:
        answer = desk.page.raw(method, path, b"{}")
        assert answer.status == 401
        assert answer.code == "NOT_PAIRED"
    assert not desk.bench.is_busy


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer x",
        "StationDesk",
        'StationDesk key="a"',
        'StationDesk key="a", time="1", nonce="b", proof="c", more="d"',
        'StationDesk key="a", time="x", nonce="AAAAAAAAAAAAAAAAAAAAAA", proof="' + "A" * 43 + '"',
        'StationDesk key="a", time="9999999999999999", nonce="AAAAAAAAAAAAAAAAAAAAAA", proof="' + "A" * 43 + '"',
        "StationDesk " + "x" * 8000,
    ],
)
def test_a_claim_that_is_none_is_refused(desk: Any, header: str) -> None:
    assert desk.page.raw("MOSIPDISC", "/device", b"{}", {"Authorization": header}).status in (400, 401)


def test_a_proof_counts_for_its_request_alone(desk: Any) -> None:
    body = json.dumps({"type": "Finger"}).encode()
    claim = desk.page.authorization("MOSIPDISC", "/device", body)
    assert desk.page.raw("MOSIPDINFO", "/info", body, claim).status == 401
    assert desk.page.raw("MOSIPDISC", "/device", body + b" ", claim).status == 401
    assert desk.page.raw("MOSIPDISC", "/device", body, claim).status == 200


def test_a_request_is_answered_once(desk: Any) -> None:
    body = b"{}"
    claim = desk.page.authorization("MOSIPDISC", "/device", body)
    assert desk.page.raw("MOSIPDISC", "/device", body, claim).status == 200
    again = desk.page.raw("MOSIPDISC", "/device", body, claim)
    assert (again.status, again.code) == (401, "REPLAYED")


@pytest.mark.parametrize("shift_ms", [-61_000, 61_000, -10_000])
def test_a_request_of_another_time_is_refused(desk: Any, shift_ms: int) -> None:
    at_ms = round(time.time() * 1000) + shift_ms  # 10 s ago the agent did not run yet: nobody remembers its nonces
    claim = desk.page.authorization("MOSIPDISC", "/device", b"{}", at_ms=at_ms)
    answer = desk.page.raw("MOSIPDISC", "/device", b"{}", claim)
    assert (answer.status, answer.code) == (401, "STALE")


def test_another_key_opens_nothing(desk: Any) -> None:
    desk.page.key = bytes(32)
    answer = desk.page.raw("MOSIPDISC", "/device", b"{}", desk.page.authorization("MOSIPDISC", "/device", b"{}"))
    assert (answer.status, answer.code) == (401, "NOT_PAIRED")


def test_nothing_is_said_in_a_url(desk: Any) -> None:
    answer = desk.page.raw("POST", "/card/read?can=123456", b"{}")
    assert answer.status == 400
    assert "123456" not in desk.log.whole


def test_a_body_that_is_too_large_is_refused_before_it_is_read(desk: Any) -> None:
    answer = desk.page.raw("RCAPTURE", "/capture", b"", {"Content-Length": "65537"})
    assert answer.status == 413
    with socket.create_connection(("127.0.0.1", desk.port)) as raw:
        head = f"RCAPTURE /capture HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\nOrigin: https://office.example\r\n"
        raw.sendall((head + "Transfer-Encoding: chunked\r\n\r\n").encode())
        try:
            for _ in range(200):
                raw.sendall(b"1000\r\n" + b" " * 0x1000 + b"\r\n")
        except OSError:
            pass
        raw.settimeout(5)
        assert b" 413 " in received(raw)


def received(raw: socket.socket) -> bytes:
    got = b""
    try:
        while piece := raw.recv(4096):
            got += piece
    except OSError:
        pass
    return got


def test_a_body_that_does_not_come_is_not_waited_for(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "BODY_SECONDS", 0.2)
    answer = desk.page.raw("RCAPTURE", "/capture", b"", {"Content-Length": "10"})
    assert (answer.status, answer.code) == (408, "TOO_SLOW")


def test_a_head_that_does_not_come_is_not_waited_for(open_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.3)
    desk = open_desk()
    with socket.create_connection(("127.0.0.1", desk.port)) as raw:
        raw.sendall(b"GET /agent HTTP/1.1\r\nHost: ")
        raw.settimeout(3)
        started = time.monotonic()
        assert received(raw) == b""
        assert 0.2 < time.monotonic() - started < 3


def test_a_head_that_does_not_end_is_refused(desk: Any) -> None:
    with socket.create_connection(("127.0.0.1", desk.port)) as raw:
        raw.settimeout(5)
        with suppress(OSError):
            raw.sendall(b"GET /agent HTTP/1.1\r\n" + b"X-Filler: " + b"x" * 40_000)
        assert b" 400 " in received(raw)[:40]


def test_a_body_that_is_no_json_is_refused(desk: Any) -> None:
    for body in (b"{", b"[]", b"[" * 60_000, b"\xff"):
        answer = desk.page.raw("MOSIPDISC", "/device", body, desk.page.authorization("MOSIPDISC", "/device", body))
        assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    form = {"Content-Type": "text/plain"} | desk.page.authorization("MOSIPDISC", "/device", b"{}")
    assert desk.page.raw("MOSIPDISC", "/device", b"{}", form).status == 415


def test_an_unknown_path_or_method_is_refused_like_any_other(desk: Any) -> None:
    assert desk.page.ask("POST", "/elsewhere", {}).status == 404
    assert desk.page.ask("POST", "/device", {}).status == 405


def test_refusals_are_logged_without_what_was_sent(desk: Any) -> None:
    desk.page.raw("POST", "/card/read", b'{"can": "123456"}')
    assert ("refused", {"code": "NOT_PAIRED", "path": "/card/read"}) in desk.log.lines
    assert "123456" not in desk.log.whole


def test_it_listens_on_loopback_only(desk: Any) -> None:
    with socket.socket(socket.AF_INET6) as six, pytest.raises(OSError, match="refused"):
        six.connect(("::1", desk.port))
    own = socket.gethostbyname(socket.gethostname())
    if not own.startswith("127."):
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((own, desk.port), timeout=1)


def test_connections_that_say_nothing_keep_the_page_away_for_seconds_only(
    open_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 2.0)
    desk = open_desk()
    desk.page.pair()
    silent = [socket.create_connection(("127.0.0.1", desk.port)) for _ in range(server.MOST_CONNECTIONS + 8)]
    assert desk.page.raw("GET", "/agent").status == 503
    until = time.monotonic() + 20
    while devices(desk.page).status != 200:
        assert time.monotonic() < until
        time.sleep(0.1)
    for each in silent:
        each.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300) | json_values.map(lambda value: json.dumps(value).encode()))
@pytest.mark.parametrize(
    "parse", [sbi_face.capture_request, sbi_face.check_type, sbi_face.stream_timeout_ms, access_policy, offer_answer]
)
def test_whatever_is_sent_is_understood_or_refused(parse: Callable[[bytes], object], body: bytes) -> None:
    try:
        parse(body)
    except Refusal as refusal:
        assert refusal.status in (400, 403)
        assert len(str(refusal)) < 200


@given(header=st.text(max_size=200) | st.from_regex(r'StationDesk [a-z]+="[A-Za-z0-9_-]*"(, [a-z]+="[\w-]*"){0,4}'))
def test_whatever_is_claimed_is_a_claim_or_refused(header: str) -> None:
    try:
        Claim.parse(header)
    except Refusal as refusal:
        assert refusal.status in (400, 401)
