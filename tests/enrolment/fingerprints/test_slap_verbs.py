"""`station finger slap` and `segment`: what they write, what they answer, what they refuse in one line."""

import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from enrolment.fingerprints.cli import app


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The left slap of person 4, without the ring finger."""
    made = tmp_path_factory.mktemp("slaps")
    result = run("slap", "--seed", 4, "--hand", "left", "--missing", "left_ring", "-o", made)
    assert result.exit_code == 0, result.stderr
    return made


def test_a_slap_is_written_with_the_truth_about_it(folder: Path) -> None:
    with Image.open(folder / "4_left_0.png") as picture:
        assert (picture.mode, picture.size) == ("L", (1600, 1500))
        assert round(picture.info["dpi"][0]) == 500
    truth = json.loads((folder / "4_left_0.json").read_text())["fingers"]
    assert [place["position"] for place in truth] == ["left_little", "left_middle", "left_index"]


def test_its_fingers_are_found_and_written_each(folder: Path, tmp_path: Path) -> None:
    slap = folder / "4_left_0.png"
    result = run("segment", slap, "--hand", "left", "--missing", "left_ring", "--json", "-o", tmp_path)
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert (answer["outcome"], answer["hand"]) == ("as_expected", "left")
    truth = json.loads((folder / "4_left_0.json").read_text())["fingers"]
    for found, place in zip(answer["fingers"], truth, strict=True):
        assert found["position"] == place["position"]
        assert found["left_px"] == pytest.approx(place["left_px"], abs=25)
        assert found["height_px"] == pytest.approx(place["height_px"], abs=50)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"4_left_0_{finger}.png" for finger in ("left_index", "left_little", "left_middle")
    ]


def test_the_wrong_number_and_the_wrong_hand_are_an_answer_of_no(folder: Path, tmp_path: Path) -> None:
    slap = folder / "4_left_0.png"
    few = run("segment", slap, "--hand", "left", "-o", tmp_path)
    assert (few.exit_code, "too_few, 3 fingers" in few.stdout) == (1, True)
    assert list(tmp_path.iterdir()) == [], "fingers without a name are not written"
    other = run("segment", slap, "--hand", "right", "--missing", "right_ring", "--json")
    assert other.exit_code == 1
    assert json.loads(other.stdout)["outcome"] == "other_hand"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("slap", "--seed", 4, "--hand", "left", "--missing", "right_ring", "-o", "."), "--missing"),
        (("slap", "--seed", 4, "--hand", "thumbs", "--missing", "left_thumb", "--missing", "right_thumb", "-o", "."),
         "--missing"),
        (("slap", "--seed", -1, "--hand", "left", "-o", "."), "seed"),
        (("slap", "--seed", 4, "--hand", "left", "--damage", "burnt", "-o", "."), "burnt"),
        (("segment", "nowhere.png", "--hand", "left"), "nowhere.png"),
        (("segment", "nowhere.png", "--hand", "left", "--missing", "nose"), "nose"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_line_and_exit_code_2(arguments: tuple[object, ...], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert result.stdout == ""
