"""`station finger …`: JSON on standard output, words on standard error, the right exit codes."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from enrolment.fingerprints import engine
from enrolment.fingerprints.cli import app
from enrolment.fingerprints.drivers import registry
from enrolment.fingerprints.errors import EngineMissing, StackMissing
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.images import encode_png
from enrolment.fingerprints.quality import QualityJudge
from enrolment.fingerprints.synthesis import synthesise
from enrolment.fingerprints.wsq import decode_wsq


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def good(tmp_path: Path, print_of: Callable[..., FingerImage]) -> Path:
    path = tmp_path / "good.png"
    path.write_bytes(encode_png(print_of()))
    return path


def test_synthesise_writes_every_impression(tmp_path: Path) -> None:
    done = run("synthesise", "--seed", "6", "--position", "left_thumb", "--impressions", "2", "-o", tmp_path / "out")
    assert done.exit_code == 0
    assert done.stdout == ""
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["6_left_thumb_0.png", "6_left_thumb_1.png"]
    with Image.open(tmp_path / "out" / "6_left_thumb_1.png") as picture:
        assert picture.mode == "L"
        assert np.array_equal(np.asarray(picture), synthesise(6, FingerPosition.LEFT_THUMB, 1).pixels)


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [("--position", "toe", "finger position"), ("--damage", "burnt", "damage"), ("--seed", "-4", "seed")],
)
def test_synthesise_refuses_what_cannot_be_in_one_line(tmp_path: Path, option: str, value: str, named: str) -> None:
    arguments = {"--position": "left_thumb", "--seed": "6", "-o": str(tmp_path), option: value}
    done = run("synthesise", *(word for pair in arguments.items() for word in pair))
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert named in done.stderr


def test_quality_answers_for_each_file_and_ends_with_the_worst(
    tmp_path: Path, judge: QualityJudge, good: Path, nobodys_pictures: dict[str, np.ndarray]
) -> None:
    noise = tmp_path / "noise.png"
    Image.fromarray(nobodys_pictures["noise"]).save(noise)
    only_good = run("quality", good, "--json")
    assert only_good.exit_code == 0
    answer = json.loads(only_good.stdout)
    assert answer["usable"] is True
    assert answer["reasons"] == []
    assert answer["algorithm"] == judge.algorithm
    assert answer["measures"]["minutiae"] > 30
    both = run("quality", good, noise, "--json")
    assert both.exit_code == 1
    last = json.loads(both.stdout.splitlines()[1])
    assert (last["usable"], "noise" in last["reasons"]) == (False, True)
    all_three = run("quality", good, noise, tmp_path / "none.png", "--json")
    assert all_three.exit_code == 2
    assert json.loads(all_three.stdout.splitlines()[2])["error"]["kind"] == "FingerImageError"


def test_quality_below_the_finger_s_threshold_is_not_usable(
    judge: QualityJudge, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from enrolment.fingerprints.policy import FingerPolicy

    monkeypatch.setattr(FingerPolicy, "threshold", lambda self, position: 99)
    done = run("quality", good, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["reasons"] == ["below_threshold"]


def test_quality_in_words(judge: QualityJudge, tmp_path: Path, good: Path) -> None:
    assert "usable" in run("quality", good).stdout
    missing = run("quality", tmp_path / "none.png")
    assert missing.stdout == ""
    assert missing.stderr == "station finger: none.png: No such file or directory; wanted a readable file\n"


def test_encode_and_decode_go_there_and_back(tmp_path: Path, good: Path) -> None:
    packed, unpacked = tmp_path / "a.wsq", tmp_path / "a.png"
    assert run("encode", good, "-o", packed).exit_code == 0
    assert packed.stat().st_size <= 18 * 1024
    assert run("decode", packed, "-o", unpacked).exit_code == 0
    with Image.open(unpacked) as picture:
        assert np.array_equal(np.asarray(picture), decode_wsq(packed.read_bytes()).pixels)


@pytest.mark.parametrize("verb", ["encode", "decode"])
def test_what_cannot_be_read_or_written_is_one_line(tmp_path: Path, good: Path, verb: str) -> None:
    text = tmp_path / "text.wsq"
    text.write_text("no print")
    for file in (text, tmp_path / "none.wsq"):
        done = run(verb, file, "-o", tmp_path / "out")
        assert done.exit_code == 2
        assert done.stderr.count("\n") == 1
        assert file.name in done.stderr
    if verb == "encode":
        assert run(verb, good, "-o", tmp_path / "no" / "folder").exit_code == 2


def test_match_says_whether_it_is_the_same_finger(tmp_path: Path, judge: QualityJudge, good: Path) -> None:
    again, other = tmp_path / "again.png", tmp_path / "other.png"
    again.write_bytes(encode_png(synthesise(21, FingerPosition.RIGHT_INDEX, 1)))
    other.write_bytes(encode_png(synthesise(22, FingerPosition.RIGHT_INDEX)))
    same = run("match", good, again, "--json")
    assert same.exit_code == 0
    answer = json.loads(same.stdout)
    assert answer["same_finger"] is True
    assert answer["threshold"] == 40
    assert answer["score"] >= 100
    stranger = run("match", good, other, "--json")
    assert stranger.exit_code == 1
    assert json.loads(stranger.stdout)["same_finger"] is False
    assert run("match", good, again, "--threshold", "5000").exit_code == 1
    assert run("match", good, tmp_path / "none.png").exit_code == 2


def test_match_without_the_engine_says_what_is_missing(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*, with_nfiq2: bool) -> None:
        raise EngineMissing("the package nbis-py is not installed")

    monkeypatch.setattr(engine, "extractor", missing)
    done = run("match", good, good)
    assert done.exit_code == 3
    assert "nbis-py" in done.stderr


def test_devices_lists_the_simulator() -> None:
    done = run("devices", "--json")
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    (device,) = (device for device in answer["devices"] if device["driver"] == "simulator")
    assert (device["status"], device["ppi"]) == ("ready", 500)
    assert all(problem["driver"] == "libfprint" for problem in answer["problems"])  # where it is not installed
    assert "simulator:SIM-0001" in run("devices").stdout


def test_a_driver_that_cannot_look_is_named_and_the_others_still_look(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(argument: str) -> NoReturn:
        raise StackMissing("libfprint", "install it")

    monkeypatch.setattr(registry, "make_libfprint", refuse)
    done = run("devices", "--json")
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert answer["problems"] == [{"driver": "libfprint", "message": "device stack missing: libfprint; install it"}]
    assert [device["driver"] for device in answer["devices"]] == ["simulator"]
    assert "driver libfprint: device stack missing" in done.stderr


def test_no_device_at_all_is_exit_code_3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "known_drivers", dict)
    done = run("devices", "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout) == {"devices": [], "problems": []}


def test_importing_the_verbs_loads_nothing_heavy() -> None:
    code = "import sys, enrolment.fingerprints.cli; print({'numpy', 'cv2', 'nbis', 'django'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
