"""`station card serve|personalise|read`: what it prints, and which exit code says what."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from chip.card_cli import app
from chip.card_folder import CardDescription, CardFolder
from chip.transport import pcscd
from chip.transport.pcsc import PcscChannel, Sharing
from chip.transport.transcript import Transcript

PROGRAM = "from chip.card_cli import app; app(prog_name='station card')"


def station_card(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path, sample_chip) -> Path:
    """A card folder whose EF.SOD is no signature."""
    description = CardDescription("L898902C<", "690806", "940623", "654321", "UTO", "bac+pace", date(2026, 1, 31))
    CardFolder(sample_chip.image, sample_chip.secrets, description).write(tmp_path / "card")
    return tmp_path / "card"


def no_secrets(folder: Path) -> Path:
    (folder / "secrets.json").unlink()
    return folder


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["serve"], "either a card folder or --blank is wanted"),
        (["serve", "FOLDER", "--blank"], "either a card folder or --blank is wanted"),
        (["serve", "FOLDER", "--state", "x"], "--state belongs to --blank"),
        (["serve", "FOLDER", "--vpcd", "here"], "HOST:PORT wanted"),
        (["serve", "/nowhere"], "/nowhere is no card folder"),
        (["serve", "--blank", "--transport-keys", "/nowhere"], "transport keys /nowhere: No such file"),
        (["serve", "--blank", "--state", "/nowhere/state"], "No such file"),
        (["serve", "--blank", "--fault", "explode@3"], "--fault `explode@3`"),
        (["serve", "--blank", "--fault", "lost_answer@0"], "wanted"),
        (["serve", "--blank", "--fault", "slow@3"], "slow@N:SECONDS"),
        (["serve", "--blank", "--fault", "wrong_mac@3:2"], "wanted"),
        (["serve", "--blank", "--card-profile", "cupboard"], "card profile cupboard: one of file-system, store-data"),
        (["serve", "--blank", "--card-profile", "/nowhere.toml"], "card profile /nowhere.toml cannot be read"),
        (["serve", "FOLDER", "--card-profile", "store-data"], "--card-profile belongs to --blank"),
        (["personalise", "FOLDER", "--reader", "x", "--card-profile", "cupboard"], "card profile cupboard"),
        (["personalise", "/nowhere", "--reader", "x"], "/nowhere is no card folder"),
        (["personalise", "FOLDER", "--reader", "x", "--transport-keys", "/nowhere"], "transport keys /nowhere"),
        (["personalise", "FOLDER", "--reader", "x", "--sharing", "mine"], "--sharing `mine`: one of exclusive, shared"),
        (
            ["read", "--reader", "x", "--can", "123456", "--sharing", "mine"],
            "--sharing `mine`: one of exclusive, shared",
        ),
        (["read"], "either --reader or --card is wanted"),
        (["read", "--reader", "x", "--card", "FOLDER"], "either --reader or --card is wanted"),
        (["read", "--reader", "x"], "its CAN or with the information of its MRZ"),
        (["read", "--card", "FOLDER", "--can", "12"], "a CAN has six digits"),
        (["read", "--card", "FOLDER", "--access", "magic"], "access is one of pace, bac, auto"),
        (["read", "--card", "/nowhere"], "/nowhere is no card folder"),
        (["read", "--card", "FOLDER", "--trust", "/nowhere"], "/nowhere"),
        (["read", "--card", "FOLDER", "--terminal", "/nowhere"], "/nowhere"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(folder: Path, arguments: list[str], words: str) -> None:
    result = station_card(*(str(folder) if argument == "FOLDER" else argument for argument in arguments))
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


@pytest.mark.parametrize("verb", [["serve"], ["personalise", "--reader", "x"], ["read", "--card"]])
def test_a_card_folder_without_secrets_cannot_be_played_or_loaded(folder: Path, verb: list[str]) -> None:
    result = station_card(*verb, no_secrets(folder))
    assert result.exit_code == 2
    assert "secrets.json" in result.stderr


@pytest.fixture
def no_service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without a PC/SC service."""
    monkeypatch.setenv(pcscd.SOCKET_VARIABLE, str(tmp_path / "pcscd.comm"))
    monkeypatch.setattr(pcscd, "SYSTEM_FOLDERS", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("no_service")
def test_without_a_service_serving_ends_with_exit_code_3_and_what_to_install(folder: Path) -> None:
    result = station_card("serve", folder)
    assert result.exit_code == 3
    assert "apt-get install pcscd vsmartcard-vpcd" in result.stderr


def test_a_folder_is_read_in_memory_and_its_false_signature_is_an_answer_no(folder: Path, tmp_path: Path) -> None:
    result = station_card("read", "--card", folder, "--json", "--html", tmp_path / "report.html")
    report = json.loads(result.stdout)
    outcomes = {check["name"]: check["outcome"] for check in report["checks"]}
    assert result.exit_code == 1
    assert outcomes["access.password"] == "passed"
    assert outcomes["chip_authentication"] == "passed"
    assert outcomes["passive_authentication.sod_signature"] == "failed"
    assert "<html" in (tmp_path / "report.html").read_text()
    assert (tmp_path / "report.html").stat().st_mode & 0o777 == 0o600


def test_without_json_the_checks_are_lines_for_people(folder: Path) -> None:
    result = station_card("read", "--card", folder, "--can", "000000")
    assert result.exit_code == 1
    assert "verdict: refused" in result.stdout
    assert "654321" not in result.stdout + result.stderr


def test_bac_is_tried_where_it_was_asked_for(folder: Path) -> None:
    report = json.loads(station_card("read", "--card", folder, "--access", "bac", "--json").stdout)
    assert report["access"]["protocol"] == "BAC"


def test_every_command_and_answer_is_kept_where_that_is_asked_for(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "session.txt"
    file.touch(mode=0o644)
    report = json.loads(station_card("read", "--card", folder, "--json", "--transcript", file).stdout)
    kept = Transcript.parse(file.read_text())
    assert kept.command_count == report["apdus"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert "654321" not in file.read_text()


def test_a_transcript_that_cannot_be_written_is_named(folder: Path) -> None:
    result = station_card("read", "--card", folder, "--transcript", "/nowhere/session.txt")
    assert result.exit_code == 2
    assert "/nowhere/session.txt: No such file" in result.stderr


def test_a_page_that_cannot_be_written_is_named(folder: Path) -> None:
    result = station_card("read", "--card", folder, "--html", "/nowhere/report.html")
    assert result.exit_code == 2
    assert "/nowhere/report.html: No such file" in result.stderr


@contextmanager
def serving(*arguments: object, environment: dict[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """`station card serve …` in a process of its own, from `ready` on."""
    words = [sys.executable, "-c", PROGRAM, "serve", *map(str, arguments)]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})})
    assert process.stderr is not None
    try:
        lines = []
        for line in process.stderr:
            lines.append(line)
            if line == "ready\n":
                break
        assert lines[-1:] == ["ready\n"], lines
        yield process
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.pcsc
@pytest.mark.xdist_group("pcsc")
def test_a_blank_is_killed_in_the_middle_resumed_and_then_read(virtual_reader: str, folder: Path, tmp_path) -> None:
    state = tmp_path / "chip.state"
    with serving("--blank", "--state", state, "--fault", "lost_answer@50") as process:
        result = station_card("personalise", folder, "--reader", virtual_reader)
        assert result.exit_code == 3
        assert "was taken away" in result.stderr
        assert process.wait(timeout=60) == 3
    with serving("--blank", "--state", state) as process:
        again = station_card("personalise", folder, "--reader", virtual_reader, "--json")
        assert again.exit_code == 0
        assert json.loads(again.stdout)["outcome"] == "resumed"
        process.send_signal(signal.SIGKILL)
    with serving("--blank", "--state", state) as process:
        finished = station_card("personalise", folder, "--reader", virtual_reader)
        assert finished.exit_code == 0
        assert "nothing was changed" in finished.stderr
        report = json.loads(station_card("read", "--reader", virtual_reader, "--can", "654321", "--json").stdout)
        assert report["access"]["protocol"] == "PACE-ECDH-GM-AES-CBC-CMAC-128"
        other = json.loads((folder / "secrets.json").read_text()) | {"can": "111111"}
        (folder / "secrets.json").write_text(json.dumps(other))
        refused = station_card("personalise", folder, "--reader", virtual_reader)
        assert refused.exit_code == 1
        assert "bears another content" in refused.stderr
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0


@pytest.mark.pcsc
@pytest.mark.xdist_group("pcsc")
def test_a_copied_card_folder_goes_onto_no_second_blank(
    virtual_reader: str, folder: Path, tmp_path: Path, data_home: Path
) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    with serving("--blank"):
        assert station_card("personalise", folder, "--reader", virtual_reader).exit_code == 0
    with serving("--blank"):
        refused = station_card("personalise", copy, "--reader", virtual_reader)
        assert (refused.exit_code, refused.stderr.count("already planned for the chip")) == (1, 1)
        named = station_card("personalise", copy, "--reader", virtual_reader, "--ledger", tmp_path / "another.jsonl")
        assert named.exit_code == 0
    assert not (folder / "personalisation.jsonl").exists()
    assert (data_home / "residence-card-station/personalisation.jsonl").read_text().count("\n") == 2
    assert (tmp_path / "another.jsonl").read_text().count("\n") == 2


def test_a_ledger_that_cannot_be_made_is_named_before_any_reader_is_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_DATA_DIR", str(folder / "card.json"))
    result = station_card("personalise", folder, "--reader", "x")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "ledger in" in result.stderr


@pytest.mark.pcsc
@pytest.mark.xdist_group("pcsc")
def test_a_blank_of_another_applet_is_loaded_with_its_card_profile_alone(virtual_reader: str, folder: Path) -> None:
    with serving("--blank", "--card-profile", "store-data"):
        refused = station_card("personalise", folder, "--reader", virtual_reader)
        assert (refused.exit_code, "no blank of this card profile" in refused.stderr) == (1, True)
        arguments = ["personalise", folder, "--reader", virtual_reader, "--card-profile", "store-data", "--json"]
        loaded = station_card(*arguments)
        assert loaded.exit_code == 0
        assert json.loads(loaded.stdout)["outcome"] == "personalised"
        report = json.loads(station_card("read", "--reader", virtual_reader, "--can", "654321", "--json").stdout)
        assert {check["name"]: check["outcome"] for check in report["checks"]}["chip_authentication"] == "passed"


@pytest.mark.pcsc
@pytest.mark.xdist_group("pcsc")
@pytest.mark.parametrize(("fault", "outcome"), [("wrong_mac@14", "failed"), ("slow@14:1", "passed")])
def test_a_card_that_fails_when_told_to_is_found_out_or_waited_for(
    virtual_reader: str, folder: Path, fault: str, outcome: str
) -> None:
    begun = time.monotonic()
    with serving(folder, "--fault", fault):
        report = json.loads(station_card("read", "--reader", virtual_reader, "--can", "654321", "--json").stdout)
    assert {check["name"]: check["outcome"] for check in report["checks"]}["secure_messaging"] == outcome
    assert outcome == "failed" or time.monotonic() - begun > 1


@pytest.mark.pcsc
@pytest.mark.xdist_group("pcsc")
def test_two_chips_lie_in_two_readers_and_each_is_itself(virtual_reader: str, folder: Path, tmp_path: Path) -> None:
    other = CardFolder.read(folder)
    assert other.secrets is not None
    secrets = replace(other.secrets, can="111111")
    replace(other, secrets=secrets).write(tmp_path / "other")
    second = pcscd.VIRTUAL_READERS[1]
    with serving(folder), serving(tmp_path / "other", "--vpcd", "127.0.0.1:35964"):
        for reader, can in ((virtual_reader, "654321"), (second, "111111")):
            for asked, name in ((can, "passed"), ("000000", "failed")):
                read = station_card("read", "--reader", reader, "--can", asked, "--json")
                checks = {check["name"]: check["outcome"] for check in json.loads(read.stdout)["checks"]}
                assert checks["access.password"] == name


@pytest.mark.pcsc
@pytest.mark.xdist_group("pcsc")
def test_a_card_that_another_program_holds_is_exit_code_3_and_one_line(virtual_reader: str, folder: Path) -> None:
    with serving(folder):
        with PcscChannel(virtual_reader, Sharing.SHARED):
            for verb in (["personalise", folder], ["read", "--can", "654321"]):
                held = station_card(*verb, "--reader", virtual_reader)
                assert held.exit_code == 3
                assert held.stderr.count("\n") == 1
                assert f"another program holds the card in reader `{virtual_reader}`" in held.stderr
        shared = station_card("read", "--reader", virtual_reader, "--can", "654321", "--sharing", "shared", "--json")
        assert json.loads(shared.stdout)["access"]["password"] == "CAN"


@pytest.mark.pcsc
@pytest.mark.xdist_group("pcsc")
def test_an_absent_reader_and_an_empty_one_are_exit_code_3(empty_virtual_reader: str, folder: Path) -> None:
    for verb in (["personalise", folder], ["read", "--can", "654321"]):
        absent = station_card(*verb, "--reader", "Nobody")
        assert absent.exit_code == 3
        assert f"no reader is called `Nobody`; there are: `{empty_virtual_reader}`" in absent.stderr
        empty = station_card(*verb, "--reader", empty_virtual_reader)
        assert empty.exit_code == 3
        assert "no card lies in reader" in empty.stderr


@pytest.mark.pcsc
@pytest.mark.xdist_group("pcsc")
def test_a_card_pulled_while_it_is_read_is_exit_code_3_and_one_line(virtual_reader: str, folder: Path) -> None:
    with serving(folder, "--fault", "lost_answer@12"):
        result = station_card("read", "--reader", virtual_reader, "--can", "654321", "--json")
    assert result.exit_code == 3
    assert "was taken away" in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
