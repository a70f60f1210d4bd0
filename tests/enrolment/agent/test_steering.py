"""The simulator's control channel: off unless asked for, by its own key, never from a page."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from enrolment.agent.errors import Refusal
from enrolment.agent.steering import check_control_key

KEY = {"Authorization": "Bearer control-key"}
RequestOf = Callable[..., dict[str, object]]


def order(desk: Any, name: str, headers: dict[str, str] | None = None, **facts: object) -> Any:
    origin, desk.page.origin = desk.page.origin, None
    try:
        return desk.page.raw("POST", f"/simulator/{name}", json.dumps(facts).encode(), headers or KEY)
    finally:
        desk.page.origin = origin


def capture(desk: Any, request: dict[str, object]) -> Any:
    return desk.page.ask("RCAPTURE", "/capture", request).json


def test_without_its_key_nothing_is_steered(desk: Any) -> None:
    for headers in ({"Authorization": "Bearer other"}, {"Authorization": "control-key"}, {"X": "y"}):
        assert order(desk, "unplug", headers).status == 401
    assert desk.scanner.is_plugged_in


def test_a_page_may_not_steer_even_with_the_key(desk: Any) -> None:
    for headers in (KEY, KEY | {"Sec-Fetch-Mode": "cors"}):
        answer = desk.page.raw("POST", "/simulator/unplug", b"{}", headers)
        assert (answer.status, answer.code) == (403, "WRONG_ORIGIN")
    desk.page.origin = None
    answer = desk.page.raw("POST", "/simulator/unplug", b"{}", KEY | {"Sec-Fetch-Mode": "no-cors"})
    assert answer.status == 403


def test_the_pairs_key_steers_nothing(desk: Any) -> None:
    body = b"{}"
    claim = desk.page.authorization("POST", "/simulator/unplug", body)
    desk.page.origin = None
    assert desk.page.raw("POST", "/simulator/unplug", body, claim).status == 401


def test_where_it_is_off_there_is_nothing() -> None:
    with pytest.raises(Refusal) as caught:
        check_control_key(None, "Bearer None")
    assert caught.value.status == 404


def test_the_status_can_be_set(desk: Any, request_of: RequestOf) -> None:
    for status, word, kind in [("not_ready", "Not Ready", "ScannerNotReady"), ("busy", "Busy", "ScannerBusy")]:
        assert order(desk, "status", status=status).json == {"status": status}
        assert desk.page.ask("MOSIPDISC", "/device", {}).json[0]["deviceStatus"] == word
        assert capture(desk, request_of("Right IndexFinger"))["error"]["kind"] == kind
    order(desk, "status", status="ready")
    assert capture(desk, request_of("Right IndexFinger"))["biometrics"]


def test_the_next_steps_can_be_set(desk: Any, request_of: RequestOf) -> None:
    assert order(desk, "present", steps="lifted, tampered").json == {"steps": 2}
    assert capture(desk, request_of("Right IndexFinger"))["error"]["kind"] == "CaptureRetry"
    assert capture(desk, request_of("Right IndexFinger"))["error"]["kind"] == "ScannerTampered"


def test_the_attack_score_can_be_set(desk: Any, request_of: RequestOf) -> None:
    order(desk, "score", attack_score=0.75)
    assert capture(desk, request_of("Right IndexFinger"))["additionalInfo"]["attackSuspected"] is True
    order(desk, "score", attack_score=None)
    assert capture(desk, request_of("Right IndexFinger"))["additionalInfo"]["attackSuspected"] is False


def test_a_delay_can_be_set_and_called_off(desk: Any, request_of: RequestOf) -> None:
    order(desk, "delay", delay_ms=20_000)
    found: list[Any] = []
    asking = threading.Thread(target=lambda: found.append(capture(desk, request_of("Right IndexFinger"))))
    asking.start()
    desk.wait_until_busy()
    time.sleep(0.1)
    started = time.monotonic()
    desk.page.ask("POST", "/capture/cancel", {})
    asking.join()
    assert found[0]["error"]["kind"] == "CaptureCancelled"
    assert time.monotonic() - started < 2


def test_the_cable_can_be_pulled_and_put_back(desk: Any, request_of: RequestOf) -> None:
    assert order(desk, "unplug").json == {"plugged_in": False}
    assert capture(desk, request_of("Right IndexFinger"))["error"]["kind"] == "ScannerMissing"
    assert order(desk, "plug-in").json == {"plugged_in": True}
    assert capture(desk, request_of("Right IndexFinger"))["biometrics"]


def test_another_person_can_sit_down(desk: Any, request_of: RequestOf) -> None:
    first = capture(desk, request_of("Right IndexFinger"))["biometrics"][0]["hash"]
    assert order(desk, "person", seed=9).json == {"seed": 9}
    assert capture(desk, request_of("Right IndexFinger"))["biometrics"][0]["hash"] != first


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("status", {"status": "asleep"}),
        ("status", {}),
        ("score", {"attack_score": 1.5}),
        ("score", {"attack_score": True}),
        ("score", {"attack_score": "high"}),
        ("delay", {"delay_ms": 60_001}),
        ("delay", {"delay_ms": -1}),
        ("present", {"steps": "dance"}),
        ("present", {"steps": ["good"]}),
        ("present", {"steps": "good," * 500}),
        ("person", {"seed": 2**31}),
        ("person", {"seed": "x"}),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(desk: Any, name: str, facts: dict[str, object]) -> None:
    assert order(desk, name, **facts).status == 400


def test_an_unknown_order_is_refused(desk: Any) -> None:
    assert order(desk, "explode").status == 404
