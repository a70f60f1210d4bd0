"""One page and one agent become a pair: once, by the code, for one origin."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from enrolment.agent.errors import PairingFileError, Refusal
from enrolment.agent.pairing import CODE_ALPHABET, Pairing, PairingOffer, is_origin, new_code, plain_code

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PAIRING = Pairing("https://office.example", "counter 1", "abc", bytes(range(32)), NOW)


def test_the_page_and_the_agent_derive_the_same_key(open_desk: Any) -> None:
    desk = open_desk()
    assert desk.page.raw("GET", "/agent").json["paired"] is False
    assert desk.page.pair().status == 200
    assert desk.page.key == desk.agent.pairing.key
    assert desk.page.ask("MOSIPDISC", "/device", {}).status == 200
    about = desk.page.raw("GET", "/agent").json
    assert (about["paired"], about["key_id"]) == (True, desk.page.key_id)
    assert ("paired", {"origin": "https://office.example", "desk": "counter 1"}) in desk.log.lines


def test_the_key_and_the_code_never_travel_and_are_never_logged(open_desk: Any) -> None:
    desk = open_desk()
    answer = desk.page.pair()
    kept = json.loads((desk.folder / "pair.json").read_text())["key"]
    assert kept not in answer.body.decode()
    assert kept not in desk.log.whole
    assert "7K3M" not in answer.body.decode() + desk.log.whole


def test_the_pairing_outlives_the_agent_and_is_the_owners_alone(open_desk: Any) -> None:
    first = open_desk()
    first.page.pair()
    assert (first.folder / "pair.json").stat().st_mode & 0o777 == 0o600
    second = open_desk(code=None)
    second.page.key, second.page.key_id = first.page.key, first.page.key_id
    assert second.page.ask("MOSIPDISC", "/device", {}).status == 200


def test_a_code_works_once(open_desk: Any) -> None:
    desk = open_desk()
    assert desk.page.pair().status == 200
    again = desk.page.pair()
    assert (again.status, again.code) == (403, "CODE_EXPIRED")
    assert desk.page.ask("MOSIPDISC", "/device", {}).status == 200


def test_a_wrong_code_may_be_tried_five_times(open_desk: Any) -> None:
    desk = open_desk()
    for left in (4, 3, 2, 1, 0):
        answer = desk.page.pair("0000-0000-0000-0000")
        assert (answer.status, answer.code) == (403, "WRONG_CODE")
        assert f"{left} attempts left" in answer.json["error"]["message"]
    assert desk.page.pair().status == 403
    assert not (desk.folder / "pair.json").exists()


def test_another_page_cannot_pair(open_desk: Any) -> None:
    desk = open_desk()
    desk.page.origin = "https://evil.example"
    assert desk.page.pair().code == "WRONG_ORIGIN"


def test_without_a_code_nobody_pairs(open_desk: Any) -> None:
    desk = open_desk(code=None)
    assert desk.page.pair().code == "NOT_PAIRED"
    PAIRING.write(desk.folder / "pair.json")
    paired = open_desk(code=None)
    assert paired.page.pair().code == "CODE_EXPIRED"


def test_a_new_pairing_ends_the_old_one(open_desk: Any) -> None:
    desk = open_desk()
    desk.page.pair()
    old_key, old_id = desk.page.key, desk.page.key_id
    again = open_desk(code="0123-4567-89AB-CDEF")
    assert again.page.pair("0123-4567-89AB-CDEF").status == 200
    again.page.key, again.page.key_id = old_key, old_id
    assert again.page.raw("MOSIPDISC", "/device", b"", again.page.authorization("MOSIPDISC", "/device")).status == 401


def test_a_code_is_too_old_after_five_minutes() -> None:
    offer = PairingOffer("https://office.example", "7K3M-91QX-ZD0A-4F8T", NOW)
    assert offer.is_open(NOW + timedelta(seconds=299))
    with pytest.raises(Refusal, match="too old"):
        offer.accept({}, NOW + timedelta(seconds=301))


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"nonce": 7, "proof": "x", "desk": "a"},
        {"nonce": "A" * 43, "proof": "A" * 43, "desk": ""},
        {"nonce": "A" * 43, "proof": "A" * 43, "desk": "x" * 81},
        {"nonce": "A" * 43, "proof": "A" * 43, "desk": "a\nb"},
        {"nonce": "A" * 42, "proof": "A" * 43, "desk": "a"},
        {"nonce": "ä" * 43, "proof": "A" * 43, "desk": "a"},
    ],
)
def test_a_request_that_is_none_costs_no_attempt(request_: dict[str, object]) -> None:
    offer = PairingOffer("https://office.example", "7K3M-91QX-ZD0A-4F8T", NOW)
    for _ in range(6):
        with pytest.raises(Refusal) as caught:
            offer.accept(request_, NOW)
        assert caught.value.code == "BAD_REQUEST"
    assert offer.is_open(NOW)


def test_codes_are_drawn_evenly_and_read_as_people_write_them() -> None:
    assert new_code(lambda length: bytes(range(length))) == "0123-4567-89AB-CDEF"
    assert len(set(CODE_ALPHABET)) == 32
    assert plain_code("7k3m 91qx-zdOa-4f8t") == plain_code("7K3M-91QX-ZD0A-4F8T")
    assert plain_code("iLo") == "110"
    assert new_code() != new_code()


@pytest.mark.parametrize("text", ["https://office.example", "http://127.0.0.1:8000", "https://[2001:db8::1]:8443"])
def test_an_origin_is_one(text: str) -> None:
    assert is_origin(text)


@pytest.mark.parametrize(
    "text",
    [
        "office.example",
        "https://office.example/",
        "https://Office.example",
        "https://office.example:443",
        "http://a:80",
        "https://a@b",
        "ftp://a",
        "https://a:99999",
        "null",
        "",
        "*",
    ],
)
def test_what_browsers_do_not_send_is_no_origin(text: str) -> None:
    assert not is_origin(text)


def test_a_pairing_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "pair.json"
    PAIRING.write(path)
    assert Pairing.read(path) == PAIRING
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["pair.json"]
    assert "key=" not in repr(PAIRING)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_pairing_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "pair.json"
    PAIRING.write(path)
    path.chmod(mode)
    with pytest.raises(PairingFileError, match="chmod 600"):
        Pairing.read(path)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"key": "short"}', "\x00"])
def test_a_file_that_is_no_pairing_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "pair.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(PairingFileError, match="pair again"):
        Pairing.read(path)


def test_a_link_in_the_files_place_is_refused(tmp_path: Path) -> None:
    PAIRING.write(tmp_path / "real.json")
    (tmp_path / "pair.json").symlink_to(tmp_path / "real.json")
    with pytest.raises(PairingFileError):
        Pairing.read(tmp_path / "pair.json")
    assert Pairing.read(tmp_path / "none.json") is None
