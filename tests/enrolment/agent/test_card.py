"""The card reader through the agent: phases, the report, refusals, one card at a time."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu
from chip.errors import CardGone, ReaderMissing
from chip.transport.loopback import LoopbackChannel
from chip.transport.pcsc import PcscChannel
from chip.transport.pcscd import VIRTUAL_READERS
from chip.transport.virtual_reader import card_in_virtual_reader
from chip.virtual_card.card import VirtualCard


@pytest.fixture
def card_desk(open_desk: Any, played_card: VirtualCard) -> Any:
    made = open_desk(channel=lambda: LoopbackChannel(played_card))
    assert made.page.pair().status == 200
    return made


def read(desk: Any, **access: str) -> list[Any]:
    found: list[Any] = desk.page.lines("POST", "/card/read", access)
    return found


def test_each_phase_is_told_and_the_report_is_that_of_card_read(card_desk: Any) -> None:
    *phases, last = read(card_desk, can="654321")
    assert phases[0] == {"phase": "access"}
    assert {"phase": "reading", "file": "EF.DG1"} in phases
    assert phases[-1] == {"phase": "judging"}
    report = last["report"]
    assert {"verdict", "access", "checks", "data_groups", "mrz", "timings_ms", "apdus"} <= set(report)
    assert report["access"]["password"] == "CAN"
    assert report["mrz"][0].startswith("I<UTOD23145890")


def test_a_wrong_can_is_a_finding_and_not_an_error(card_desk: Any) -> None:
    report = read(card_desk, can="111111")[-1]["report"]
    failed = [check["name"] for check in report["checks"] if check["outcome"] == "failed"]
    assert failed == ["access.password"]


@pytest.mark.parametrize(
    "access",
    [
        {},
        {"can": "12345"},
        {"can": "12345x"},
        {"can": 654321},
        {"can": "654321", "access": "guess"},
        {"can": "6" * 65},
        {"can": "654321", "reader": "other"},
    ],
)
def test_access_that_cannot_be_is_refused_without_repeating_it(card_desk: Any, access: dict[str, Any]) -> None:
    answer = card_desk.page.ask("POST", "/card/read", access)
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert "12345" not in answer.json["error"]["message"]


def test_neither_password_nor_content_is_logged(card_desk: Any) -> None:
    read(card_desk, can="654321")
    assert "654321" not in card_desk.log.whole
    assert "ERIKSSON" not in card_desk.log.whole
    assert card_desk.log.lines[-1][0] == "card read"


def test_a_desk_without_a_reader_says_so(desk: Any) -> None:
    assert "no card reader" in read(desk, can="654321")[-1]["error"]["message"]


@pytest.mark.parametrize("problem", [CardGone("no card lies in the reader"), ReaderMissing("not connected")])
def test_a_card_or_reader_that_is_gone_is_an_answer(open_desk: Any, problem: Exception) -> None:
    def gone() -> Any:
        raise problem

    desk = open_desk(channel=gone)
    desk.page.pair()
    assert read(desk, can="654321")[-1]["error"]["kind"] == type(problem).__name__
    assert desk.wait_until_free()


class SlowChannel(LoopbackChannel):
    """A card that takes its time."""

    def transmit(self, command: CommandApdu) -> ResponseApdu:
        time.sleep(0.1)
        return super().transmit(command)


@pytest.fixture
def slow_desk(open_desk: Any, played_card: VirtualCard) -> Any:
    made = open_desk(channel=lambda: SlowChannel(played_card))
    assert made.page.pair().status == 200
    return made


def begin(desk: Any) -> Any:
    waiting = desk.page.begin("POST", "/card/read", {"can": "654321"}, Accept="application/x-ndjson")
    desk.wait_until_busy()
    return waiting


def test_one_card_is_read_at_a_time_and_a_reading_can_be_called_off(slow_desk: Any) -> None:
    waiting = begin(slow_desk)
    assert read(slow_desk, can="654321")[-1]["error"]["kind"] == "ReaderBusy"
    assert slow_desk.page.ask("POST", "/card/cancel", {}).json == {"cancelled": True}
    assert json.loads(waiting.read().splitlines()[-2])["error"]["kind"] == "ReadingCancelled"
    assert slow_desk.wait_until_free()
    assert slow_desk.page.ask("POST", "/card/cancel", {}).json == {"cancelled": False}


def test_a_page_that_is_closed_ends_the_reading(slow_desk: Any) -> None:
    waiting = begin(slow_desk)
    waiting.read1(10)
    slow_desk.page.connection.close()
    waiting.close()
    assert slow_desk.wait_until_free(seconds=3.0)


def test_a_finger_and_a_card_can_be_taken_side_by_side(
    slow_desk: Any, request_of: Callable[..., dict[str, object]]
) -> None:
    found: list[Any] = []
    reading = threading.Thread(target=lambda: found.extend(read(slow_desk, can="654321")))
    reading.start()
    slow_desk.wait_until_busy()
    assert slow_desk.page.ask("RCAPTURE", "/capture", request_of("Right IndexFinger")).json["biometrics"]
    reading.join()
    assert "report" in found[-1]


@pytest.mark.pcsc
@pytest.mark.xdist_group("pcsc")
def test_a_card_in_a_real_reader_is_read_and_held_alone(open_desk: Any, played_card: VirtualCard) -> None:
    reader = VIRTUAL_READERS[0]
    desk = open_desk(channel=lambda: PcscChannel(reader))
    desk.page.pair()
    try:
        with card_in_virtual_reader(played_card, reader):
            *_, last = read(desk, can="654321")
            assert last["report"]["access"]["password"] == "CAN"
            with PcscChannel(reader):  # another program was faster
                assert read(desk, can="654321")[-1]["error"]["kind"] == "TransportError"
    except ReaderMissing as missing:
        pytest.skip(str(missing))
    assert read(desk, can="654321")[-1]["error"]["kind"] in ("CardGone", "ReaderMissing")
