"""`station photo …`: exit codes, clean output, one line for a person's mistake, nothing half-written."""

import json

import pytest
from PIL import Image
from typer.testing import CliRunner

from photo_check import cli


@pytest.fixture
def run(face_finder, monkeypatch):
    """Runs a verb in this process, with the session's models."""
    monkeypatch.setattr("photo_check.mediapipe_face_finder.MediaPipeFaceFinder", lambda quiet: face_finder)
    cli._checker.cache_clear()
    yield lambda *words: CliRunner().invoke(cli.app, [str(word) for word in words])
    cli._checker.cache_clear()


@pytest.fixture(scope="module")
def folder(tmp_path_factory, drawn_portrait, drawn_capture):
    where = tmp_path_factory.mktemp("photos")
    Image.fromarray(drawn_portrait(1).pixels).save(where / "good.png")
    Image.fromarray(drawn_portrait(3, "sunglasses").pixels).save(where / "sunglasses.jpg")
    Image.fromarray(drawn_capture(1).pixels).save(where / "capture.png")
    Image.fromarray(drawn_portrait(3, "two_faces").pixels).save(where / "two.png")
    (where / "text.jpg").write_text("no picture " * 1000)
    (where / "empty.jpg").write_bytes(b"")
    return where


def test_a_good_photo_is_accepted_with_exit_code_0(run, folder):
    result = run("check", folder / "good.png", "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["verdict"] == "accepted"
    assert len(answer["requirements"]) == 34
    assert answer["file"].endswith("good.png")


def test_sunglasses_are_refused_with_exit_code_1_and_the_advice(run, folder):
    result = run("check", folder / "sunglasses.jpg")
    assert result.exit_code == 1
    assert "glasses" in result.stdout


def test_an_unreadable_file_among_others_does_not_hide_them(run, folder):
    result = run("check", folder / "text.jpg", folder / "good.png", folder / "empty.jpg", "--json")
    assert result.exit_code == 2
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer.get("verdict") for answer in answers] == [None, "accepted", None]
    assert [answer["error"]["kind"] for answer in answers if "error" in answer] == ["unreadable", "empty"]


def test_a_line_set_by_hand_changes_the_answer_and_stands_in_it(run, folder):
    result = run("check", folder / "good.png", "--json", "--crown-y", 300)
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["requirements"]["head_size"]["outcome"] == "fail"
    assert answer["geometry"]["corrected"] is True
    assert answer["geometry"]["before_correction"]["head_share"] > answer["geometry"]["head_share"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("good.png", "--crown-y", 900), "crown's line above the eyes"),
        (("good.png", "capture.png", "--crown-y", 90), "wanted: one FILE"),
    ],
)
def test_lines_out_of_place_are_one_line_and_exit_code_2(run, folder, words, says):
    result = run("check", *[folder / word if str(word).endswith("png") else word for word in words])
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_report_may_be_made_with_lines_set_by_hand(run, folder, tmp_path):
    page = tmp_path / "report.html"
    assert run("report", folder / "good.png", "-o", page, "--crown-y", 300).exit_code == 1
    assert "Lines set by hand." in page.read_text("utf-8")
    assert run("report", folder / "good.png", "-o", page, "--crown-y", 900).exit_code == 2


def test_an_unknown_norm_is_one_line_and_exit_code_2(run, folder):
    result = run("check", folder / "good.png", "--norm", "moon")
    assert result.exit_code == 2
    assert "no norm of this name" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_capture_is_cropped_to_a_portrait_that_is_accepted(run, folder, tmp_path):
    assert run("crop", folder / "capture.png", "-o", tmp_path / "portrait.png").exit_code == 0
    with Image.open(tmp_path / "portrait.png") as image:
        assert image.size == (827, 1063)
        assert image.info["dpi"][0] == pytest.approx(600, abs=1)
    assert run("check", tmp_path / "portrait.png").exit_code == 0


def test_a_crop_follows_lines_set_by_hand(run, folder, tmp_path):
    measured = json.loads(run("check", folder / "capture.png", "--json").stdout)["geometry"]
    lower = measured["crown"][1] + 0.05 * (measured["chin"][1] - measured["crown"][1])
    tight = tmp_path / "tight.png"
    assert run("crop", folder / "capture.png", "-o", tight, "--crown-y", lower).exit_code == 0
    assert run("crop", folder / "capture.png", "-o", tmp_path / "measured.png").exit_code == 0
    shares = [
        json.loads(run("check", path, "--json").stdout)["geometry"]["head_share"]
        for path in (tmp_path / "measured.png", tight)
    ]
    assert shares[1] == pytest.approx(shares[0] / 0.95, abs=0.012)
    refused = run("crop", folder / "capture.png", "-o", tmp_path / "x.png", "--chin-y", 1)
    assert refused.exit_code == 2
    assert "chin's below them" in refused.stderr


def test_two_people_cannot_be_cropped_and_nothing_is_written(run, folder, tmp_path):
    result = run("crop", folder / "two.png", "-o", tmp_path / "portrait.png")
    assert result.exit_code == 1
    assert "2 faces" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(run, folder, tmp_path):
    result = run("crop", folder / "capture.png", "-o", tmp_path / "nowhere" / "portrait.png")
    assert result.exit_code == 2
    assert "cannot write" in result.stderr
    assert run("crop", folder / "capture.png", "-o", tmp_path / "portrait.docx").exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["good.png", "capture.png"])
def test_the_chip_image_is_made_of_a_portrait_or_of_a_capture(run, folder, tmp_path, name):
    assert run("chip", folder / name, "-o", tmp_path / "chip.jp2", "--max-bytes", 15000).exit_code == 0
    assert 14000 < (tmp_path / "chip.jp2").stat().st_size <= 15000


def test_a_chip_image_is_not_compressed_again(run, folder, tmp_path):
    first, second, third = (tmp_path / f"{name}.jp2" for name in ("first", "second", "third"))
    run("chip", folder / "good.png", "-o", first)
    assert run("chip", first, "-o", second).exit_code == 0
    assert second.read_bytes() == first.read_bytes()
    assert run("chip", first, "-o", third, "--max-bytes", 12000).exit_code == 0
    assert third.stat().st_size <= 12000


def test_too_few_bytes_for_a_chip_image_are_refused(run, folder, tmp_path):
    result = run("chip", folder / "good.png", "-o", tmp_path / "chip.jp2", "--max-bytes", 10)
    assert result.exit_code == 2
    assert "at least 1024 bytes" in result.stderr


@pytest.mark.parametrize(
    ("name", "code", "language", "words"),
    [
        ("good.png", 0, "en", "can be used"),
        ("sunglasses.jpg", 1, "lb", "net benotzen"),
        ("two.png", 1, "fr", "ne convient pas"),
    ],
)
def test_the_report_says_its_verdict_in_the_readers_language(run, folder, tmp_path, name, code, language, words):
    result = run("report", folder / name, "-o", tmp_path / "report.html", "--language", language)
    assert result.exit_code == code
    page = (tmp_path / "report.html").read_text("utf-8")
    assert words in page
    assert "data:image/jpeg;base64," in page
    assert "http" not in page.replace("http-equiv", "")


def test_an_unknown_language_is_answered_with_the_known_ones(run, folder, tmp_path):
    result = run("report", folder / "good.png", "-o", tmp_path / "r.html", "--language", "xx")
    assert result.exit_code == 2
    assert "en, fr, de, lb" in result.stderr


def test_the_score_counts_against_labels(run, folder, tmp_path):
    entry = {"requirements": {"glasses_ok": "pass"}, "compliant": True, "group": {"gender": "female"}}
    labels = {
        "requirements": ["glasses_ok"],
        "images": [
            {"file": "good.png", **entry},
            {"file": "sunglasses.jpg", "requirements": {"glasses_ok": "fail"}, "compliant": False},
        ],
    }
    (folder / "labels.json").write_text(json.dumps(labels))
    result = run("score", folder / "labels.json", "--json")
    assert result.exit_code == 0
    figures = json.loads(result.stdout)
    assert figures["compliant_accepted"] == figures["violations_stopped"] == figures["violations_named"] == 1
    assert figures["requirements"]["glasses_ok"] == {"pass->pass": 1, "fail->fail": 1}
    assert "gender=female" in run("score", folder / "labels.json").stdout


def test_a_file_that_is_no_labels_is_named(run, folder):
    assert "JSON file of labels" in run("score", folder / "text.jpg").stderr
    assert run("score", folder / "text.jpg").exit_code == 2


def test_importing_the_verbs_loads_no_model():
    import subprocess
    import sys

    code = "import sys, photo_check.cli; print([m for m in ('mediapipe', 'cv2', 'numpy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
